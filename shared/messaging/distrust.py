"""Reading values from the wire that anybody may have written. Everything here raises Unreadable for what can't be right."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

# What the database's columns hold.
LARGEST_NUMBER = 2**63 - 1
LARGEST_INTEGER = 2**31 - 1

# Leaves room for a life above any that somebody claims.
LATEST_LIFE = 2**30

T = TypeVar("T")


class Unreadable(Exception):
    """What came over the wire is no message of this protocol; the text says why and quotes nothing of it."""


def listed(headers: Mapping[str, Any], name: str, width: int | None = None) -> list[Any]:
    """A header that holds a JSON list, each entry a list of `width` values where that is given; empty when absent."""
    return entries_of(read(json.loads, headers[name], name), name, width) if name in headers else []


def entries_of(entries: Any, name: str, width: int | None = None) -> list[Any]:
    """A list, each entry a list of `width` values where that is given."""
    if not isinstance(entries, list) or (width and any(not isinstance(e, list) or len(e) != width for e in entries)):
        raise Unreadable(f"{name} isn't the list it should be")
    return entries


def text_in(headers: Mapping[str, Any], name: str, longest: int) -> str:
    """A header that holds text, at least one character of it."""
    text = clean(headers.get(name), name, longest)
    if not text:
        raise Unreadable(f"{name} is empty")
    return text


def optional_text(headers: Mapping[str, Any], name: str, longest: int) -> str | None:
    """A header that may be absent."""
    return clean(headers[name], name, longest) if name in headers else None


def clean(value: Any, name: str, longest: int) -> str:
    """Text that both databases can store: no NUL, no lone surrogates, not longer than its column."""
    if not isinstance(value, str) or len(value) > longest or "\0" in value:
        raise Unreadable(f"{name} is missing, no text, too long, or holds NUL")
    read(str.encode, value, name)
    return value


def number_in(headers: Mapping[str, Any], name: str) -> int:
    """A header that counts something; a life is a smaller number than the others."""
    return whole(headers.get(name), name, LATEST_LIFE if name.endswith("life") else LARGEST_NUMBER)


def whole(value: Any, name: str, largest: int = LARGEST_NUMBER) -> int:
    """A number from 0 to what its column holds."""
    if type(value) is not int or not 0 <= value <= largest:
        raise Unreadable(f"{name} is no number that counts")
    return value


def moment_in(headers: Mapping[str, Any], name: str) -> datetime:
    """A header that names a moment and its zone, in UTC."""
    return read(_read_moment, headers.get(name), name)


def _read_moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment needs its zone")
    return moment.astimezone(UTC)


def read(reader: Callable[[Any], T], value: Any, name: str) -> T:
    """What `reader` makes of the value."""
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
