"""receive: what waits in the broker → inbox, cursor, acknowledgement, next to bare consuming of the same messages."""

import time

from sqlalchemy import func, select

from shared.database import Database
from shared.messaging.tables import inbox_cursor
from tests.bench import services
from tests.bench.broker import QUEUE, purge, unbind_others
from tests.bench.figure import Figure
from tests.bench.ground import Ground, running, told_by, typical
from tests.bench.relay import published
from tests.bench.usage import Spent
from tests.servers.rabbitmq import ADMIN
from tests.waiting import until

COUNT = 30_000
ROUNDS = 3
LEAST = 5_000


def measure(ground: Ground) -> list[Figure]:
    """Alternating rounds of the limit and of ours; the middle ones count."""
    count = ground.count(COUNT)
    unbind_others(ground.broker)
    limits: list[tuple[float, ...]] = []
    ours: list[tuple[float, Spent]] = []
    for _ in range(ROUNDS):
        _publish(ground, count)
        told = told_by("tests.bench.raw_consume", ground.broker.url(ADMIN), QUEUE, str(count))
        limits.append((told["rate"], told["cpu_us"]))
        _publish(ground, count)
        ours.append(_round(ground, count))
    limit, limit_cpu = typical(limits, lambda each: each[0])
    rate, spent = typical(ours, lambda each: each[0])
    return [
        Figure(
            name="receive",
            ours=rate,
            limit=limit,
            unit="/s",
            aim=f"≥ {LEAST:,}/s",
            met=rate >= LEAST,
            cpu_us=spent.cpu_us(count),
            rss_mb=spent.rss_mb,
            spent=f"{spent.told(count)} (bare consuming {limit_cpu:.0f})",
        )
    ]


def _publish(ground: Ground, count: int) -> None:
    purge(ground.broker)
    database = services.fresh("submissions", ground.postgres.database("submissions"))
    published(ground, database, count)
    database.close()


def _round(ground: Ground, count: int) -> tuple[float, Spent]:
    """Rate and time from the moment when the first of them are stored."""
    url = ground.postgres.database("council")
    database = services.fresh("council", url)
    with running("tests.bench.services", "receiver", "council", url, ground.broker.url("council")) as process:
        before = until(lambda: _through(database), "the first messages", pause=0.005)
        usage, began = ground.usage(process), time.monotonic()
        until(lambda: _through(database) == count, f"{count} stored messages", 300, pause=0.02)
        rate, spent = (count - before) / (time.monotonic() - began), usage.spent()
    database.close()
    return rate, spent


def _through(database: Database) -> int | None:
    with database.read() as session:
        return session.scalar(select(func.max(inbox_cursor.c.through)))
