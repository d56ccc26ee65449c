"""The same seed breaks the same things, and twenty seeds break everything."""

from collections import Counter
from itertools import pairwise

import pytest

from tests.chaos.faults import FAULTS
from tests.chaos.schedule import KINDS, Fault, draw

SECONDS = 36.0


@pytest.mark.parametrize("seed", range(1, 21))
def test_a_seed_always_draws_the_same_schedule(seed: int) -> None:
    assert [str(fault) for fault in draw(seed, SECONDS)] == [str(fault) for fault in draw(seed, SECONDS)]
    assert list(draw(seed, SECONDS)) != list(draw(seed + 1, SECONDS))


def test_the_first_twenty_seeds_draw_every_kind_of_fault_several_times() -> None:
    drawn = Counter(fault.kind for seed in range(1, 21) for fault in draw(seed, SECONDS))

    assert set(drawn) == set(KINDS) == set(FAULTS)
    assert min(drawn.values()) >= 3


def test_faults_of_one_lane_come_one_after_the_other() -> None:
    for seed in range(1, 21):
        for lane in (draw(seed, SECONDS).servers, draw(seed, SECONDS).processes):
            assert all(later.at > earlier.at + earlier.seconds for earlier, later in pairwise(lane))


def test_a_longer_run_begins_as_a_shorter_one() -> None:
    short, long = draw(3, 30), draw(3, 60)

    assert long.servers[: len(short.servers)] == short.servers
    assert long.processes[: len(short.processes)] == short.processes


def test_a_fault_says_what_it_is() -> None:
    fault = Fault(3.25, "leader paused", "council worker", 2.5, "then the old leader dies")

    assert str(fault) == "  3.2 s  leader paused: council worker then the old leader dies for 2.5 s"
