"""How the backbone of one service fares, read from its tables: for /metrics and for `events status`.

Everything here is asked every few seconds, of tables with millions of rows: each question walks an index over what is
unfinished, and counts only so far.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select, text
from sqlalchemy.orm import Session

from shared import clock, metrics
from shared.messaging.store.claiming import cause_is_done
from shared.messaging.store.session import is_on_postgresql
from shared.messaging.tables import (
    READY,
    UNFINISHED,
    inbox,
    inbox_cursor,
    inbox_garbage,
    inbox_light,
    outbox,
    stream,
    subscriber,
)

#: Counts stop here; a count that says so many means as many or more.
MOST = 100_000
#: What needs a look at other rows is asked of the oldest so many.
LOOK = 2_000


@dataclass(frozen=True, slots=True)
class Consumer:
    """What one consumer has: how many published events it lacks, and how old its word is in seconds."""

    name: str
    settled_through: int
    lag: int
    receipt_age: float


@dataclass(frozen=True, slots=True)
class Measures:
    """Counts, and ages in seconds."""

    unnumbered: int
    unpublished: int
    oldest_unpublished: float
    ready: int
    oldest_ready: float
    parked: int
    gaps: int
    waiting_for_cause: int
    blocked_aggregates: int
    garbage: int
    consumers: tuple[Consumer, ...]


def measure(session: Session) -> Measures:
    """Read everything."""
    present = session.execute(select(stream).where(stream.c.ended_at.is_(None))).one_or_none()
    return Measures(
        unnumbered=how_many(session, select(outbox.c.position).where(outbox.c.seq.is_(None))),
        # Numbers have no gaps: what is numbered and unpublished need not be counted.
        unpublished=present.next_seq - 1 - present.published_through if present else 0,
        oldest_unpublished=max(age(session, oldest) for oldest in _oldest_unpublished(present)),
        ready=how_many(session, select(inbox.c.seq).where(text(READY))),
        oldest_ready=age(session, select(func.min(inbox.c.received_at)).where(text(READY))),
        parked=how_many(session, select(inbox.c.seq).where(text(UNFINISHED), inbox.c.status == "parked")),
        gaps=_gaps(session),
        waiting_for_cause=_waiting_for_cause(session),
        blocked_aggregates=_blocked_aggregates(session),
        garbage=how_many(session, select(inbox_garbage.c.sha256)),
        consumers=_consumers(session, present),
    )


def how_many(session: Session, rows: Select[Any]) -> int:
    """The number of `rows`, at most MOST."""
    return session.scalar(select(func.count()).select_from(rows.limit(MOST).subquery())) or 0


def age(session: Session, moment: Select[Any]) -> float:
    """How many seconds ago the moment was that `moment` selects; 0 where there is none."""
    since = session.scalar(moment)
    return max(0.0, (clock.now() - since).total_seconds()) if since else 0.0


def export(service: str, session: Session) -> None:
    """Set this service's gauges, and let the counters that stand at 0 be seen."""
    measures = measure(session)
    metrics.OUTBOX_UNNUMBERED.labels(service).set(measures.unnumbered)
    metrics.OUTBOX_UNPUBLISHED.labels(service).set(measures.unpublished)
    metrics.OUTBOX_OLDEST_SECONDS.labels(service).set(measures.oldest_unpublished)
    metrics.INBOX_READY.labels(service).set(measures.ready)
    metrics.INBOX_OLDEST_READY_SECONDS.labels(service).set(measures.oldest_ready)
    metrics.INBOX_PARKED.labels(service).set(measures.parked)
    metrics.INBOX_GARBAGE.labels(service).set(measures.garbage)
    metrics.INBOX_GAP_OPEN.labels(service).set(measures.gaps)
    metrics.INBOX_WAITING_FOR_CAUSE.labels(service).set(measures.waiting_for_cause)
    metrics.INBOX_BLOCKED_AGGREGATES.labels(service).set(measures.blocked_aggregates)
    for consumer in measures.consumers:
        metrics.SETTLED_LAG.labels(service, consumer.name).set(consumer.lag)
        metrics.RECEIPT_AGE_SECONDS.labels(service, consumer.name).set(consumer.receipt_age)
        metrics.RELAY_RESENT.labels(service, consumer.name)
    for from_the_start in (metrics.RELAY_IS_LEADER, metrics.RELAY_RETURNED, metrics.INBOX_DUPLICATES):
        from_the_start.labels(service)
    metrics.RELAY_CONFIRM_SECONDS.labels(service)


def _oldest_unpublished(present: Any) -> list[Select[Any]]:
    """The first without a number, and the first that the broker hasn't confirmed."""
    unnumbered = select(outbox.c.occurred_at).where(outbox.c.seq.is_(None)).order_by(outbox.c.position).limit(1)
    if present is None:
        return [unnumbered]
    next_one = (outbox.c.stream_id == present.stream_id) & (outbox.c.seq == present.published_through + 1)
    return [unnumbered, select(outbox.c.occurred_at).where(next_one)]


def _gaps(session: Session) -> int:
    """Streams that hold something behind a number that isn't there, and that will come: nothing comes after an end."""
    return sum(_has_gap(session, cursor) for cursor in session.execute(select(inbox_cursor)).all())


def _has_gap(session: Session, cursor: Any) -> bool:
    for table in (inbox, inbox_light):
        here = (table.c.producer == cursor.producer, table.c.stream_id == cursor.stream_id)
        # One look into the primary key each; as one statement for all streams PostgreSQL would rather walk the table.
        beyond = session.scalar(
            select(table.c.seq).where(*here, table.c.seq > cursor.through).order_by(table.c.seq).limit(1)
        )
        if beyond is not None and (cursor.ended_at is None or beyond <= cursor.ended_at):
            return True
    return False


def _waiting_for_cause(session: Session) -> int:
    producers = list(session.scalars(select(inbox_cursor.c.producer).distinct()))
    oldest = select(inbox).where(text(READY)).order_by(inbox.c.received_at).limit(LOOK).subquery()
    waiting = select(func.count()).select_from(oldest).where(~cause_is_done(oldest, is_on_postgresql(session)))
    return session.scalar(waiting, {"producers": producers}) or 0


def _blocked_aggregates(session: Session) -> int:
    parked = select(inbox).where(text(UNFINISHED), inbox.c.status == "parked").limit(LOOK).subquery()
    ready = inbox.alias("behind")
    behind = select(ready.c.seq).where(
        ready.c.status == "ready",
        ready.c.producer == parked.c.producer,
        ready.c.aggregate == parked.c.aggregate,
        ready.c.aggregate_seq > parked.c.aggregate_seq,
    )
    blocked = select(parked.c.producer, parked.c.aggregate).where(behind.exists()).distinct()
    return session.scalar(select(func.count()).select_from(blocked.subquery())) or 0


def _consumers(session: Session, present: Any) -> tuple[Consumer, ...]:
    if present is None:
        return ()
    told = select(subscriber).where(subscriber.c.stream_id == present.stream_id).order_by(subscriber.c.consumer)
    now = clock.now()
    return tuple(
        Consumer(
            row.consumer,
            row.settled_through,
            max(0, present.published_through - row.settled_through),
            (now - row.last_receipt_at).total_seconds(),
        )
        for row in session.execute(told)
    )
