"""The promises that one service's tables can be held to, as queries that find what breaks them."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Table, and_, func, select
from sqlalchemy.orm import Session

from shared.messaging.tables import inbox, inbox_cursor, outbox, stream, subscriber


def violations(session: Session) -> list[str]:
    """What is wrong, in words; an empty list when every promise holds."""
    checks = (_numbering, _versions, _told_too_much, _order, _effects_before_causes, _reasons, _positions)
    return [violation for check in checks for violation in check(session)]


def _numbering(session: Session) -> Iterator[str]:
    """I2: the numbers of each stream are 1, 2, 3 … without gaps, as far as retention left them."""
    given = select(outbox.c.stream_id, func.count(), func.min(outbox.c.seq), func.max(outbox.c.seq))
    by_stream = {row[0]: tuple(row)[1:] for row in session.execute(given.group_by(outbox.c.stream_id)) if row[0]}
    for row in session.execute(select(stream)):
        count, first, last = by_stream.pop(row.stream_id, (0, row.next_seq, row.next_seq - 1))
        if last - first + 1 != count or (first > row.first_seq and row.ended_at != 0):
            yield f"I2: stream {row.stream_id} has {count} events from {first} to {last}, first_seq says {row.first_seq}"
        if last > row.next_seq - 1 or row.published_through > max(row.next_seq - 1, row.ended_at or 0):
            yield f"I2: stream {row.stream_id} knows numbers that were never given"
    for unknown in by_stream:
        yield f"I2: the outbox has events of an unknown stream {unknown}"


def _versions(session: Session) -> Iterator[str]:
    """I3: each aggregate's events count its versions without gaps (older ones may be gone by retention)."""
    counted = select(
        outbox.c.aggregate, func.count(), func.min(outbox.c.aggregate_seq), func.max(outbox.c.aggregate_seq)
    )
    broken = counted.group_by(outbox.c.aggregate).having(
        func.max(outbox.c.aggregate_seq) - func.min(outbox.c.aggregate_seq) + 1 != func.count()
    )
    for aggregate, *_ in session.execute(broken):
        yield f"I3: versions of {aggregate} are missing in the outbox"


def _told_too_much(session: Session) -> Iterator[str]:
    """I1: no consumer has more than was ever numbered."""
    beyond = select(subscriber.c.consumer, subscriber.c.stream_id).join(
        stream, and_(stream.c.stream_id == subscriber.c.stream_id, subscriber.c.settled_through >= stream.c.next_seq)
    )
    for consumer, stream_id in session.execute(beyond.where(stream.c.ended_at.is_(None))):
        yield f"I1: {consumer} has more of {stream_id} than this database numbered: restored without `restore`?"


def _order(session: Session) -> Iterator[str]:
    """I5: nothing of an aggregate was processed while something before it is unfinished."""
    earlier = inbox.alias("earlier")
    passed = (
        select(inbox.c.aggregate)
        .join(
            earlier,
            and_(
                earlier.c.producer == inbox.c.producer,
                earlier.c.aggregate == inbox.c.aggregate,
                earlier.c.aggregate_seq < inbox.c.aggregate_seq,
                earlier.c.status.in_(["ready", "parked"]),
                # One that came back under a new number after a restore may be late without fault.
                earlier.c.stream_id == inbox.c.stream_id,
            ),
        )
        .where(inbox.c.status == "processed")
        .distinct()
    )
    for aggregate in session.scalars(passed):
        yield f"I5: {aggregate} was processed past an unfinished event"


def _effects_before_causes(session: Session) -> Iterator[str]:
    """I5: no effect before its cause's."""
    cause = inbox.alias("cause")
    early = select(inbox.c.event_id).join(cause, cause.c.event_id == inbox.c.cause_event_id)
    for event_id in session.scalars(
        early.where(inbox.c.status == "processed", cause.c.status.in_(["ready", "parked"]))
    ):
        yield f"I5: {event_id} was processed before its cause"


def _reasons(session: Session) -> Iterator[str]:
    """I6: nothing is parked or skipped without a reason."""
    silent = select(inbox.c.event_id).where(inbox.c.status.in_(["parked", "skipped"]), inbox.c.last_error.is_(None))
    for event_id in session.scalars(silent):
        yield f"I6: {event_id} was put aside without a reason"


def _positions(session: Session) -> Iterator[str]:
    """I6: every row belongs to a stream that has a cursor."""
    lost = (
        select(inbox.c.producer, inbox.c.stream_id)
        .outerjoin(inbox_cursor, _same_stream(inbox_cursor, inbox))
        .where(inbox_cursor.c.stream_id.is_(None))
        .distinct()
    )
    for producer, stream_id in session.execute(lost).tuples():
        yield f"I6: the inbox has events of {producer}'s stream {stream_id}, of which there is no cursor"


def _same_stream(one: Table, other: Table) -> ColumnElement[bool]:
    return and_(one.c.producer == other.c.producer, one.c.stream_id == other.c.stream_id)
