"""Running tiny services for a while: as threads, or as processes that may be killed."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from shared.database import Database
from shared.messaging.runtime import Worker
from shared.messaging.verifying import violations
from tests.messaging import tiny
from tests.servers.rabbitmq import RabbitMQ
from tests.waiting import until

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def working(*workers: Worker) -> Iterator[None]:
    """Let workers run for a while."""
    for worker in workers:
        worker.start()
    try:
        yield
        assert all(worker.alive() for worker in workers)
    finally:
        for worker in workers:
            worker.stop()


def workers(broker: RabbitMQ, *databases: Database) -> list[Worker]:
    """A worker for each database, over RabbitMQ."""
    return [tiny.worker_of(database, broker.url(database.service)) for database in databases]


@contextmanager
def process(database: Database, amqp_url: str, log: Path, failpoint: str = "") -> "Iterator[subprocess.Popen[bytes]]":
    """A worker as a process of its own, which dies where `failpoint` says."""
    url = database.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.messaging.tiny", database.service, url, amqp_url]
    environment = {**os.environ, "FAILPOINT": failpoint}
    with log.open("ab") as output:
        running = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
    try:
        yield running
    finally:
        running.kill()
        running.wait(30)


def until_killed(running: "subprocess.Popen[bytes]") -> None:
    """Wait until the process died at its failpoint."""
    until(lambda: running.poll() is not None, "the process to die at its failpoint", 60)
    assert running.returncode == -signal.SIGKILL


def until_everything_came_once(submissions: Database, council: Database, adopted: Sequence[UUID]) -> None:
    """Each adoption opened one case, each case was noted once, and the tables keep their promises."""
    until(lambda: len(tiny.effects(council)) >= len(adopted), f"{len(adopted)} cases", 90)
    until(lambda: len(tiny.effects(submissions)) >= len(adopted), f"{len(adopted)} notes of cases", 90)
    assert tiny.effects(council) == sorted(adopted)
    noted = tiny.effects(submissions)
    assert len(set(noted)) == len(noted) == len(adopted)
    for database in (submissions, council):
        with database.read() as session:
            assert violations(session) == []
