"""`python -m tests.poison --messages 20000 --seed 1 [--report FILE]`: each of the four services is the hostile peer once."""

import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import click

from tests.architecture.tree import SERVICES
from tests.messaging.forging import forge_everything, summary
from tests.poison.rounds import Found, play
from tests.poison.services import running
from tests.proofs import Proof, table
from tests.servers.ending import end_in_order
from tests.servers.postgresql import postgresql
from tests.servers.rabbitmq import rabbitmq

COLUMNS = (
    "hostile",
    "consumer",
    "routed",
    "processed",
    "parked",
    "held back",
    "skipped",
    "passed",
    "repeated",
    "void",
    "garbage",
    "alarms",
)


@click.command()
@click.option("--messages", default=20_000, show_default=True, help="How many mutated messages, all rounds together.")
@click.option("--seed", default=1, show_default=True)
@click.option("--report", type=click.Path(path_type=Path), help="Write what was found here, as JSON.")
def main(messages: int, seed: int, report: Path | None) -> None:
    """Send mutated messages with every service's own credentials, and account for each."""
    end_in_order()
    began = time.monotonic()
    dice = random.Random(seed)
    with postgresql() as postgres, rabbitmq() as broker:
        rounds = []
        for hostile in SERVICES:
            broker.empty()
            with tempfile.TemporaryDirectory() as folder:
                rounds.append(play(Path(folder), postgres, broker, hostile, messages // len(SERVICES), dice))
                click.echo(f"{hostile}: {len(rounds[-1].failures)} failures after {time.monotonic() - began:.0f} s")
        broker.empty()
        with tempfile.TemporaryDirectory() as folder, running(Path(folder), postgres, broker) as services:
            tried, failures = forge_everything(broker, services)
    click.echo(table(("attacker", "way", "the broker's answer", "tries"), summary(tried)))
    rounds.append(Found("forgery", failures=failures, taken=Counter(forged=len(tried))))
    proof = proof_of(rounds, f"python -m tests.poison --messages {messages} --seed {seed}", time.monotonic() - began)
    proof.show()
    proof.keep(report)
    sys.exit(0 if proof.passed else 1)


def proof_of(rounds: list[Found], command: str, seconds: float) -> Proof:
    """What the rounds found, as one proof."""
    taken, refused = Counter[str](), Counter[str]()
    for found in rounds:
        taken += found.taken
        refused += found.refused
    failures = [f"{found.hostile}: {failure}" for found in rounds for failure in found.failures]
    return Proof(
        name="poison",
        command=command,
        seconds=seconds,
        passed=not failures,
        counts={
            "sent": taken.total() + refused.total() - taken["forged"],
            "refused by the broker": refused.total(),
            "kinds": len(taken | refused),
            "forged": taken["forged"],
            "honest events handled": sum(found.honest for found in rounds),
            "garbage kept": sum(found.garbage_kept for found in rounds),
            "memory grown by at most, MiB": max(found.memory for found in rounds) // 2**20,
        },
        columns=COLUMNS,
        rows=[_row(found, index) for found in rounds for index in range(len(found.accounts))],
        failures=failures,
    )


def _row(found: Found, index: int) -> list[str]:
    account = found.accounts[index]
    fates, kept = account.fates, account.kept
    figures = [
        account.routed,
        kept["processed"],
        kept["parked"],
        kept["ready"],
        kept["skipped"],
        fates["passed"] + fates["moved"] + fates["hellos"],
        fates["duplicates"],
        fates["ignored"],
        fates["garbage"],
        fates["alarms"],
    ]
    return [found.hostile, account.consumer, *map(str, figures)]


if __name__ == "__main__":
    main()
