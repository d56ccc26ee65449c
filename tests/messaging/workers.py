"""Running tiny services for a while, as threads."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

from shared.database import Database
from shared.messaging.operating.verifying import violations
from shared.messaging.runtime import Worker
from tests.messaging import tiny
from tests.servers.rabbitmq import RabbitMQ
from tests.waiting import until


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
