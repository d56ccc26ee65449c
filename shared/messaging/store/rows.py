"""Rows of the backbone's tables ↔ the protocol's records."""

import json
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Table

from shared.messaging.protocol.records import (
    Cause,
    Cursor,
    Event,
    InboxEvent,
    InboxStatus,
    Numbered,
    Position,
    Stream,
    Subscriber,
)
from shared.messaging.tables import inbox, outbox

AnyRow = Row[Any]


def _columns(table: Table, names: str) -> Callable[[AnyRow], tuple[Any, ...]]:
    """Takes these columns out of a row of the table: much quicker than asking the row for each by its name."""
    return itemgetter(*(table.c.keys().index(name) for name in names.split()))


_EVENT = (
    "event_id name aggregate aggregate_seq body sealed subject_id cause_producer cause_stream_id cause_seq cause_event_id"
    " refers_to occurred_at root_at correlation_id traceparent"
)
_of_outbox, _of_inbox = _columns(outbox, _EVENT), _columns(inbox, _EVENT)
_at_in_inbox = _columns(inbox, "producer stream_id seq")
_fate_in_inbox = _columns(inbox, "received_at status suspect attempts deaths next_attempt_at last_error processed_at")


def event_values(event: Event) -> dict[str, Any]:
    """An event as columns of outbox or inbox."""
    cause = event.cause
    return {
        "event_id": event.event_id,
        "name": event.name,
        "aggregate": event.aggregate,
        "aggregate_seq": event.aggregate_seq,
        "body": event.body,
        "sealed": event.sealed,
        "subject_id": event.subject_id,
        "cause_producer": cause and cause.at.producer,
        "cause_stream_id": cause and cause.at.stream_id,
        "cause_seq": cause and cause.at.seq,
        "cause_event_id": cause and cause.event_id,
        "refers_to": json.dumps(event.refers_to),
        "correlation_id": event.correlation_id,
        "traceparent": event.traceparent,
        "occurred_at": event.occurred_at,
        "root_at": event.root_at,
    }


def event_of(row: AnyRow) -> Event:
    """The event in a row of outbox, all columns of it."""
    return _event(_of_outbox(row))


def _event(values: Sequence[Any]) -> Event:
    """From the columns _EVENT. A body that retention took away reads as an empty one."""
    event_id, name, aggregate, aggregate_seq, body, sealed, subject_id, *cause, refers_to, occurred_at = values[:13]
    return Event(
        event_id,
        name,
        aggregate,
        aggregate_seq,
        body or "",
        sealed,
        subject_id,
        _cause(*cause),
        tuple(json.loads(refers_to)) if refers_to != "[]" else (),
        occurred_at,
        *values[13:],
    )


def _cause(producer: str, stream_id: str, seq: int, event_id: UUID | None) -> Cause | None:
    return None if event_id is None else Cause(Position(producer, stream_id, seq), event_id)


def numbered_of(row: AnyRow) -> Numbered:
    """An outbox row that has its number."""
    return Numbered(row.stream_id, row.seq, event_of(row))


def stream_of(row: AnyRow) -> Stream:
    """A row of stream."""
    return Stream(**row._mapping)


def subscriber_of(row: AnyRow) -> Subscriber:
    """A row of subscriber."""
    return Subscriber(**{**row._mapping, "missing": tuple((first, last) for first, last in json.loads(row.missing))})


def cursor_of(row: AnyRow) -> Cursor:
    """A row of inbox_cursor."""
    return Cursor(**row._mapping)


def inbox_values(row: InboxEvent) -> dict[str, Any]:
    """A received event as columns of inbox."""
    return {**position_values(row.at), **event_values(row.event), "received_at": row.received_at, **fate_values(row)}


def fate_values(row: InboxEvent) -> dict[str, Any]:
    """What becomes of a received event, as columns of inbox."""
    return {
        "status": row.status.value,
        "suspect": row.suspect,
        "attempts": row.attempts,
        "deaths": row.deaths,
        "next_attempt_at": row.next_attempt_at,
        "last_error": row.last_error,
        "processed_at": row.processed_at,
    }


def inbox_event_of(row: AnyRow) -> InboxEvent:
    """A row of inbox, all columns of it."""
    place, (received_at, status, *fate) = _at_in_inbox(row), _fate_in_inbox(row)
    return InboxEvent(Position(*place), _event(_of_inbox(row)), received_at, InboxStatus(status), *fate)


def position_of(row: AnyRow) -> Position:
    """Where in its producer's stream an inbox row stands."""
    return Position(row.producer, row.stream_id, row.seq)


def position_values(at: Position) -> dict[str, Any]:
    """A position as columns."""
    return {"producer": at.producer, "stream_id": at.stream_id, "seq": at.seq}


def by_stream(positions: Iterable[Position]) -> list[tuple[str, str, list[int]]]:
    """Positions as few (producer, stream_id, numbers): one statement each."""
    ordered = sorted(positions, key=lambda at: (at.producer, at.stream_id, at.seq))
    groups = groupby(ordered, key=lambda at: (at.producer, at.stream_id))
    return [(producer, stream_id, [at.seq for at in group]) for (producer, stream_id), group in groups]


def known_ids(ids: Iterable[UUID]) -> list[UUID]:
    """Ids in a steady order, so that statements that lock their rows lock them in the same order."""
    return sorted(set(ids))
