"""python -m tests.prove [--hours H] [--folder var/prove]

Every proof in its long form, one after the other; then, until the hours are over, chaos and simulator with new seeds.
The report is written anew after each proof, so it may be stopped at any time. Exit status 0 if everything passed.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from tests.architecture.tree import ROOT
from tests.proofs import Proof
from tests.prove.report import write

CHAOS_SEEDS = 20
SIMULATOR_SEEDS = 5000


@dataclass(frozen=True)
class Task:
    """One command to run, and the name its result is kept under."""

    name: str
    command: tuple[str, ...]


LONG_FORMS = (
    Task("simulator", ("tests.simulation", "--seeds", str(SIMULATOR_SEEDS))),
    Task("safety-lines", ("tests.simulation", "--mutations", "--seeds", "600")),
    Task("kill-points", ("tests.kill_points",)),
    Task("poison", ("tests.poison", "--messages", "20000", "--seed", "1")),
    Task("waiting-list", ("tests.waiting_list", "--rounds", "50")),
    Task("restore-drill", ("tests.resilience.restore_drill",)),
    Task("chaos-embedded", ("tests.chaos", "--seed", "1", "--embedded")),
    *(Task(f"chaos-{seed}", ("tests.chaos", "--seed", str(seed))) for seed in range(1, CHAOS_SEEDS + 1)),
)


def more() -> Iterator[Task]:
    """What to do with hours that are left: seeds nobody has run yet."""
    for nth in count(1):
        seed, first = CHAOS_SEEDS + nth, SIMULATOR_SEEDS + (nth - 1) * 1000
        yield Task(f"chaos-{seed}", ("tests.chaos", "--seed", str(seed)))
        yield Task(f"simulator-{first}", ("tests.simulation", "--seeds", "1000", "--from", str(first)))


def run(task: Task, folder: Path) -> Proof:
    """Run one proof in a process of its own; one that ends without a result has failed."""
    kept, log = folder / f"{task.name}.json", folder / f"{task.name}.log"
    kept.unlink(missing_ok=True)
    began = time.monotonic()
    with log.open("wb") as output:
        ended = subprocess.run(
            [sys.executable, "-m", *task.command, "--report", str(kept)],
            check=False,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    if kept.exists():
        return Proof.read(kept)
    return Proof(
        name=task.name,
        command=f"python -m {' '.join(task.command)}",
        seconds=time.monotonic() - began,
        passed=False,
        counts={},
        failures=[f"ended with {ended.returncode} and without a result; its log: {log.name}"],
    )


def main() -> int:
    """Run them all; the exit status says whether all passed."""
    parser = argparse.ArgumentParser(prog="python -m tests.prove", description=__doc__)
    parser.add_argument("--hours", type=float, default=0.0)
    parser.add_argument("--folder", type=Path, default=ROOT / "var" / "prove")
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    began, proofs = time.monotonic(), list[Proof]()

    def prove(task: Task) -> None:
        print(f"{task.name} …", flush=True)
        proofs.append(run(task, chosen.folder))
        proofs[-1].tell()
        write(chosen.folder / "report.html", proofs, time.monotonic() - began)

    for task in LONG_FORMS:
        prove(task)
    further = more()
    while time.monotonic() - began < chosen.hours * 3600:
        prove(next(further))
    print(f"The report: {chosen.folder / 'report.html'}")
    return 0 if all(proof.passed for proof in proofs) else 1


if __name__ == "__main__":
    sys.exit(main())
