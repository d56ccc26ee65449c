"""The one-process run, killed a few times while it is used: what `python -m tests.chaos --embedded` does 200 times."""

from pathlib import Path

from tests.chaos.embedded import run_embedded

KILLS = 5
SEED = 20261122


def test_kills_of_the_one_process_lose_nothing_and_repeat_nothing(tmp_path: Path) -> None:
    outcome = run_embedded(SEED, KILLS, tmp_path)

    assert outcome.violations == []
    assert outcome.counts["told"] > KILLS
