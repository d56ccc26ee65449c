"""The thread that leads from any effect back to the request that caused it: W3C trace context, by hand-over.

Every piece of work is a span: one request, one handler's run, one letter. Ids are random and tell nothing; a caller's trace is
continued where its `traceparent` is well-formed, and nothing else of it is kept (no tracestate, no sampling decision).
"""

import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal

from shared import clock

_SHAPE = re.compile(
    r"(?!ff)(?P<version>[0-9a-f]{2})-(?!0{32})(?P<trace>[0-9a-f]{32})-(?!0{16})(?P<span>[0-9a-f]{16})-[0-9a-f]{2}"
    r"(?P<more>-.*)?"
)

Kind = Literal["internal", "server", "consumer", "client"]


class Span:
    """A piece of work in a trace. Name and attributes may be completed until it ends; they never hold a person or a text."""

    __slots__ = ("attributes", "began_at", "ended_at", "has_failed", "kind", "name", "parent_id", "span_id", "trace_id")

    def __init__(self, traceparent: str | None, name: str, kind: Kind) -> None:
        cause = _read(traceparent) if traceparent else None
        self.trace_id = cause["trace"] if cause else secrets.token_hex(16)
        self.parent_id: str | None = cause["span"] if cause else None
        self.span_id = secrets.token_hex(8)
        self.name = name
        self.kind = kind
        self.attributes: dict[str, str | int] = {}
        self.has_failed = False
        self.began_at = self.ended_at = clock.now()

    @property
    def traceparent(self) -> str:
        """How it is handed to whatever it causes."""
        return _written(self.trace_id, self.span_id)


_current: ContextVar[Span | None] = ContextVar("span", default=None)
_listeners: list[Callable[[Span], None]] = []


def current() -> Span | None:
    """What this thread does now, or None outside any trace."""
    return _current.get()


def handed_over() -> str:
    """The traceparent for what is caused now. Work that no request asked for, like a timer's, begins a trace with each effect."""
    return (_current.get() or Span(None, "", "internal")).traceparent


def well_formed(traceparent: object) -> str | None:
    """`traceparent` in the form that is kept (55 characters), or None where it is none: a mistake in it may cost nothing else."""
    cause = _read(traceparent) if isinstance(traceparent, str) else None
    return cause and _written(cause["trace"], cause["span"])


@contextmanager
def following(traceparent: str | None, name: str = "", kind: Kind = "internal") -> Iterator[Span]:
    """Work as a new span of `traceparent`, or of a fresh trace where it is missing or malformed."""
    span = Span(traceparent, name, kind)
    before = _current.set(span)
    try:
        yield span
    except BaseException:
        span.has_failed = True
        raise
    finally:
        _current.reset(before)
        end(span)


def end(span: Span) -> None:
    """`span` is over; whoever listens is told."""
    if _listeners:
        span.ended_at = clock.now()
        for listen in _listeners:
            listen(span)


def listen(listener: Callable[[Span], None]) -> Callable[[], None]:
    """Tell `listener` of every span of this process when it ends; returns what stops that."""
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)


def _read(traceparent: str) -> re.Match[str] | None:
    """The parts of a traceparent. Of a later version than 00 the same four are read, whatever follows them."""
    shape = _SHAPE.fullmatch(traceparent)
    return shape if shape and (shape["more"] is None or shape["version"] != "00") else None


def _written(trace_id: str, span_id: str) -> str:
    # Always sampled: a collector may thin out what it gets, and nobody outside decides what we see.
    return f"00-{trace_id}-{span_id}-01"
