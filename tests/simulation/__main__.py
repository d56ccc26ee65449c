"""python -m tests.simulation --seeds N [--from M] [--mutation NAME | --mutations] [--workers W] [--report FILE]

The faults that occurred, one line for each failing seed, and a summary. With --mutations: for each safety line that is
switched off, how many seeds notice; it fails if none does.
"""

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.proofs import Proof
from tests.simulation.lines import Lines
from tests.simulation.mutations import MUTATIONS
from tests.simulation.run import Verdict, run

CHUNK = 50


def verdict(seed: int, mutation: str | None) -> Verdict:
    """One seed's verdict. A safety line that is off may also make a step raise: that counts as noticed."""
    if mutation is None:
        return run(seed, Lines())
    try:
        return run(seed, MUTATIONS[mutation]())
    except (AssertionError, KeyError) as error:
        return Verdict({"raised": repr(error)}, Counter(), 0)


def _verdicts(first: int, last: int, mutation: str | None) -> list[tuple[int, Verdict]]:
    return [(seed, verdict(seed, mutation)) for seed in range(first, last)]


def all_verdicts(first: int, seeds: int, mutation: str | None, workers: int) -> Iterator[tuple[int, Verdict]]:
    """The verdicts of the seeds from `first` on, in their order."""
    starts = range(first, first + seeds, CHUNK)
    ends = [min(start + CHUNK, first + seeds) for start in starts]
    if workers == 1:
        for start, end in zip(starts, ends, strict=True):
            yield from _verdicts(start, end, mutation)
        return
    with ProcessPoolExecutor(workers) as pool:
        for chunk in pool.map(_verdicts, starts, ends, [mutation] * len(ends)):
            yield from chunk


def prove(first: int, seeds: int, mutation: str | None, workers: int) -> Proof:
    """Run the seeds; it passes if none fails."""
    began, failing, events, faults = time.monotonic(), [], 0, Counter[str]()
    for seed, result in all_verdicts(first, seeds, mutation, workers):
        events += result.events
        faults.update(result.faults)
        if result.violations:
            failing.append(
                f"seed {seed}: " + "; ".join(f"{name}: {words}" for name, words in result.violations.items())
            )
    return Proof(
        name="Simulator",
        command=f"python -m tests.simulation --seeds {seeds} --from {first}"
        + (f" --mutation {mutation}" if mutation else ""),
        seconds=time.monotonic() - began,
        passed=not failing,
        counts={"seeds": seeds, "failing": len(failing), "events": events, "faults": faults.total()},
        columns=("fault", "times"),
        rows=[(name, str(times)) for name, times in faults.most_common() if times],
        failures=failing,
    )


def prove_mutations(first: int, seeds: int, workers: int) -> Proof:
    """Switch off each safety line in turn; it passes if every one is noticed."""
    began, rows, unnoticed = time.monotonic(), [], []
    for name in MUTATIONS:
        verdicts = all_verdicts(first, seeds, name, workers)
        failing = [(seed, result.violations) for seed, result in verdicts if result.violations]
        found = Counter(invariant for _, violations in failing for invariant in violations)
        by = ", ".join(f"{invariant} {times}" for invariant, times in found.most_common(3))
        rows.append((name, str(len(failing)), str(failing[0][0]) if failing else "none", by))
        if not failing:
            unnoticed.append(f"nothing notices {name}")
    return Proof(
        name="Safety lines switched off",
        command=f"python -m tests.simulation --mutations --seeds {seeds} --from {first}",
        seconds=time.monotonic() - began,
        passed=not unnoticed,
        counts={"mutations": len(rows), "unnoticed": len(unnoticed), "seeds each": seeds},
        columns=("switched off", "seeds that fail", "first", "violated"),
        rows=rows,
        failures=unnoticed,
    )


def main() -> int:
    """Exit status: 0 if nothing fails, or with --mutations if every one is noticed."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=300)
    parser.add_argument("--from", type=int, default=0, dest="first")
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--report", type=Path)
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--mutation", choices=MUTATIONS)
    which.add_argument("--mutations", action="store_true")
    chosen = parser.parse_args()
    if chosen.mutations:
        proof = prove_mutations(chosen.first, chosen.seeds, chosen.workers)
    else:
        proof = prove(chosen.first, chosen.seeds, chosen.mutation, chosen.workers)
    proof.show()
    proof.keep(chosen.report)
    return 0 if proof.passed else 1


if __name__ == "__main__":
    sys.exit(main())
