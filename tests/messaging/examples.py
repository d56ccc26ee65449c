"""Events and inbox rows for tests of the protocol, made short."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from shared.messaging.protocol.records import Cause, Event, InboxEvent, Message, Position, StreamEnd

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def after(seconds: float) -> datetime:
    """A moment that many seconds after noon."""
    return NOON + timedelta(seconds=seconds)


def an_id(number: int) -> UUID:
    """The same id for the same number; greater numbers sort later."""
    return UUID(int=number)


def an_event(number: int, **changes: Any) -> Event:
    """The event with id `number`, the first of its own aggregate unless changed."""
    event = Event(
        event_id=an_id(number),
        name="idea.received",
        aggregate=f"idea:{number}",
        aggregate_seq=1,
        body=f'{{"number": {number}}}',
        sealed=None,
        subject_id=None,
        cause=None,
        refers_to=(),
        occurred_at=NOON,
        root_at=NOON,
    )
    return replace(event, **changes)


def at(seq: int, stream_id: str = "s1", producer: str = "submissions") -> Position:
    """A place in the stream of a producer."""
    return Position(producer, stream_id, seq)


def a_cause(number: int, seq: int, stream_id: str = "s1", producer: str = "submissions") -> Cause:
    """The event `number`, met at that place."""
    return Cause(at(seq, stream_id, producer), an_id(number))


def a_row(place: Position, event: Event, **changes: Any) -> InboxEvent:
    """A ready inbox row, received at noon unless changed."""
    return replace(InboxEvent(place, event, NOON), **changes)


def a_message(seq: int, event: Event | None, stream_id: str = "s1", life: int = 1, **changes: Any) -> Message:
    """A message of submissions, said in the life it belongs to unless changed."""
    message = Message("submissions", stream_id, life, seq, event, present_id=stream_id, present_life=life)
    return replace(message, **changes)


def an_end(stream_id: str, life: int, through: int, first_seq: int = 1) -> StreamEnd:
    """The end of a stream."""
    return StreamEnd(stream_id, life, through, first_seq)
