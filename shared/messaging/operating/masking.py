"""What may be shown of an event: fields that its class declares and doesn't call private. Sealed boxes are never opened."""

import json
from dataclasses import dataclass, fields
from typing import Any

from shared.events.catalogue import EVENTS
from shared.events.event import Event as Declared
from shared.messaging.protocol.records import Event

#: Characters of one value; the rest is cut.
LONGEST_SHOWN = 600


@dataclass(frozen=True, slots=True)
class Part:
    """One field of the body. `value` is None where it is masked: private, or unknown to the event's class."""

    name: str
    value: str | dict[str, str] | None


@dataclass(frozen=True, slots=True)
class Box:
    """What is sealed for one service: the names of its fields; `is_there` is False once it was erased or never sealed."""

    recipient: str
    names: tuple[str, ...]
    is_there: bool


@dataclass(frozen=True, slots=True)
class Payload:
    """An event's content as operators may see it; `parts` is None where there is no readable body (any more)."""

    parts: tuple[Part, ...] | None
    boxes: tuple[Box, ...]


def payload_of(event: Event) -> Payload:
    """The content with private parts masked."""
    shape = EVENTS.get(event.name)
    return Payload(_parts(event.body, shape), _boxes(event.sealed, shape))


def _parts(body: str, shape: type[Declared] | None) -> tuple[Part, ...] | None:
    try:
        data = json.loads(body)["data"]
    except (ValueError, LookupError, TypeError):
        return None
    shown = _public_names(shape)
    return tuple(Part(str(name), _shown(value) if name in shown else None) for name, value in data.items())


def _public_names(shape: type[Declared] | None) -> set[str]:
    if shape is None:
        return set()
    private = {field.name for part in shape.private.values() for field in fields(part)}
    return {field.name for field in fields(shape)} - private


def _shown(value: Any) -> str | dict[str, str]:
    if isinstance(value, dict):
        return {str(name): _cut(str(text)) for name, text in value.items()}
    return _cut(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]} …"


def _boxes(sealed: str | None, shape: type[Declared] | None) -> tuple[Box, ...]:
    there = _recipients(sealed)
    declared = shape.private if shape else {}
    names = {recipient: tuple(field.name for field in fields(part)) for recipient, part in declared.items()}
    return tuple(
        Box(recipient, names.get(recipient, ()), recipient in there) for recipient in sorted(there | set(names))
    )


def _recipients(sealed: str | None) -> set[str]:
    """For whom there are boxes. What a broken publisher may send instead of them has none."""
    try:
        boxes = json.loads(sealed or "{}")
    except ValueError:
        return set()
    return set(boxes) if isinstance(boxes, dict) else set()
