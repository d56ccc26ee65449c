"""What the backbone forgets: settled events after 400 days, received bodies after the time that backups are kept."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from shared import clock
from shared.messaging.tables import inbox, outbox, stream, subscriber

KEEP_OUTBOX = timedelta(days=400)
KEEP_BODIES = timedelta(days=35)


def forget(session: Session, consumers: Collection[str]) -> None:
    """Delete what is old and settled by all of `consumers`; numbers and cursors stay, so nothing comes twice for that."""
    now = clock.now()
    for row in session.execute(select(stream).with_for_update()):
        _forget_events(session, row.stream_id, row.first_seq, _settled(session, row.stream_id, consumers))
    old = (inbox.c.processed_at < now - KEEP_BODIES) & inbox.c.status.in_(["processed", "skipped"])
    session.execute(update(inbox).where(old, inbox.c.body.is_not(None)).values(body=None, sealed=None))


def _settled(session: Session, stream_id: str, consumers: Collection[str]) -> int:
    """The number up to which every consumer has told that it has everything; 0 while one never told."""
    told = select(subscriber.c.settled_through).where(
        subscriber.c.stream_id == stream_id, subscriber.c.consumer.in_(consumers)
    )
    settled = list(session.scalars(told))
    return min(settled) if len(settled) == len(consumers) and settled else 0


def _forget_events(session: Session, stream_id: str, first_seq: int, settled: int) -> None:
    own = outbox.c.stream_id == stream_id
    young = select(func.min(outbox.c.seq)).where(own, outbox.c.occurred_at >= clock.now() - KEEP_OUTBOX)
    first_young = session.scalar(young)
    last = settled if first_young is None else min(settled, first_young - 1)
    if last >= first_seq:
        session.execute(delete(outbox).where(own, outbox.c.seq <= last))
        session.execute(update(stream).where(stream.c.stream_id == stream_id).values(first_seq=last + 1))
