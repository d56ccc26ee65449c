"""Finding an event and its way: where this service has it, who has settled it, what caused it, what it caused."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Table, or_, select, text, true
from sqlalchemy.orm import Session

from shared.messaging.operating.masking import Payload, payload_of
from shared.messaging.operating.waiting import Behind, Hindered, behind, obstacles
from shared.messaging.protocol.records import Cause, Event, InboxEvent, Position
from shared.messaging.store.rows import event_of, inbox_event_of
from shared.messaging.tables import READY, inbox, inbox_cursor, operator_log, outbox, subscriber

#: How many events a search, and how many causes or effects a way, show.
MOST_FOUND = 30
#: Shorter words would find everything.
SHORTEST_WORDS = 3


@dataclass(frozen=True, slots=True)
class Sent:
    """An event of this service. `at` is None until it has a number; `settled` says of each consumer whether it has it."""

    event: Event
    at: Position | None
    settled: tuple[tuple[str, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One link in the chain of causes. `found` is None where this service only knows where it stands at another one."""

    cause: Cause
    found: Sent | InboxEvent | None


@dataclass(frozen=True, slots=True)
class Operation:
    """What somebody did by hand."""

    at: datetime
    actor: str
    action: str
    key: str
    reason: str


@dataclass(frozen=True, slots=True)
class Way:
    """One event and everything around it that this service knows."""

    found: Sent | InboxEvent
    payload: Payload
    obstacles: tuple[Hindered, ...]
    behind: Behind
    causes: tuple[Step, ...]
    effects: tuple[Sent, ...]
    operations: tuple[Operation, ...]


def look_at(session: Session, service: str, event_id: UUID) -> Way | None:
    """The way of an event, or None where it isn't here."""
    found = _known(session, service, event_id)
    if found is None:
        return None
    received = found if isinstance(found, InboxEvent) else None
    return Way(
        found=found,
        payload=payload_of(found.event),
        obstacles=tuple(obstacles(session, received)) if received else (),
        behind=behind(session, received) if received else Behind(0, 0),
        causes=tuple(_causes(session, service, found.event)),
        effects=tuple(_sent(session, service, outbox.c.cause_event_id == event_id)),
        operations=operations(session, str(event_id)),
    )


def find(session: Session, service: str, words: str) -> list[Sent | InboxEvent]:
    """Events whose id, aggregate or content has these words, the newest first. Too short words find nothing."""
    if len(words) < SHORTEST_WORDS:
        return []
    received = select(inbox).where(_fits(inbox, words)).order_by(inbox.c.received_at.desc(), inbox.c.seq.desc())
    found: list[Sent | InboxEvent] = list(_sent(session, service, _fits(outbox, words)))
    found += [inbox_event_of(row) for row in session.execute(received.limit(MOST_FOUND))]
    return sorted(found, key=lambda each: each.event.occurred_at, reverse=True)[:MOST_FOUND]


def latest(session: Session, service: str, count: int) -> tuple[list[Sent], list[InboxEvent]]:
    """The latest events, sent and received, the oldest of them first."""
    received = select(inbox).order_by(inbox.c.received_at.desc(), inbox.c.seq.desc()).limit(count)
    sent = list(_sent(session, service, true(), count))
    return sent[::-1], [inbox_event_of(row) for row in session.execute(received)][::-1]


def retrying(session: Session, limit: int, name: str | None = None, error: str | None = None) -> list[InboxEvent]:
    """Rows that failed and will be tried again by themselves, the next one due first."""
    rows = select(inbox).where(text(READY), inbox.c.next_attempt_at.is_not(None))
    if name is not None:
        rows = rows.where(inbox.c.name == name)
    if error is not None:
        rows = rows.where(inbox.c.last_error.contains(error, autoescape=True))
    ordered = rows.order_by(inbox.c.next_attempt_at, inbox.c.seq).limit(limit)
    return [inbox_event_of(row) for row in session.execute(ordered)]


def received(session: Session, event_id: UUID) -> InboxEvent | None:
    """The row of the inbox with this event; the one that came first, should another producer pretend to its id."""
    same = select(inbox).where(inbox.c.event_id == event_id).order_by(inbox.c.received_at)
    row = session.execute(same.limit(1)).one_or_none()
    return inbox_event_of(row) if row else None


def reached(session: Session, at: Position) -> bool:
    """Whether everything up to this number of a producer has arrived here, also what no handler wants."""
    stream = (inbox_cursor.c.producer == at.producer, inbox_cursor.c.stream_id == at.stream_id)
    through = session.scalar(select(inbox_cursor.c.through).where(*stream))
    return through is not None and through >= at.seq


def operations(session: Session, key: str | None = None, limit: int = 20) -> tuple[Operation, ...]:
    """What was done by hand, the latest first; only to the event with the id `key` where that is given."""
    done = select(operator_log).order_by(operator_log.c.position.desc()).limit(limit)
    if key is not None:
        done = done.where(operator_log.c.key == key)
    return tuple(Operation(row.at, row.actor, row.action, row.key, row.reason or "") for row in session.execute(done))


def _known(session: Session, service: str, event_id: UUID) -> Sent | InboxEvent | None:
    own = next(_sent(session, service, outbox.c.event_id == event_id), None)
    return own or received(session, event_id)


def _sent(session: Session, service: str, condition: ColumnElement[bool], most: int = MOST_FOUND) -> Iterator[Sent]:
    told = {
        (row.stream_id, row.consumer): row.settled_through
        for row in session.execute(select(subscriber).order_by(subscriber.c.consumer))
    }
    rows = select(outbox).where(condition).order_by(outbox.c.position.desc()).limit(most)
    for row in session.execute(rows):
        at = Position(service, row.stream_id, row.seq) if row.seq is not None else None
        yield Sent(event_of(row), at, tuple(_settled(told, at)) if at else ())


def _settled(told: dict[tuple[str, str], int], at: Position) -> Iterator[tuple[str, bool]]:
    for (stream_id, consumer), through in told.items():
        if stream_id == at.stream_id:
            yield consumer, through >= at.seq


def _fits(table: Table, words: str) -> ColumnElement[bool]:
    try:
        event_id = UUID(words)
    except ValueError:
        as_written = json.dumps(words, ensure_ascii=False)[1:-1]
        named = table.c.aggregate.endswith(words, autoescape=True)
        return or_(named, table.c.body.icontains(as_written, autoescape=True))
    # Ids are written in one way only: looking for that is quicker.
    by_text = (table.c.aggregate.endswith(str(event_id)), table.c.body.contains(str(event_id)))
    return or_(table.c.event_id == event_id, *by_text)


def _causes(session: Session, service: str, event: Event) -> Iterator[Step]:
    """From the event's cause to the one that a request made, or to where this service knows no further."""
    for _ in range(MOST_FOUND):
        if event.cause is None:
            return
        found = _known(session, service, event.cause.event_id)
        yield Step(event.cause, found)
        if found is None:
            return
        event = found.event
