"""Message ↔ what stands on the wire: the body is the event's CloudEvents JSON as it was written, everything else headers.

Reading trusts nothing: a header that is missing, ill-typed, too long or unfit for a database makes the message unreadable,
an unreadable body alone only marks it, so that its number isn't missed.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from uuid import UUID

from shared import tracing
from shared.events.catalogue import EVENTS, PUBLISHED
from shared.messaging.distrust import (
    LARGEST_INTEGER,
    LATEST_LIFE,
    Unreadable,
    clean,
    entries_of,
    listed,
    moment_in,
    number_in,
    optional_text,
    read,
    text_in,
    whole,
)
from shared.messaging.limits import DEEPEST_BODY, LONGEST_BODY, LONGEST_SEALED, MOST_GAPS, MOST_LIVES
from shared.messaging.protocol.records import Cause, Event, Held, Message, Position, Receipt, StreamEnd

EVENT = "application/cloudevents+json"
HELLO = "application/x-mitsprache-hello"
RECEIPT = "application/x-mitsprache-receipt+json"


@dataclass(frozen=True, slots=True)
class Wire:
    """One AMQP message: its content type, message id, headers and body."""

    content_type: str
    message_id: str | None
    headers: dict[str, Any]
    body: bytes


def to_wire(message: Message) -> Wire:
    """Write a message, or a hello, for the wire."""
    headers: dict[str, Any] = {
        "stream": message.stream_id,
        "life": message.life,
        "seq": message.seq,
        "present_id": message.present_id,
        "present_life": message.present_life,
        "first_seq": message.first_seq,
    }
    if message.ends:
        headers["ends"] = json.dumps([[e.stream_id, e.life, e.through, e.first_seq] for e in message.ends])
    if message.event is None:
        return Wire(HELLO, None, headers, b"")
    if message.mark is not None:
        headers["mark"] = message.mark
    return Wire(
        EVENT, str(message.event.event_id), headers | _event_headers(message.event), message.event.body.encode()
    )


def from_wire(producer: str, wire: Wire) -> Message:
    """Read a message of `producer`. Raises Unreadable when its headers make no sense; an unreadable body is only marked."""
    headers = wire.headers
    seq, first_seq = number_in(headers, "seq"), number_in(headers, "first_seq")
    if 0 < seq < first_seq:
        raise Unreadable("a number before the first one")
    event, unreadable_body = None, False
    if wire.content_type == EVENT and seq > 0:
        event, unreadable_body = _event(producer, wire)
    elif wire.content_type != HELLO or seq > 0:
        raise Unreadable("neither an event under a number nor a hello")
    return Message(
        producer=producer,
        stream_id=text_in(headers, "stream", 40),
        life=number_in(headers, "life"),
        seq=seq,
        event=event,
        present_id=text_in(headers, "present_id", 40),
        present_life=number_in(headers, "present_life"),
        first_seq=first_seq,
        ends=tuple(_end(*entry) for entry in listed(headers, "ends", 4)),
        unreadable_body=unreadable_body,
        mark=optional_text(headers, "mark", 64),
    )


def receipt_to_wire(receipt: Receipt) -> Wire:
    """Write a receipt for the wire."""
    streams = [
        [held.stream_id, held.life, held.through, held.missing, held.ended_at, held.seen, held.mark]
        for held in receipt.streams
    ]
    return Wire(RECEIPT, None, {}, json.dumps(streams).encode())


def receipt_from_wire(producer: str, consumer: str, wire: Wire) -> Receipt:
    """Read a receipt that `consumer` sent to `producer`. Raises Unreadable."""
    if wire.content_type != RECEIPT or len(wire.body) > LONGEST_BODY:
        raise Unreadable("no receipt, or too long for one")
    streams = entries_of(read(json.loads, wire.body, "receipt"), "receipt", 7)
    if len({str(stream_id) for stream_id, *_ in streams}) < len(streams) or len(streams) > MOST_LIVES:
        raise Unreadable("one stream twice, or more streams than anybody has")
    return Receipt(producer, consumer, tuple(_held(*entry) for entry in streams))


def _event_headers(event: Event) -> dict[str, Any]:
    headers: dict[str, Any] = {
        "name": event.name,
        "aggregate": event.aggregate,
        "aggregate_seq": event.aggregate_seq,
        "occurred_at": event.occurred_at.isoformat(),
        "root_at": event.root_at.isoformat(),
    }
    if event.refers_to:
        headers["refers_to"] = json.dumps(event.refers_to)
    if cause := event.cause:
        headers["cause"] = json.dumps([cause.at.producer, cause.at.stream_id, cause.at.seq, str(cause.event_id)])
    optional = ("subject_id", "sealed", "correlation_id", "traceparent")
    return headers | {name: str(value) for name in optional if (value := getattr(event, name)) is not None}


def _event(producer: str, wire: Wire) -> tuple[Event, bool]:
    """The event, and whether its body is unreadable."""
    headers = wire.headers
    name = _own_name(producer, text_in(headers, "name", 80))
    event_id = read(UUID, wire.message_id, "message_id")
    body = _body(wire.body, event_id, name)
    event = Event(
        event_id=event_id,
        name=name,
        aggregate=text_in(headers, "aggregate", 120),
        aggregate_seq=whole(headers.get("aggregate_seq"), "aggregate_seq", LARGEST_INTEGER),
        body=body or "",
        sealed=optional_text(headers, "sealed", LONGEST_SEALED),
        subject_id=read(UUID, headers["subject_id"], "subject_id") if "subject_id" in headers else None,
        cause=_cause(headers),
        refers_to=tuple(clean(key, "refers_to", 120) for key in listed(headers, "refers_to")),
        occurred_at=moment_in(headers, "occurred_at"),
        root_at=moment_in(headers, "root_at"),
        correlation_id=optional_text(headers, "correlation_id", 64),
        traceparent=tracing.well_formed(headers.get("traceparent")),
    )
    return event, body is None


def _own_name(producer: str, name: str) -> str:
    """The name, unless it is another service's to use. One that nobody has declared may be newer than this consumer."""
    if name in EVENTS and name not in PUBLISHED[producer]:
        raise Unreadable(f"an event that isn't for {producer} to publish")
    return name


