"""Message ↔ what stands on the wire: the body is the event's CloudEvents JSON as it was written, everything else headers.

Reading trusts nothing: a header that is missing, ill-typed, too long or unfit for a database makes the message unreadable,
an unreadable body alone only marks it, so that its number isn't missed.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

from shared.messaging.limits import DEEPEST_BODY, LONGEST_BODY, LONGEST_SEALED
from shared.messaging.protocol.records import Cause, Event, Held, Message, Position, Receipt, StreamEnd

EVENT = "application/cloudevents+json"
HELLO = "application/x-mitsprache-hello"
RECEIPT = "application/x-mitsprache-receipt+json"

# What the database's columns hold.
_LARGEST_NUMBER = 2**63 - 1
_LARGEST_INTEGER = 2**31 - 1

T = TypeVar("T")


class Unreadable(Exception):
    """What came over the wire is no message of this protocol; the text says why and quotes nothing of it."""


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
    return Wire(
        EVENT, str(message.event.event_id), headers | _event_headers(message.event), message.event.body.encode()
    )


def from_wire(producer: str, wire: Wire) -> Message:
    """Read a message of `producer`. Raises Unreadable when its headers make no sense; an unreadable body is only marked."""
    headers = wire.headers
    seq = _number(headers, "seq")
    event, unreadable_body = None, False
    if wire.content_type == EVENT and seq > 0:
        event, unreadable_body = _event(wire)
    elif wire.content_type != HELLO or seq > 0:
        raise Unreadable("neither an event under a number nor a hello")
    return Message(
        producer=producer,
        stream_id=_text(headers, "stream", 40),
        life=_number(headers, "life"),
        seq=seq,
        event=event,
        present_id=_text(headers, "present_id", 40),
        present_life=_number(headers, "present_life"),
        first_seq=_number(headers, "first_seq"),
        ends=tuple(_end(*entry) for entry in _list(headers, "ends", 4)),
        unreadable_body=unreadable_body,
    )


def receipt_to_wire(receipt: Receipt) -> Wire:
    """Write a receipt for the wire."""
    streams = [[held.stream_id, held.life, held.through, held.missing, held.ended_at] for held in receipt.streams]
    return Wire(RECEIPT, None, {}, json.dumps(streams).encode())


def receipt_from_wire(producer: str, consumer: str, wire: Wire) -> Receipt:
    """Read a receipt that `consumer` sent to `producer`. Raises Unreadable."""
    if wire.content_type != RECEIPT or len(wire.body) > LONGEST_BODY:
        raise Unreadable("no receipt, or too long for one")
    streams = _entries(_read(json.loads, wire.body, "receipt"), "receipt", 5)
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


def _event(wire: Wire) -> tuple[Event, bool]:
    """The event, and whether its body is unreadable."""
    headers = wire.headers
    name = _text(headers, "name", 80)
    event_id = _read(UUID, wire.message_id, "message_id")
    body = _body(wire.body, event_id, name)
    event = Event(
        event_id=event_id,
        name=name,
        aggregate=_text(headers, "aggregate", 120),
        aggregate_seq=_whole(headers.get("aggregate_seq"), "aggregate_seq", _LARGEST_INTEGER),
        body=body or "",
        sealed=_optional(headers, "sealed", LONGEST_SEALED),
        subject_id=_read(UUID, headers["subject_id"], "subject_id") if "subject_id" in headers else None,
        cause=_cause(headers),
        refers_to=tuple(_clean(key, "refers_to", 120) for key in _list(headers, "refers_to")),
        occurred_at=_moment(headers, "occurred_at"),
        root_at=_moment(headers, "root_at"),
        correlation_id=_optional(headers, "correlation_id", 64),
        traceparent=_optional(headers, "traceparent", 55),
    )
    return event, body is None


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
    return text if fits and _depth(content) <= DEEPEST_BODY else None


def _depth(content: Any) -> int:
    if isinstance(content, dict):
        content = list(content.values())
    return 1 + max(map(_depth, content), default=0) if isinstance(content, list) else 0


def _cause(headers: Mapping[str, Any]) -> Cause | None:
    if "cause" not in headers:
        return None
    entries = _list(headers, "cause")
    if len(entries) != 4:
        raise Unreadable("cause isn't producer, stream, number and event id")
    at = Position(
        _clean(entries[0], "cause", 40),
        _clean(entries[1], "cause", 40),
        _whole(entries[2], "cause"),
    )
    return Cause(at, _read(UUID, entries[3], "cause"))


def _end(stream_id: Any, life: Any, through: Any, first_seq: Any) -> StreamEnd:
    numbers = (_whole(life, "ends", _LARGEST_INTEGER), _whole(through, "ends"), _whole(first_seq, "ends"))
    return StreamEnd(_clean(stream_id, "ends", 40), *numbers)


def _held(stream_id: Any, life: Any, through: Any, missing: Any, ended_at: Any) -> Held:
    return Held(
        _clean(stream_id, "receipt", 40),
        _whole(life, "receipt", _LARGEST_INTEGER),
        _whole(through, "receipt"),
        tuple((_whole(first, "receipt"), _whole(last, "receipt")) for first, last in _entries(missing, "receipt", 2)),
        None if ended_at is None else _whole(ended_at, "receipt"),
    )


def _list(headers: Mapping[str, Any], name: str, width: int | None = None) -> list[Any]:
    """A header that holds a JSON list, each entry a list of `width` values where that is given; empty when absent."""
    return _entries(_read(json.loads, headers[name], name), name, width) if name in headers else []


def _entries(entries: Any, name: str, width: int | None = None) -> list[Any]:
    if not isinstance(entries, list) or (width and any(not isinstance(e, list) or len(e) != width for e in entries)):
        raise Unreadable(f"{name} isn't the list it should be")
    return entries


def _text(headers: Mapping[str, Any], name: str, longest: int) -> str:
    text = _clean(headers.get(name), name, longest)
    if not text:
        raise Unreadable(f"{name} is empty")
    return text


def _optional(headers: Mapping[str, Any], name: str, longest: int) -> str | None:
    return _clean(headers[name], name, longest) if name in headers else None


def _clean(value: Any, name: str, longest: int) -> str:
    """Text that both databases can store: no NUL, no lone surrogates, not longer than its column."""
    if not isinstance(value, str) or len(value) > longest or "\0" in value:
        raise Unreadable(f"{name} is missing, no text, too long, or holds NUL")
    _read(str.encode, value, name)
    return value


def _number(headers: Mapping[str, Any], name: str) -> int:
    return _whole(headers.get(name), name, _LARGEST_INTEGER if name.endswith("life") else _LARGEST_NUMBER)


def _whole(value: Any, name: str, largest: int = _LARGEST_NUMBER) -> int:
    if type(value) is not int or not 0 <= value <= largest:
        raise Unreadable(f"{name} is no number that counts")
    return value


def _moment(headers: Mapping[str, Any], name: str) -> datetime:
    return _read(_read_moment, headers.get(name), name)


def _read_moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment needs its zone")
    return moment.astimezone(UTC)


def _read(reader: Callable[[Any], T], value: Any, name: str) -> T:
    try:
        return reader(value)
    except (
        ValueError,
        TypeError,
        AttributeError,
        OverflowError,
        RecursionError,
    ) as error:
        raise Unreadable(f"{name} can't be read: {type(error).__name__}") from error
