"""python -m tests.waiting_list [--rounds 50] [--seed 1]: two hundred at once at the last places, round after round."""

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

from shared.migrations import upgrade
from tests.proofs import Proof
from tests.registration.conftest import config_at
from tests.servers.postgresql import postgresql
from tests.waiting_list.crowd import AT_ONCE, play


def main() -> int:
    """Play the rounds; the exit status says whether all held."""
    parser = argparse.ArgumentParser(prog="python -m tests.waiting_list", description=__doc__)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--report", type=Path)
    chosen = parser.parse_args()
    began, done, failures = time.monotonic(), Counter[str](), list[str]()
    with postgresql() as server:
        config = config_at(server.database("registration"))
        database = config.open_database("registration")
        upgrade(database, "registration")
        for seed in range(chosen.seed, chosen.seed + chosen.rounds):
            played = play(config, database, seed)
            done += played.done
            failures += [f"seed {seed}: {wrong}" for wrong in played.wrong]
        database.close()
    proof = Proof(
        name="waiting list",
        command=f"python -m tests.waiting_list --rounds {chosen.rounds} --seed {chosen.seed}",
        seconds=time.monotonic() - began,
        passed=not failures,
        counts={"rounds": chosen.rounds, "at once": AT_ONCE, "actions": done.total(), "violations": len(failures)},
        columns=("what", "times"),
        rows=[(what, str(times)) for what, times in sorted(done.items())],
        failures=failures,
    )
    proof.show()
    proof.keep(chosen.report)
    return 0 if proof.passed else 1


if __name__ == "__main__":
    sys.exit(main())