def _body(raw: bytes, event_id: UUID, name: str) -> str | None:
    """The body as text if it is the CloudEvents JSON of this very event, else None."""
    if len(raw) > LONGEST_BODY:
        return None
    try:
        text = raw.decode()
        content = json.loads(text)
        fits = content["id"] == str(event_id) and content["type"] == name and isinstance(content["data"], dict)
    except (ValueError, RecursionError, LookupError, TypeError):
        return None
    # Counting brackets is quick, and few of them can't be deep.
    shallow = text.count("{") + text.count("[") <= DEEPEST_BODY
    return text if fits and (shallow or _depth(content) <= DEEPEST_BODY) else None


def _depth(content: Any) -> int:
    inner = content.values() if isinstance(content, dict) else content
    return 1 + max((_depth(part) for part in inner if isinstance(part, dict | list)), default=0)


def _cause(headers: Mapping[str, Any]) -> Cause | None:
    if "cause" not in headers:
        return None
    entries = listed(headers, "cause")
    if len(entries) != 4:
        raise Unreadable("cause isn't producer, stream, number and event id")
    at = Position(
        clean(entries[0], "cause", 40),
        clean(entries[1], "cause", 40),
        whole(entries[2], "cause"),
    )
    return Cause(at, read(UUID, entries[3], "cause"))


def _end(stream_id: Any, life: Any, through: Any, first_seq: Any) -> StreamEnd:
    numbers = (whole(life, "ends", LATEST_LIFE), whole(through, "ends"), whole(first_seq, "ends"))
    return StreamEnd(clean(stream_id, "ends", 40), *numbers)


def _held(stream_id: Any, life: Any, through: Any, missing: Any, ended_at: Any, seen: Any, mark: Any) -> Held:
    return Held(
        clean(stream_id, "receipt", 40),
        whole(life, "receipt", LATEST_LIFE),
        whole(through, "receipt"),
        _gaps(missing),
        None if ended_at is None else whole(ended_at, "receipt"),
        whole(seen, "receipt"),
        None if mark is None else clean(mark, "receipt", 64),
    )


def _gaps(missing: Any) -> tuple[tuple[int, int], ...]:
    """Ranges of numbers, each behind the one before: whoever answers reads no event twice for them."""
    gaps = [(whole(first, "receipt"), whole(last, "receipt")) for first, last in entries_of(missing, "receipt", 2)]
    ends = [number for gap in gaps for number in gap]
    apart = all(before[1] < after[0] for before, after in pairwise(gaps))
    if len(gaps) > MOST_GAPS or ends != sorted(ends) or not apart:
        raise Unreadable("gaps that are none, or too many")
    return tuple(gaps)
