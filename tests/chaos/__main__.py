"""python -m tests.chaos --seed N [--minutes M | --embedded [--kills K]] [--report FILE]

All eight processes on real servers, used by many at once while everything breaks as the seed says; then everything is
compared. Prints the schedule, the faults that happened and what was found; ends with 1 if anything was, and leaves logs and
evidence in var/chaos/. With --embedded: the one-process run, ended with kill -9 again and again.
"""

import argparse
import shutil
import sys
import time
from pathlib import Path

from tests.architecture.tree import ROOT
from tests.chaos.embedded import run_embedded
from tests.chaos.ending import Outcome
from tests.chaos.run import run
from tests.chaos.schedule import KINDS, Schedule, draw
from tests.proofs import Proof
from tests.servers.ending import end_in_order

MINUTES = 0.6
KILLS = 200


def prove(seed: int, minutes: float) -> Proof:
    """One run of a seed."""
    seconds = minutes * 60
    schedule = draw(seed, seconds)
    show(schedule)
    folder = fresh_folder(str(seed))
    began = time.monotonic()
    outcome = run(schedule, seconds, folder)
    return proof_of(outcome, f"--seed {seed} --minutes {minutes:g}", time.monotonic() - began, folder)


def prove_embedded(seed: int, kills: int) -> Proof:
    """One run of the one-process deployment."""
    folder = fresh_folder(f"embedded-{seed}")
    began = time.monotonic()
    outcome = run_embedded(seed, kills, folder)
    return proof_of(outcome, f"--seed {seed} --embedded --kills {kills}", time.monotonic() - began, folder)


def show(schedule: Schedule) -> None:
    """Print what is going to happen."""
    for fault in schedule:
        print(fault)


def fresh_folder(name: str) -> Path:
    """An empty folder for the logs of a run; it stays if something is found."""
    folder = ROOT / "var" / "chaos" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def proof_of(outcome: Outcome, options: str, seconds: float, folder: Path) -> Proof:
    """The outcome as all proofs are shown; `folder` goes where nothing is wrong."""
    if not outcome.violations:
        shutil.rmtree(folder)
    return Proof(
        name="Chaos",
        command=f"python -m tests.chaos {options}",
        seconds=seconds,
        passed=not outcome.violations,
        counts={
            "faults": outcome.faults.total(),
            "seconds to rest": round(outcome.seconds_to_rest, 1),
            **outcome.counts,
        },
        columns=("fault", "times"),
        rows=[(kind, str(outcome.faults[kind])) for kind in KINDS if outcome.faults[kind]],
        failures=outcome.violations,
    )


def main() -> int:
    """Exit status: 0 if nothing was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=MINUTES, help="of load; starting and checking come on top")
    parser.add_argument("--report", type=Path)
    parser.add_argument("--embedded", action="store_true")
    parser.add_argument("--kills", type=int, default=KILLS, help="of the one-process run")
    chosen = parser.parse_args()
    end_in_order()
    proof = prove_embedded(chosen.seed, chosen.kills) if chosen.embedded else prove(chosen.seed, chosen.minutes)
    proof.show()
    proof.keep(chosen.report)
    return 0 if proof.passed else 1


if __name__ == "__main__":
    sys.exit(main())
