"""Counts as they are drawn: bars in hundredths of the longest, and small cells without their number."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

#: Fewer people than this are told as "under 5" where a language or an answer is named: nobody shall be recognised by it.
FEWEST_SHOWN = 5
#: Over more days than this, weeks are drawn.
MOST_DAYS = 42
#: There is room for so many columns at least, so that a single one doesn't fill the picture.
FEWEST_COLUMNS = 14


@dataclass(frozen=True, slots=True)
class Bar:
    """One cell: `count` is None where it is too small to be told, `length` is of 100."""

    key: str
    count: int | None
    length: int


@dataclass(frozen=True, slots=True)
class Column:
    """So many in the time from this day on; `height` is of 100."""

    first_day: date
    count: int
    height: int


@dataclass(frozen=True, slots=True)
class Columns:
    """Counts over time, without a gap, by day or by week."""

    by_week: bool
    columns: list[Column]


def bars(counted: Mapping[str, int]) -> list[Bar]:
    """A bar for each cell that isn't empty, the largest first; those that can't be told stand at the end by their keys."""
    told = {key: count for key, count in counted.items() if count >= FEWEST_SHOWN}
    hidden = sorted(key for key, count in counted.items() if 0 < count < FEWEST_SHOWN)
    largest = max(told.values(), default=1)
    shown = [Bar(key, told[key], _part(told[key], largest)) for key in sorted(told, key=lambda key: (-told[key], key))]
    return shown + [Bar(key, None, 0) for key in hidden]


def over_time(days: Mapping[date, int]) -> Columns:
    """A column for each day, or for each week that begins on a Monday where those would be too many."""
    if not days:
        return Columns(by_week=False, columns=[])
    by_week = (max(days) - min(days)).days >= MOST_DAYS
    counted: Counter[date] = Counter()
    for day, count in days.items():
        counted[day - timedelta(days=day.weekday()) if by_week else day] += count
    step, first, largest = 7 if by_week else 1, min(counted), max(counted.values())
    spans = [first + timedelta(days=at) for at in range(0, (max(counted) - first).days + 1, step)]
    return Columns(by_week, [Column(day, counted[day], _part(counted[day], largest)) for day in spans])


def _part(count: int, largest: int) -> int:
    # Something that is there is seen.
    return max(1, round(100 * count / largest)) if count else 0
