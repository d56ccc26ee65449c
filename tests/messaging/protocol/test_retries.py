"""The retry schedule."""

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.messaging.protocol.retries import SCHEDULE, next_attempt_at
from tests.messaging.examples import NOON


@settings(deadline=None)
@given(st.integers(1, 7), st.floats(0, 1, exclude_max=True))
def test_each_wait_is_spread_by_a_fifth_either_way(attempts: int, drawn: float) -> None:
    due = next_attempt_at(attempts, NOON, lambda: drawn)
    assert due is not None
    assert 0.8 <= (due - NOON) / SCHEDULE[attempts - 1] <= 1.2


def test_after_the_seventh_wait_there_is_no_other() -> None:
    assert next_attempt_at(8, NOON, lambda: 0.5) is None
