"""The thread that leads from any effect back to the request that caused it: W3C trace context, by hand-over."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_WELL_FORMED = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")

_traceparent: ContextVar[str | None] = ContextVar("traceparent", default=None)


def current() -> str | None:
    """The traceparent of what this thread does now, or None outside any trace."""
    return _traceparent.get()


@contextmanager
def following(traceparent: str | None) -> Iterator[str]:
    """Work as a new span of `traceparent`, or of a fresh trace where it is missing or malformed."""
    trace_id = traceparent[3:35] if traceparent and _WELL_FORMED.fullmatch(traceparent) else secrets.token_hex(16)
    span = f"00-{trace_id}-{secrets.token_hex(8)}-01"
    before = _traceparent.set(span)
    try:
        yield span
    finally:
        _traceparent.reset(before)
