"""The only source of now. Tests move it; nothing else in the code asks the machine for the time."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

CIVIL_ZONE = ZoneInfo("Europe/Berlin")

_offset = timedelta(0)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC) + _offset


def today() -> date:
    """The civil date in Harburg (Europe/Berlin)."""
    return now().astimezone(CIVIL_ZONE).date()


def monotonic() -> float:
    """Seconds that only ever grow, for measuring and for waiting; moving the clock leaves them alone."""
    return time.monotonic()


@contextmanager
def moved(by: timedelta) -> Iterator[None]:
    """Let tests live later or earlier, by a fixed distance, until the block ends."""
    global _offset  # noqa: PLW0603 - one process, one clock
    before = _offset
    _offset = before + by
    try:
        yield
    finally:
        _offset = before
