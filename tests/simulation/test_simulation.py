"""The sample of the simulation that every run of the tests makes; `make simulate` makes more."""

import pytest

from tests.simulation.__main__ import verdict
from tests.simulation.mutations import MUTATIONS

SEEDS = 300
ENOUGH_TO_NOTICE = 600


@pytest.mark.parametrize("first", range(0, SEEDS, 50))
def test_nothing_is_lost_repeated_or_out_of_order_whatever_goes_wrong(first: int) -> None:
    failing = {seed: found for seed in range(first, first + 50) if (found := verdict(seed, None).violations)}
    assert not failing


def test_a_consumer_that_was_set_back_is_waited_for_though_it_told_before_that_it_has_everything() -> None:
    assert not verdict(4384, None).violations


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_each_safety_line_is_needed(mutation: str) -> None:
    assert any(verdict(seed, mutation).violations for seed in range(ENOUGH_TO_NOTICE))


def test_a_seed_is_the_same_world_each_time() -> None:
    assert verdict(7, None) == verdict(7, None)
