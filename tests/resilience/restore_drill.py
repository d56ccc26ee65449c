"""The restore drill: one database is set back by a day with the operators' own scripts, and the other three repair it.

`python -m tests.resilience.restore_drill [--service NAME] [--report FILE]` does it for each of the four.
"""

import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import click

from tests.architecture.tree import SERVICES
from tests.proofs import Proof
from tests.resilience.standing import Snapshot, Standing, standing
from tests.servers.ending import end_in_order
from tests.servers.rabbitmq import rabbitmq

#: Rounds of work before the backup and after it.
BEFORE, AFTER = 1, 2
COLUMNS = (
    "restored",
    "events it lost",
    "come again",
    "its own lost",
    "made again",
    "letters",
    "twice",
    "held",
    "seconds",
)


@dataclass
class Found:
    """What one drill found."""

    service: str
    figures: list[int] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def set_back(deployment: Standing, service: str) -> Found:
    """Work, back up, work on, set that service back, and look whether everything is as it was."""
    found = Found(service)
    deployment.work(BEFORE)
    backup = deployment.folder / "backup"
    deployment.back_up(backup)
    at_backup = deployment.look(service)
    deployment.work(AFTER)
    before, letters = {name: deployment.look(name) for name in SERVICES}, deployment.letters()

    deployment.restore(service, backup)
    deployment.until_settled()

    after = {name: deployment.look(name) for name in SERVICES}
    _compare(found, before, after)
    held = deployment.held() if service == "notifications" else 0
    lost = len(before[service].things - at_backup.things)
    if service == "notifications" and held != lost:
        found.failures.append(f"{lost} messages were made again, {held} are held for a person")
    if deployment.letters() != letters:
        found.failures.append(f"letters after the restore: {(deployment.letters() - letters).total()} more")
    deployment.work(1)
    found.failures += [f"promise broken: {broken}" for broken in deployment.books.broken_promises()]
    twice = sum(count - 1 for count in deployment.letters().values())
    if twice:
        found.failures.append(f"{twice} letters came twice")
    found.figures = [
        len(before[service].received) - len(at_backup.received),
        len(after[service].received) - len(at_backup.received),
        len(before[service].sent) - len(at_backup.sent),
        len(after[service].sent) - len(at_backup.sent),
        letters.total(),
        twice,
        held,
    ]
    return found


def _compare(found: Found, before: dict[str, Snapshot], after: dict[str, Snapshot]) -> None:
    for name in SERVICES:
        if after[name].received != before[name].received:
            changed = set(after[name].received.items()) ^ set(before[name].received.items())
            found.failures.append(f"{name} received other events than before: {len(changed)} differ")
        if unfinished := {status for status in after[name].received.values()} - {"processed"}:
            found.failures.append(f"{name} has rows that are {unfinished}")
        if after[name].things != before[name].things:
            differ = len(after[name].things ^ before[name].things)
            found.failures.append(f"{name} has other cases or messages than before: {differ} differ")
        new = after[name].sent - before[name].sent
        missing = before[name].sent - after[name].sent if name != found.service else set()
        if new or missing:
            found.failures.append(f"{name} made {len(new)} new events, and {len(missing)} are gone")


@click.command()
@click.option("--service", type=click.Choice(SERVICES), multiple=True, help="Which; all four unless given.")
@click.option("--report", type=click.Path(path_type=Path), help="Write what was found here, as JSON.")
def main(service: tuple[str, ...], report: Path | None) -> None:
    """Set one database after the other back by a day."""
    end_in_order()
    began, rows, failures = time.monotonic(), [], []
    for name in service or SERVICES:
        start = time.monotonic()
        with rabbitmq() as broker, standing(broker) as deployment:
            found = set_back(deployment, name)
        rows.append([name, *map(str, found.figures), f"{time.monotonic() - start:.0f}"])
        failures += [f"{name}: {failure}" for failure in found.failures]
    proof = Proof(
        name="restore drill",
        command="python -m tests.resilience.restore_drill",
        seconds=time.monotonic() - began,
        passed=not failures,
        counts={"services": len(rows), "letters twice": sum(int(row[6]) for row in rows)},
        columns=COLUMNS,
        rows=rows,
        failures=failures,
    )
    proof.show()
    proof.keep(report)
    sys.exit(0 if proof.passed else 1)


if __name__ == "__main__":
    main()
