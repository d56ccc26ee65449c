"""Where each message goes and whom to believe: exchange, routing key, headers, and the sender's name on it."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

import structlog

from shared.messaging import topology
from shared.messaging.distrust import Unreadable
from shared.messaging.encoding import Wire, from_wire, receipt_from_wire, receipt_to_wire, to_wire
from shared.messaging.protocol.records import Garbage, Message, Receipt

log = structlog.get_logger(component="broker")

#: A foreign user may make headers as long as a frame; evidence needs less.
LONGEST_EVIDENCE = 4_000


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message on its way out."""

    exchange: str
    routing_key: str
    wire: Wire


@dataclass(frozen=True, slots=True)
class Incoming:
    """One delivery as it came: the broker vouches for `user_id`, if it is there at all."""

    routing_key: str
    user_id: str | None
    wire: Wire


def event_out(message: Message) -> Outgoing:
    """To everybody who listens to this producer."""
    key = message.event.name if message.event else "hello"
    return Outgoing(topology.events_exchange(message.producer), key, to_wire(message))


def resend_out(consumer: str, message: Message) -> Outgoing:
    """To one consumer alone."""
    exchange = topology.resend_exchange(message.producer)
    return Outgoing(exchange, topology.queue(consumer, message.producer), to_wire(message))


def receipt_out(receipt: Receipt) -> Outgoing:
    """To the producer whom it is for."""
    key = topology.receipt_key(receipt.producer, receipt.consumer)
    return Outgoing(topology.RECEIPTS, key, receipt_to_wire(receipt))


def message_in(producer: str, incoming: Incoming) -> Message | Garbage:
    """What came through the queue from `producer`; only `producer` itself may have published it."""
    try:
        if incoming.user_id != producer:
            raise Unreadable(f"published by {incoming.user_id or 'nobody'} instead of {producer}")
        return from_wire(producer, incoming.wire)
    except Unreadable as error:
        log.warning("security: message refused", producer=producer, reason=str(error))
        return _garbage(incoming, str(error))


def receipt_in(producer: str, incoming: Incoming) -> Receipt | None:
    """A receipt for `producer`, or None: only the consumer that its routing key names may have sent it."""
    consumer = incoming.routing_key.removeprefix(topology.receipt_key(producer, ""))
    try:
        if incoming.user_id != consumer:
            raise Unreadable(f"sent by {incoming.user_id or 'nobody'} instead of {consumer}")
        return receipt_from_wire(producer, consumer, incoming.wire)
    except Unreadable as error:
        log.warning("security: receipt refused", consumer=consumer, reason=str(error))
        return None


def _garbage(incoming: Incoming, reason: str) -> Garbage:
    evidence: dict[str, Any] = {
        "reason": reason,
        "routing_key": incoming.routing_key,
        "user_id": incoming.user_id,
        "message_id": incoming.wire.message_id,
        "headers": _as_told(incoming.wire.headers),
    }
    # ASCII escapes keep out what a database refuses; NUL becomes  \u0000 and stays text.
    headers = json.dumps(evidence, default=repr, ensure_ascii=True)[:LONGEST_EVIDENCE]
    digest = hashlib.sha256(headers.encode() + incoming.wire.body).hexdigest()
    return Garbage(digest, incoming.wire.body, headers)


def _as_told(headers: dict[str, Any]) -> str:
    """Headers in words: they may be nested deeper than JSON can be written, and have keys that are no text."""
    try:
        return repr(headers)
    except RecursionError:
        return "nested too deep"
