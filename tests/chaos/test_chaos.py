"""A short run through the worst faults, with everything real: what `python -m tests.chaos` does at length."""

from pathlib import Path

from tests.chaos.run import run
from tests.chaos.schedule import Fault, Schedule

LOAD = 12.0
SCHEDULE = Schedule(
    servers=[Fault(2.0, "database restarted", "all"), Fault(5.0, "broker wiped", "all")],
    processes=[
        Fault(1.0, "died at a failpoint", "notifications worker", detail="sender.sent"),
        Fault(3.0, "killed", "submissions web"),
        Fault(4.0, "leader paused", "council worker", 1.0, "then the new leader dies"),
    ],
)


def test_nothing_is_lost_and_nothing_happens_twice_when_everything_breaks(tmp_path: Path) -> None:
    outcome = run(SCHEDULE, LOAD, tmp_path)

    assert outcome.violations == []
    assert sorted(outcome.faults) == sorted({fault.kind for fault in SCHEDULE})
    assert outcome.counts["cases"] > 0
