"""Claiming what is due, and recording what came of it; the sending itself happens between, outside any transaction."""

from collections.abc import Callable, Collection, Iterable, Mapping
from uuid import UUID

from sqlalchemy import Select, and_, func, not_, select, update
from sqlalchemy.orm import Session, joinedload, load_only

from services.notifications import queries
from services.notifications.models import Contact, Following, Notification, Status
from services.notifications.use_cases.telling import BLOCKED, NOT_ME, SENDER_DIED, TOO_LATE
from shared import clock
from shared.rules import NotFound

#: What is recorded of one claimed notification: a change of its row.
Record = Callable[[Notification], None]

#: So many go together whose senders died twice.
FEW = 10

_DIED_TWICE = and_(
    Notification.status == Status.UNKNOWN,
    func.coalesce(Notification.reason, "") == SENDER_DIED,
    Notification.attempts > 1,
)
_FOR_A_LETTER = (
    load_only(
        Notification.event_id,
        Notification.message,
        Notification.channel,
        Notification.language,
        Notification.facts,
        Notification.status,
        Notification.created_at,
        Notification.expires_at,
        Notification.traceparent,
    ),
    joinedload(Notification.contact).options(
        load_only(Contact.version, Contact.address, Contact.confirmed_at, Contact.stopped_at),
        joinedload(Contact.refusal),
    ),
    joinedload(Notification.following).load_only(
        Following.version, Following.role, Following.topic, Following.topic_id, Following.tracking_code
    ),
)


def claim_due(session: Session, by: str, channel: str, limit: int) -> list[Notification]:
    """Up to `limit` notifications that are due on a channel, oldest first, claimed by the run `by`; with what a letter is made of
    loaded, to be read after the end."""
    return _claimed(session, by, _due(channel).where(not_(_DIED_TWICE)).limit(limit))


def claim_suspects(session: Session, by: str, channel: str) -> list[Notification]:
    """Some that are due and whose senders died twice, claimed alike. Perhaps one of them is what kills them: so few go together,
    and from then on each alone and behind others; and perhaps none is, so they mustn't wait until nothing else is due."""
    due = _due(channel).where(_DIED_TWICE)
    together, alone = due.where(Notification.attempts == 2).limit(FEW), due.where(Notification.attempts > 2).limit(1)
    return _claimed(session, by, together) or _claimed(session, by, alone)


def _due(channel: str) -> Select[Notification]:
    due = select(Notification).where(queries.is_due(), Notification.channel == channel).order_by(Notification.due_at)
    return due.options(*_FOR_A_LETTER).with_for_update(skip_locked=True, of=Notification)


def _claimed(session: Session, by: str, due: Select[Notification]) -> list[Notification]:
    claimed = [notification for notification in session.scalars(due) if _still_goes(notification)]
    # One statement for all of them: every letter passes here.
    claim = {"status": Status.SENDING, "claimed_by": by, "attempts": Notification.attempts + 1}
    if claimed:
        theirs = update(Notification).where(Notification.id.in_([notification.id for notification in claimed]))
        session.execute(theirs.values(claim), execution_options={"synchronize_session": False})
    return claimed


def _still_goes(notification: Notification) -> bool:
    """Whether it is still worth telling and wanted; if not, it is withheld."""
    if notification.expires_at is not None and notification.expires_at < clock.now():
        notification.withhold(TOO_LATE)
        return False
    if notification.contact.refusal is not None:
        notification.withhold(NOT_ME)
        return False
    if notification.contact.stopped_at is not None:
        notification.withhold(BLOCKED)
        return False
    return True


def record_sent(session: Session, by: str, parts: Mapping[UUID, int | None]) -> None:
    """The provider has what `by` claimed, in so many SMS parts each (None for e-mail). `by` may still say so after its claims
    were given up for lost."""
    sent = {"status": Status.SENT, "sent_at": clock.now(), "facts": None, "reason": None}
    for count in set(parts.values()):
        theirs = update(Notification).where(
            Notification.id.in_([notification_id for notification_id, number in parts.items() if number == count]),
            Notification.claimed_by == by,
            Notification.status.in_([Status.SENDING, Status.UNKNOWN]),
        )
        session.execute(theirs.values({**sent, "parts": count}), execution_options={"synchronize_session": False})


def record(session: Session, records: Iterable[tuple[UUID, Record]]) -> None:
    """Write down what came of claimed notifications, save those whose reader was forgotten meanwhile."""
    for notification_id, note in records:
        notification = session.get(Notification, notification_id, with_for_update=True)
        if notification is not None:
            note(notification)


def give_up_claims(session: Session, by: str, channels: Collection[str]) -> None:
    """What another run claimed and left behind has perhaps gone out. Only the one that sends on these channels may call this."""
    left_behind = select(Notification).where(queries.was_left_behind(by), Notification.channel.in_(channels))
    for notification in session.scalars(left_behind.with_for_update(skip_locked=True)):
        notification.give_up_claim(SENDER_DIED)


def send_again(session: Session, notification_id: UUID) -> Notification:
    """Release an unknown notification or retry a failed one, under the same Message-ID. Raises NotFound, IllegalTransition."""
    notification = _locked(session, notification_id)
    notification.send_again()
    return notification


def note_receipt(session: Session, notification_id: UUID, receipt: str) -> None:
    """The SMS gateway reports what became of a message. Raises NotFound."""
    _locked(session, notification_id).note_receipt(receipt)


def _locked(session: Session, notification_id: UUID) -> Notification:
    notification = session.get(Notification, notification_id, with_for_update=True)
    if notification is None:
        raise NotFound
    return notification
