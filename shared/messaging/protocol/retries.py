"""When a failed event is tried again."""

from collections.abc import Callable
from datetime import datetime, timedelta

SCHEDULE = (
    timedelta(seconds=1),
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
)
SPREAD = 0.2

Jitter = Callable[[], float]


def next_attempt_at(attempts: int, now: datetime, jitter: Jitter) -> datetime | None:
    """When to try again after `attempts` (≥ 1) failed tries, ± 20 %; None when it is to be parked.

    `jitter` gives a number from 0 up to 1.
    """
    if attempts > len(SCHEDULE):
        return None
    return now + SCHEDULE[attempts - 1] * (1 - SPREAD + 2 * SPREAD * jitter())
