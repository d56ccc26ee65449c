"""Until when an answer is due: rules as data (whose answer, how long, by which source), counted as offices count.

The day of handing over doesn't count. A term of weeks ends on the same weekday, one of months on the same day of
the month (or its last); a term that would end on a Saturday, Sunday or public holiday ends on the next working day.
"""

import calendar
import json
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import holidays

ANY = "*"
UNITS = frozenset({"days", "working_days", "weeks", "months"})


@dataclass(frozen=True, slots=True)
class Rule:
    """How long one kind of addressee has for one kind of case. `is_law` is False for a target of the office's own."""

    origin: str
    addressee: str
    amount: int
    unit: str
    source: dict[str, str]
    is_law: bool

    def due_on(self, start: date) -> date:
        """The last day of the term that starts with what happened on `start`."""
        if self.unit == "working_days":
            return _after_working_days(start, self.amount)
        if self.unit == "months":
            return next_working_day(_after_months(start, self.amount))
        return next_working_day(start + timedelta(days=self.amount * (7 if self.unit == "weeks" else 1)))


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one district, the more particular first."""

    rules: tuple[Rule, ...]

    @classmethod
    def from_json(cls, text: str) -> "Rules":
        """Read a list of rules. Raises ValueError, KeyError or TypeError for anything else and without a rule for all."""
        rules = tuple(Rule(**entry) for entry in json.loads(text))
        for rule in rules:
            if rule.unit not in UNITS or rule.amount < 1 or "de" not in rule.source:
                raise ValueError(f"the rule for {rule.origin} and {rule.addressee} has no known unit, amount or source")
        if not any(rule.origin == rule.addressee == ANY for rule in rules):
            raise ValueError("the rule for every origin and addressee is missing")
        return cls(rules)

    def rule_for(self, origin: str, addressee: str) -> Rule:
        """The rule for a case of this origin that goes to this kind of addressee: the first that fits."""
        return next(r for r in self.rules if r.origin in (origin, ANY) and r.addressee in (addressee, ANY))


def is_working_day(day: date) -> bool:
    """Whether offices in Hamburg work on that day."""
    return day.weekday() < 5 and day not in _public_holidays()


def next_working_day(day: date) -> date:
    """That day, or the first working day after it."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def _after_working_days(start: date, amount: int) -> date:
    day = start
    for _ in range(amount):
        day = next_working_day(day + timedelta(days=1))
    return day


def _after_months(start: date, amount: int) -> date:
    years, month = divmod(start.month - 1 + amount, 12)
    year, month = start.year + years, month + 1
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))


@cache
def _public_holidays() -> "holidays.HolidayBase":
    # It fills itself year by year as it is asked.
    return holidays.country_holidays("DE", subdiv="HH")
