"""How the backbone of one service fares, read from its tables: for /metrics and for `events status`."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, text
from sqlalchemy.orm import Session

from shared import clock, metrics
from shared.messaging.tables import READY, inbox, inbox_cursor, inbox_garbage, outbox, stream, subscriber


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
    skipped: int
    gaps: int
    waiting_for_cause: int
    blocked_aggregates: int
    garbage: int
    consumers: tuple[Consumer, ...]


def measure(session: Session) -> Measures:
    """Read everything."""
    present = session.execute(select(stream).where(stream.c.ended_at.is_(None))).one_or_none()
    published = (
        (outbox.c.stream_id == present.stream_id) & (outbox.c.seq > present.published_through) if present else None
    )
    by_status: dict[str, int] = dict(
        session.execute(select(inbox.c.status, func.count()).group_by(inbox.c.status)).tuples().all()
    )
    return Measures(
        unnumbered=_count(session, outbox.c.seq.is_(None)),
        unpublished=_count(session, published) if published is not None else 0,
        oldest_unpublished=_age(session, _oldest_unpublished(published)),
        ready=by_status.get("ready", 0),
        oldest_ready=_age(session, select(func.min(inbox.c.received_at)).where(text(READY))),
        parked=by_status.get("parked", 0),
        skipped=by_status.get("skipped", 0),
        gaps=session.scalar(_gaps()) or 0,
        waiting_for_cause=_waiting_for_cause(session),
        blocked_aggregates=_blocked_aggregates(session),
        garbage=session.scalar(select(func.count()).select_from(inbox_garbage)) or 0,
        consumers=_consumers(session, present),
    )


def export(service: str, session: Session) -> None:
    """Set this service's gauges."""
    measures = measure(session)
    metrics.OUTBOX_UNNUMBERED.labels(service).set(measures.unnumbered)
    metrics.OUTBOX_UNPUBLISHED.labels(service).set(measures.unpublished)
    metrics.OUTBOX_OLDEST_SECONDS.labels(service).set(measures.oldest_unpublished)
    metrics.INBOX_READY.labels(service).set(measures.ready)
    metrics.INBOX_OLDEST_READY_SECONDS.labels(service).set(measures.oldest_ready)
    metrics.INBOX_PARKED.labels(service).set(measures.parked)
    metrics.INBOX_GAP_OPEN.labels(service).set(measures.gaps)
    metrics.INBOX_WAITING_FOR_CAUSE.labels(service).set(measures.waiting_for_cause)
    metrics.INBOX_BLOCKED_AGGREGATES.labels(service).set(measures.blocked_aggregates)
    for consumer in measures.consumers:
        metrics.SETTLED_LAG.labels(service, consumer.name).set(consumer.lag)
        metrics.RECEIPT_AGE_SECONDS.labels(service, consumer.name).set(consumer.receipt_age)


def _count(session: Session, condition: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(outbox).where(condition)) or 0


def _oldest_unpublished(published: ColumnElement[bool] | None) -> Select[Any]:
    waiting = outbox.c.seq.is_(None) if published is None else outbox.c.seq.is_(None) | published
    return select(func.min(outbox.c.occurred_at)).where(waiting)


def _age(session: Session, oldest: Select[Any]) -> float:
    since = session.scalar(oldest)
    return (clock.now() - since).total_seconds() if since else 0.0


def _gaps() -> Select[Any]:
    """Streams that hold something behind a number that isn't there, and that will come: nothing comes after an end."""
    ahead = (inbox.c.producer == inbox_cursor.c.producer) & (inbox.c.stream_id == inbox_cursor.c.stream_id)
    awaited = inbox_cursor.c.ended_at.is_(None) | (inbox.c.seq <= inbox_cursor.c.ended_at)
    beyond = select(inbox.c.seq).where(ahead, awaited, inbox.c.seq > inbox_cursor.c.through).exists()
    return select(func.count()).select_from(inbox_cursor).where(beyond)


def _waiting_for_cause(session: Session) -> int:
    cause = inbox.alias("cause")
    unfinished = select(cause.c.seq).where(
        cause.c.event_id == inbox.c.cause_event_id, cause.c.status.in_(["ready", "parked"])
    )
    waiting = select(func.count()).select_from(inbox).where(inbox.c.status == "ready", unfinished.exists())
    return session.scalar(waiting) or 0


def _blocked_aggregates(session: Session) -> int:
    parked = inbox.alias("parked")
    before = select(parked.c.seq).where(
        parked.c.status == "parked",
        parked.c.producer == inbox.c.producer,
        parked.c.aggregate == inbox.c.aggregate,
        parked.c.aggregate_seq < inbox.c.aggregate_seq,
    )
    blocked = select(inbox.c.producer, inbox.c.aggregate).where(inbox.c.status == "ready", before.exists()).distinct()
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
