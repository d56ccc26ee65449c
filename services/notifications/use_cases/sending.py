"""Claiming what is due, and recording what came of it; the sending itself happens between, outside any transaction."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Update, and_, bindparam, case, func, not_, select, update
from sqlalchemy.orm import Session

from services.notifications import queries
from services.notifications.config import Config
from services.notifications.due import COLUMNS, Due
from services.notifications.models import PATIENT, SMS, URGENT, WAITING, Contact, Notification, Refusal, Status
from services.notifications.use_cases import spending
from services.notifications.use_cases.telling import BLOCKED, NOT_ME, SENDER_DIED, TOO_LATE
from shared import clock
from shared.columns import decrypt
from shared.database import UTCDateTime
from shared.messaging.store.session import among, is_on_postgresql
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
#: Why a notification isn't sent after all, or null.
_WHY_NOT = case(
    (Notification.expires_at < bindparam("now", type_=UTCDateTime), TOO_LATE),
    (Refusal.limit_mark.is_not(None), NOT_ME),
    (Contact.stopped_at.is_not(None), BLOCKED),
)


def claim_due(session: Session, by: str, channel: str, limit: int) -> list[Due]:
    """Up to `limit` notifications that are due on a channel, claimed by the run `by`: first those that expire, each kind oldest
    first."""
    urgent = _claimed(session, by, _due(channel, URGENT).where(not_(_DIED_TWICE)).limit(limit))
    patient = _due(channel, PATIENT).where(not_(_DIED_TWICE)).limit(limit - len(urgent))
    return urgent if len(urgent) == limit else urgent + _claimed(session, by, patient)


def claim_suspects(session: Session, by: str, channel: str) -> list[Due]:
    """Some that are due and whose senders died twice, claimed alike. Perhaps one of them is what kills them: so few go together,
    and from then on each alone and behind others; and perhaps none is, so they mustn't wait until nothing else is due."""
    due = _due(channel, WAITING).where(_DIED_TWICE)
    together, alone = due.where(Notification.attempts == 2).limit(FEW), due.where(Notification.attempts > 2).limit(1)
    return _claimed(session, by, together) or _claimed(session, by, alone)


def _due(channel: str, which: str) -> Select[Any]:
    return (
        select(_WHY_NOT, *COLUMNS)
        .join(Notification.contact)
        .outerjoin(Contact.refusal)
        .join(Notification.following)
        .where(queries.is_due(which), Notification.channel == channel)
        .order_by(Notification.due_at)
        .with_for_update(skip_locked=True, of=Notification)
    )


def _claimed(session: Session, by: str, due: Select[Any]) -> list[Due]:
    claimed: list[Due] = []
    # What isn't sent after all makes room at once: whoever waits behind it may have to answer in time.
    while not claimed and (rows := session.execute(due, {"now": clock.now()}).all()):
        record(session, [(row.id, partial(Notification.withhold, reason=row[0])) for row in rows if row[0] is not None])
        claimed = _paid_for(session, [Due.of(row[1:]) for row in rows if row[0] is None])
    if claimed:
        claim = {"status": Status.SENDING, "claimed_by": by, "attempts": Notification.attempts + 1}
        _change(session, [due.id for due in claimed], update(Notification).values(claim))
    return claimed


def _paid_for(session: Session, wanted: list[Due]) -> list[Due]:
    """Those that cost nothing, or no more than they may; an SMS over a cap waits, or is withheld where it would come too late."""
    config: Config = session.info["config"]
    over = {
        due.id: cap
        for due in wanted
        if due.channel == SMS and (cap := spending.set_aside(session, config, decrypt(config.box, due.contact.address)))
    }
    waiting = {at: partial(Notification.wait, reason=cap, pause=spending.ASK_AGAIN) for at, cap in over.items()}
    record(session, waiting.items())
    return [due for due in wanted if due.id not in over]


def record_sent(session: Session, by: str, parts: Mapping[UUID, int | None]) -> None:
    """The provider has what `by` claimed, in so many SMS parts each (None for e-mail). `by` may still say so after its claims
    were given up for lost."""
    sent = {"status": Status.SENT, "sent_at": clock.now(), "facts": None, "reason": None}
    claimed = update(Notification).where(
        Notification.claimed_by == by, Notification.status.in_([Status.SENDING, Status.UNKNOWN])
    )
    for count in set(parts.values()):
        theirs = [notification_id for notification_id, number in parts.items() if number == count]
        _change(session, theirs, claimed.values({**sent, "parts": count}))


def record(session: Session, records: Iterable[tuple[UUID, Record]]) -> None:
    """Write down what came of claimed notifications, save those whose reader was forgotten meanwhile."""
    for notification_id, note in records:
        notification = session.get(Notification, notification_id, with_for_update=True)
        if notification is not None:
            note(notification)


def give_up_claims(session: Session, by: str, channel: str) -> None:
    """What another run claimed and left behind has perhaps gone out. Only the one that sends on this channel may call this."""
    left_behind = select(Notification).where(queries.was_left_behind(by), Notification.channel == channel)
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


def _change(session: Session, notification_ids: Sequence[UUID], change: Update) -> None:
    """One statement for all of them: every letter passes here."""
    theirs = change.where(among(Notification.__table__.c.id, "theirs", is_on_postgresql(session)))
    session.execute(theirs, {"theirs": notification_ids}, execution_options={"synchronize_session": False})


def _locked(session: Session, notification_id: UUID) -> Notification:
    notification = session.get(Notification, notification_id, with_for_update=True)
    if notification is None:
        raise NotFound
    return notification
