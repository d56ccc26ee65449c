"""Until when an answer is due."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.council import config
from services.council.deadlines import Rule, Rules, is_working_day, next_working_day

DAYS = st.dates(date(2020, 1, 1), date(2045, 12, 31))
HARBURG = Rules.from_json(Path(config.__file__).with_name("deadlines.json").read_text(encoding="utf-8"))


def _rule(amount: int, unit: str) -> Rule:
    return Rule("*", "*", amount, unit, {"de": "Quelle"}, True)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 10, 30), True),
        (date(2025, 10, 31), False),  # Reformation Day, a holiday in Hamburg since 2018, on a Friday
        (date(2026, 4, 3), False),  # Good Friday
        (date(2026, 4, 6), False),  # Easter Monday
        (date(2026, 5, 14), False),  # Ascension Day
        (date(2026, 5, 25), False),  # Whit Monday
        (date(2026, 6, 4), True),  # Corpus Christi is none in Hamburg
        (date(2026, 12, 24), True),
        (date(2026, 12, 25), False),
        (date(2026, 11, 22), False),  # a Sunday
    ],
)
def test_hamburg_works_on_the_days_on_which_it_works(day: date, works: bool) -> None:
    assert is_working_day(day) is works


@pytest.mark.parametrize(
    ("start", "amount", "unit", "due"),
    [
        (date(2026, 11, 23), 6, "weeks", date(2027, 1, 4)),
        # Six weeks end on Easter Monday, so on the Tuesday after it.
        (date(2026, 2, 23), 6, "weeks", date(2026, 4, 7)),
        (date(2026, 4, 1), 8, "working_days", date(2026, 4, 15)),
        # Eight working days over Reformation Day, a Friday.
        (date(2025, 10, 27), 8, "working_days", date(2025, 11, 7)),
        (date(2026, 1, 31), 1, "months", date(2026, 3, 2)),
        (date(2028, 1, 31), 1, "months", date(2028, 2, 29)),
        (date(2026, 12, 15), 2, "months", date(2027, 2, 15)),
        (date(2026, 12, 11), 14, "days", date(2026, 12, 28)),
    ],
)
def test_terms_end_where_offices_say_they_end(start: date, amount: int, unit: str, due: date) -> None:
    assert _rule(amount, unit).due_on(start) == due


@given(DAYS, st.integers(1, 60), st.sampled_from(["days", "working_days", "weeks", "months"]))
def test_every_term_ends_later_and_on_a_working_day(start: date, amount: int, unit: str) -> None:
    due = _rule(amount, unit).due_on(start)

    assert due > start
    assert is_working_day(due)


@given(DAYS, st.integers(1, 60))
def test_a_term_of_working_days_holds_exactly_so_many(start: date, amount: int) -> None:
    due = _rule(amount, "working_days").due_on(start)

    between = [start + timedelta(days=n) for n in range(1, (due - start).days + 1)]
    assert sum(map(is_working_day, between)) == amount


@given(DAYS, st.integers(0, 10), st.integers(1, 12), st.sampled_from(["working_days", "weeks", "months"]))
def test_whoever_starts_later_is_never_due_earlier(start: date, later: int, amount: int, unit: str) -> None:
    rule = _rule(amount, unit)

    assert rule.due_on(start) <= rule.due_on(start + timedelta(days=later))


@given(DAYS, st.integers(1, 20))
def test_weeks_end_on_the_same_weekday_or_the_next_working_day(start: date, amount: int) -> None:
    assert _rule(amount, "weeks").due_on(start) == next_working_day(start + timedelta(weeks=amount))


def test_an_authority_has_six_weeks_by_law_and_the_district_office_a_target_of_its_own() -> None:
    law, target = HARBURG.rule_for("recommendation", "authority"), HARBURG.rule_for("recommendation", "district_office")

    assert (law.amount, law.unit, law.is_law) == (6, "weeks", True)
    assert "§ 27" in law.source["de"]
    assert (target.amount, target.unit, target.is_law) == (4, "weeks", False)
    assert "eigene Ziel" in target.source["de"]


def test_no_law_sets_a_term_for_petitions() -> None:
    assert not HARBURG.rule_for("petition", "authority").is_law


@pytest.mark.parametrize(
    "wrong",
    [
        "{}",
        "[]",
        '[{"origin": "*", "addressee": "*", "amount": 4, "unit": "fortnights", "is_law": false, "source": {"de": "x"}}]',
        '[{"origin": "*", "addressee": "*", "amount": 0, "unit": "weeks", "is_law": false, "source": {"de": "x"}}]',
        '[{"origin": "*", "addressee": "authority", "amount": 4, "unit": "weeks", "is_law": true, "source": {"de": "x"}}]',
    ],
)
def test_rules_that_can_not_be_right_are_refused_at_the_start(wrong: str) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        Rules.from_json(wrong)
