"""Waiting for a condition instead of for a time."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(look: Callable[[], T | None], what: str, seconds: float = 30, pause: float = 0.02) -> T:
    """What `look` returns as soon as it is something, asked every `pause` seconds. Raises AssertionError naming `what` when
    that takes too long."""
    ends = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < ends, f"waited {seconds:.0f} s for {what}"
        time.sleep(pause)
    return found
