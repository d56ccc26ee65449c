"""From a row of the inbox to the service's handler: the event as its class, the private part opened, causes noted."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from marshmallow import ValidationError
from sqlalchemy.event import listens_for
from sqlalchemy.orm import Session

from shared import clock, failpoints, metrics, tracing
from shared.events.event import Event, Received, load
from shared.messaging.errors import Reject
from shared.messaging.protocol.processing import Handle
from shared.messaging.protocol.records import Cause, InboxEvent
from shared.messaging.protocol.records import Event as Stored
from shared.messaging.store import SqlTransaction
from shared.seals import SealBroken

#: What a service declares in handlers.py: event class → function.
Handlers = Mapping[type[Event], Callable[[Session, Received[Any]], None]]

log = structlog.get_logger(component="processor")


def by_name(handlers: Handlers) -> dict[str, Handle[SqlTransaction]]:
    """The service's handlers as the protocol calls them."""
    return {event.name: _handle(event, handler) for event, handler in handlers.items()}


def _handle(shape: type[Event], handler: Callable[[Session, Received[Any]], None]) -> Handle[SqlTransaction]:
    def handle(tx: SqlTransaction, row: InboxEvent) -> None:
        session, event = tx.session, row.event
        with tracing.following(event.traceparent, f"handle {event.name}", "consumer") as span:
            span.attributes["messaging.message.id"] = str(event.event_id)
            received = _received(tx, shape, row)
            session.info["cause"] = Cause(row.at, event.event_id)
            session.info["root_at"] = event.root_at
            session.info["correlation_id"] = event.correlation_id
            began = clock.monotonic()
            try:
                handler(session, received)
                failpoints.reached("processor.handling")
            finally:
                del session.info["cause"]
        _count_once_kept(session, event, clock.monotonic() - began)

    return handle


def _count_once_kept(session: Session, event: Stored, seconds: float) -> None:
    """Count what was handled when its transaction commits: a batch that fails runs again, and would count twice."""
    handled: list[tuple[Stored, float]] | None = session.info.get("handled")
    if handled is None:
        handled = session.info["handled"] = []
        listens_for(session, "after_commit", once=True)(_count)
    handled.append((event, seconds))


def _count(session: Session) -> None:
    service, now = session.info["service"], clock.now()
    for event, seconds in session.info["handled"]:
        metrics.HANDLER_SECONDS.labels(service, event.name).observe(seconds)
        metrics.END_TO_END_SECONDS.labels(service, event.name).observe((now - event.occurred_at).total_seconds())


def _received(tx: SqlTransaction, shape: type[Event], row: InboxEvent) -> Received[Any]:
    event = row.event
    try:
        fact = load(shape, json.loads(event.body)["data"])
    except ValidationError as error:
        # The names are those of our own fields; what was sent in them stays unsaid.
        raise Reject(f"the body is no {event.name}: {', '.join(sorted(error.messages_dict))}") from error
    except (ValueError, LookupError, TypeError) as error:
        raise Reject(f"the body is no {event.name}: {type(error).__name__}") from error
    return Received(
        fact, event.event_id, event.occurred_at, event.root_at, _private(tx, shape, row), subject_id=event.subject_id
    )


def _private(tx: SqlTransaction, shape: type[Event], row: InboxEvent) -> Any | None:
    """This service's part, opened. None if there is none, if its person was erased, or if it can't be opened."""
    event, service = row.event, tx.session.info["service"]
    if event.sealed is None or service not in shape.private:
        return None
    if event.subject_id and tx.erased_among({event.subject_id}):
        return None
    try:
        box = json.loads(event.sealed).get(service)
        return box and load(shape.private[service], tx.session.info["seals"].open(box, event.name, event.subject_id))
    except (ValueError, AttributeError, SealBroken, ValidationError) as error:
        log.error("box can't be opened", event_id=str(event.event_id), name=event.name, error=type(error).__name__)
        return None
