"""python -m tests.simulation --seeds N [--from M] [--mutation NAME | --mutations] [--workers W]

One line for each failing seed, then a summary. With --mutations: for each safety line that is switched off, how many
seeds notice; it fails if none does.
"""

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage

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


def report(first: int, seeds: int, mutation: str | None, workers: int) -> int:
    """Print failing seeds and a summary; returns how many failed."""
    began = time.monotonic()
    failing, events, faults, found = 0, 0, Counter[str](), Counter[str]()
    for seed, result in all_verdicts(first, seeds, mutation, workers):
        events += result.events
        faults.update(result.faults)
        if result.violations:
            failing += 1
            found.update(result.violations.keys())
            print(f"seed {seed}: " + "; ".join(f"{name}: {words}" for name, words in result.violations.items()))
    seconds, cpu = time.monotonic() - began, sum(sum(getrusage(who)[:2]) for who in (RUSAGE_SELF, RUSAGE_CHILDREN))
    print(
        f"{seeds} seeds from {first}, {failing} failing, {events} events, "
        f"{seconds:.1f} s, {cpu:.1f} s of processor time ({seeds / cpu:.0f} seeds per second of one core)"
    )
    print("faults: " + ", ".join(f"{name} {times}" for name, times in faults.most_common() if times))
    if found:
        print("violated: " + ", ".join(f"{name} {times}" for name, times in found.most_common()))
    return failing


def report_mutations(first: int, seeds: int, workers: int) -> int:
    """Print a table of the mutations; returns how many went unnoticed."""
    unnoticed = 0
    for name in MUTATIONS:
        failing, earliest, found = 0, None, Counter[str]()
        for seed, result in all_verdicts(first, seeds, name, workers):
            if result.violations:
                failing += 1
                earliest = seed if earliest is None else earliest
                found.update(result.violations.keys())
        unnoticed += not failing
        by = ", ".join(f"{invariant} {times}" for invariant, times in found.most_common(3))
        print(f"{name:26s} {failing:5d} of {seeds} fail, first seed {earliest}: {by}", flush=True)
    return unnoticed


def main() -> int:
    """Exit status: 0 if nothing fails, or with --mutations if every one is noticed."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=300)
    parser.add_argument("--from", type=int, default=0, dest="first")
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--mutation", choices=MUTATIONS)
    which.add_argument("--mutations", action="store_true")
    chosen = parser.parse_args()
    if chosen.mutations:
        return min(1, report_mutations(chosen.first, chosen.seeds, chosen.workers))
    return min(1, report(chosen.first, chosen.seeds, chosen.mutation, chosen.workers))


if __name__ == "__main__":
    sys.exit(main())
