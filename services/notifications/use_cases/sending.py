"""Claiming what is due, and recording what came of it; the sending itself happens between, outside any transaction."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from services.notifications import queries
from services.notifications.models import Notification
from services.notifications.use_cases.telling import BLOCKED, SENDER_DIED, TOO_LATE
from shared import clock
from shared.rules import NotFound

#: What is recorded of one claimed notification: a change of its row.
Record = Callable[[Notification], None]


def claim_due(session: Session, by: str, limit: int) -> list[Notification]:
    """Up to `limit` notifications that are due, oldest first, claimed by the process `by`; loaded to be read after the end."""
    due = (
        select(Notification)
        .where(queries.is_due())
        .order_by(Notification.due_at)
        .limit(limit)
        .options(joinedload(Notification.contact), joinedload(Notification.following))
        .with_for_update(skip_locked=True, of=Notification)
    )
    claimed = []
    for notification in session.scalars(due):
        if notification.expires_at is not None and notification.expires_at < clock.now():
            notification.withhold(TOO_LATE)
        elif notification.contact.stopped_at is not None:
            notification.withhold(BLOCKED)
        else:
            notification.claim(by)
            claimed.append(notification)
    return claimed


def record(session: Session, records: Iterable[tuple[UUID, Record]]) -> None:
    """Write down what came of claimed notifications."""
    for notification_id, note in records:
        note(session.get_one(Notification, notification_id, with_for_update=True))


def give_up_claims(session: Session, by: str) -> None:
    """What another process claimed and left behind has perhaps gone out. Only the one process that sends may call this."""
    left_behind = select(Notification).where(queries.was_left_behind(by)).with_for_update(skip_locked=True)
    for notification in session.scalars(left_behind):
        notification.doubt(notification.claimed_by or "", SENDER_DIED, pause=timedelta(0))


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
