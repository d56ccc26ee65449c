"""Publishing is a row: `add` writes an event into the transaction that makes it true. The relay does the rest."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.event import listens_for
from sqlalchemy.orm import Session

from shared import clock, ids, tracing
from shared.events.event import Event, dump
from shared.messaging.limits import LONGEST_BODY, LONGEST_SEALED
from shared.messaging.protocol.records import Cause
from shared.messaging.tables import outbox
from shared.seals import Seals

# Made once: with its values apart, SQLAlchemy need not look at the statement again for every event.
_ADD = insert(outbox)

#: In a Session's info: the rows that its commit will write, all at once.
_UNWRITTEN = "unwritten events"


class TooLarge(ValueError):
    """An event that the wire wouldn't carry."""


class Aggregate(Protocol):
    """A row that events happen to; its `version` counts them and is written under the row's lock."""

    id: Any
    version: Any


def add(
    session: Session,
    aggregate: Aggregate,
    fact: Event,
    *,
    private: Mapping[str, Any] | None = None,
    subject_id: UUID | None = None,
    refers_to: Iterable[str] = (),
) -> UUID:
    """Publish `fact` about `aggregate` if and when the transaction commits, and return its event id.

    `private` maps a recipient service to its part, which is sealed here; `subject_id` marks the person it is about;
    `refers_to` names aggregates of this service ("idea:<id>") whose earlier events must have had their effects first.
    Raises TooLarge for what no message could carry.
    """
    aggregate.version += 1
    cause: Cause | None = session.info.get("cause")
    event_id = ids.derived(cause.event_id, fact.name, str(aggregate.id)) if cause else ids.internal()
    occurred_at = clock.now()
    key = key_of(fact.aggregate, aggregate.id)
    values = {
        "event_id": event_id,
        "name": fact.name,
        "aggregate": key,
        "aggregate_seq": aggregate.version,
        "body": _body(session.info["service"], event_id, key, occurred_at.isoformat(), fact),
        "sealed": _sealed(session.info["seals"], fact, private or {}, subject_id),
        "subject_id": subject_id,
        "cause_producer": cause and cause.at.producer,
        "cause_stream_id": cause and cause.at.stream_id,
        "cause_seq": cause and cause.at.seq,
        "cause_event_id": cause and cause.event_id,
        "refers_to": json.dumps(sorted(refers_to)),
        "correlation_id": session.info["correlation_id"] if cause else str(event_id),
        "traceparent": tracing.handed_over(),
        "occurred_at": occurred_at,
        "root_at": session.info["root_at"] if cause else occurred_at,
    }
    if session.in_nested_transaction():
        # A savepoint that is rolled back takes its events with it, and no others.
        session.execute(_ADD, [values])
    else:
        session.info.setdefault(_UNWRITTEN, []).append(values)
    session.info["has_events"] = True
    return event_id


@listens_for(Session, "before_commit")
def write(session: Session) -> None:
    """Write what was added; every commit begins with it, and so must a statement that wants to find these rows."""
    if rows := session.info.pop(_UNWRITTEN, None):
        session.execute(_ADD, rows)


@listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(_UNWRITTEN, None)


def key_of(kind: str, aggregate_id: object) -> str:
    """The key by which events speak of an aggregate: `idea:3f0e…`."""
    return f"{kind}:{aggregate_id}"


def _body(service: str, event_id: UUID, key: str, time: str, fact: Event) -> str:
    """The event as CloudEvents 1.0 JSON."""
    body = json.dumps(
        {
            "specversion": "1.0",
            "id": str(event_id),
            "source": f"/mitsprache/{service}",
            "type": fact.name,
            "subject": key,
            "time": time,
            "datacontenttype": "application/json",
            "data": dump(fact),
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )
    if len(body.encode()) > LONGEST_BODY:
        raise TooLarge(f"{fact.name} has more than {LONGEST_BODY} bytes")
    return body


def _sealed(seals: Seals, fact: Event, private: Mapping[str, Any], subject_id: UUID | None) -> str | None:
    if not private:
        return None
    boxes = {recipient: seals.seal(recipient, fact.name, subject_id, dump(part)) for recipient, part in private.items()}
    sealed = json.dumps(boxes)
    if len(sealed) > LONGEST_SEALED:
        raise TooLarge(f"the sealed parts of {fact.name} have more than {LONGEST_SEALED} characters")
    return sealed
