"""path: event → transaction of a handler → follow-up event → handler of a second consumer, with the full protocol and
ordinary handlers, next to bare batches that know neither ORM nor numbers nor receipts."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from shared.database import Database
from shared.messaging.tables import inbox_cursor, stream
from tests.bench import services
from tests.bench.broker import purge, unbind_others
from tests.bench.figure import Figure
from tests.bench.ground import Ground, running, typical
from tests.bench.raw_path import bare_round
from tests.bench.services import CaseNote
from tests.bench.usage import Spent
from tests.waiting import until

COUNT = 10_000
ROUNDS = 3
LEAST = 1_500
MOST_CPU_US = 1_000


def measure(ground: Ground) -> list[Figure]:
    """Alternating rounds of the limit and of ours; the middle ones count."""
    count = ground.count(COUNT)
    unbind_others(ground.broker)
    limits: list[tuple[float, Spent]] = []
    ours: list[tuple[float, Spent]] = []
    for _ in range(ROUNDS):
        limits.append(bare_round(ground, count))
        ours.append(path_round(ground, count))
    limit, limit_spent = typical(limits, lambda each: each[0])
    rate, spent = typical(ours, lambda each: each[0])
    return [
        Figure(
            name="path",
            ours=rate,
            limit=limit,
            unit="/s",
            aim=f"≥ {LEAST:,}/s and ≤ {MOST_CPU_US:,} µs",
            met=rate >= LEAST and spent.cpu_us(count) <= MOST_CPU_US,
            cpu_us=spent.cpu_us(count),
            rss_mb=spent.rss_mb,
            spent=f"{spent.told(count)} (bare {limit_spent.cpu_us(count):.0f})",
        )
    ]


@dataclass(frozen=True)
class Working:
    """Both services with their databases, and the processes of their workers."""

    databases: tuple[Database, Database]
    processes: tuple[Any, Any]


@contextmanager
def both_working(ground: Ground) -> Iterator[Working]:
    """Both services on fresh databases, their workers running and knowing each other."""
    urls = {service: ground.postgres.database(service) for service in services.PAIRS}
    submissions, council = (services.fresh(service, url) for service, url in urls.items())
    with (
        running(
            "tests.bench.services", "worker", "submissions", urls["submissions"], _amqp(ground, "submissions")
        ) as one,
        running("tests.bench.services", "worker", "council", urls["council"], _amqp(ground, "council")) as other,
    ):
        for database in (submissions, council):
            until(lambda database=database: _is_ready(database), "both workers to know each other", 60)
        yield Working((submissions, council), (one, other))
    submissions.close()
    council.close()


def path_round(ground: Ground, count: int) -> tuple[float, Spent]:
    """Paths a second, and what they took."""
    purge(ground.broker)
    with both_working(ground) as working:
        submissions, _ = working.databases
        services.fill(submissions, count)
        usage, began = ground.usage(*working.processes), time.monotonic()
        until(lambda: count_of(submissions, CaseNote) == count, f"{count} noted cases", 300, pause=0.05)
        return count / (time.monotonic() - began), usage.spent()


def count_of(database: Database, table: type[services.Base]) -> int:
    """How many rows there are."""
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def _amqp(ground: Ground, service: str) -> str:
    return ground.broker.url(service)


def _is_ready(database: Database) -> bool:
    """Whether its worker leads, and its producer's stream is known by a hello."""
    with database.read() as session:
        leads = session.scalar(select(func.max(stream.c.epoch)))
        knows = session.scalar(select(func.count()).select_from(inbox_cursor))
    return bool(leads and knows)
