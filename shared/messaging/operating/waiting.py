"""Why a received event isn't handled yet, and what waits for it: the conditions of `claiming`, told one by one."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, or_, select, text
from sqlalchemy.orm import Session

from shared import clock
from shared.messaging.protocol.records import Cause, Cursor, InboxEvent, InboxStatus
from shared.messaging.store.rows import cursor_of, inbox_event_of
from shared.messaging.tables import UNFINISHED, inbox, inbox_cursor

#: How many of the rows behind one are named.
NAMED = 20


class Obstacle(StrEnum):
    """What keeps a ready row from being handled."""

    GAP = "gap"
    EARLIER_LIFE = "earlier life"
    SAME_AGGREGATE = "same aggregate"
    CAUSE = "cause"
    CAUSE_NOT_HERE = "cause not here"
    REFERENCE = "reference"
    NEXT_ATTEMPT = "next attempt"


@dataclass(frozen=True, slots=True)
class Hindered:
    """One reason why a row waits, with the other row where there is one. `seq` is the missing number of a gap, or of a
    cause that hasn't come."""

    by: Obstacle
    row: InboxEvent | None = None
    producer: str = ""
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Behind:
    """What waits for a row directly: how many rows, of how many aggregates, and the first of them."""

    count: int
    aggregates: int
    rows: tuple[InboxEvent, ...] = ()


def obstacles(session: Session, row: InboxEvent) -> list[Hindered]:
    """What keeps this row waiting; nothing where it is done, put aside, or about to run."""
    if row.status is not InboxStatus.READY:
        return []
    cursors = _cursors(session)
    return [*_before_its_turn(row, cursors), *_others_first(session, row, cursors)]


def behind(session: Session, row: InboxEvent, named: int = NAMED) -> Behind:
    """The unfinished rows that can't be handled before this one."""
    waiting = _behind(row)
    counts = select(func.count(), func.count(inbox.c.aggregate.distinct())).where(waiting)
    count, aggregates = session.execute(counts).one()
    order = (inbox.c.received_at, inbox.c.producer, inbox.c.seq)
    rows = session.execute(select(inbox).where(waiting).order_by(*order).limit(named)).all() if named and count else []
    return Behind(count, aggregates, tuple(inbox_event_of(found) for found in rows))


def _cursors(session: Session) -> dict[tuple[str, str], Cursor]:
    cursors = [cursor_of(found) for found in session.execute(select(inbox_cursor))]
    return {(cursor.producer, cursor.stream_id): cursor for cursor in cursors}


def _before_its_turn(row: InboxEvent, cursors: dict[tuple[str, str], Cursor]) -> Iterator[Hindered]:
    own = cursors[row.at.producer, row.at.stream_id]
    if row.at.seq > own.through:
        yield Hindered(Obstacle.GAP, producer=own.producer, seq=own.through + 1)
    for earlier in cursors.values():
        is_earlier = earlier.producer == own.producer and earlier.life < own.life
        if is_earlier and earlier.ended_at is not None and earlier.through < earlier.ended_at:
            yield Hindered(Obstacle.EARLIER_LIFE, producer=own.producer, seq=earlier.through + 1)
    if row.next_attempt_at and row.next_attempt_at > clock.now():
        yield Hindered(Obstacle.NEXT_ATTEMPT)


def _others_first(session: Session, row: InboxEvent, cursors: dict[tuple[str, str], Cursor]) -> Iterator[Hindered]:
    event = row.event
    same = and_(inbox.c.aggregate == event.aggregate, inbox.c.aggregate_seq < event.aggregate_seq)
    for found in _unfinished(session, inbox.c.producer == row.at.producer, same):
        yield Hindered(Obstacle.SAME_AGGREGATE, found)
    if event.cause:
        yield from _its_cause(session, event.cause, cursors)
    for found in _unfinished(session, inbox.c.producer == row.at.producer, inbox.c.aggregate.in_(event.refers_to)):
        if _place(found, cursors) < _place(row, cursors):
            yield Hindered(Obstacle.REFERENCE, found)


def _its_cause(session: Session, cause: Cause, cursors: dict[tuple[str, str], Cursor]) -> Iterator[Hindered]:
    consumed = {producer for producer, _ in cursors}
    same = (inbox.c.event_id == cause.event_id, inbox.c.producer == cause.at.producer)
    found = session.execute(select(inbox).where(*same)).one_or_none()
    if found and found.status in (InboxStatus.READY, InboxStatus.PARKED):
        yield Hindered(Obstacle.CAUSE, inbox_event_of(found))
    elif (found is None or found.status == InboxStatus.SKIPPED) and cause.at.producer in consumed:
        cursor = cursors.get((cause.at.producer, cause.at.stream_id))
        is_over = cursor is not None and cursor.ended_at is not None and cursor.ended_at < cause.at.seq
        if cursor is None or (cursor.through < cause.at.seq and not is_over):
            yield Hindered(Obstacle.CAUSE_NOT_HERE, producer=cause.at.producer, seq=cause.at.seq)


def _place(row: InboxEvent, cursors: dict[tuple[str, str], Cursor]) -> tuple[int, int]:
    return cursors[row.at.producer, row.at.stream_id].life, row.at.seq


def _unfinished(session: Session, *conditions: ColumnElement[bool]) -> list[InboxEvent]:
    rows = select(inbox).where(text(UNFINISHED), *conditions).order_by(inbox.c.seq).limit(NAMED)
    return [inbox_event_of(found) for found in session.execute(rows)]


def _behind(row: InboxEvent) -> ColumnElement[bool]:
    event, same_producer = row.event, inbox.c.producer == row.at.producer
    later = and_(same_producer, inbox.c.aggregate == event.aggregate, inbox.c.aggregate_seq > event.aggregate_seq)
    speaks_of_it = and_(
        same_producer,
        inbox.c.seq > row.at.seq,
        inbox.c.refers_to.contains(json.dumps(event.aggregate), autoescape=True),
    )
    return and_(text(UNFINISHED), or_(later, inbox.c.cause_event_id == event.event_id, speaks_of_it))
