"""relay: outbox row → numbered, published, confirmed and recorded, next to bare publishing of messages of the same size."""

import time

from sqlalchemy import func, select

from shared.database import Database
from shared.messaging import topology
from shared.messaging.tables import stream
from tests.bench import services
from tests.bench.broker import purge, unbind_others
from tests.bench.figure import Figure
from tests.bench.ground import Ground, running, told_by, typical
from tests.bench.usage import Spent
from tests.servers.rabbitmq import ADMIN
from tests.waiting import until

COUNT = 30_000
ROUNDS = 3
LEAST = 0.60

EXCHANGE = topology.events_exchange("submissions")


def measure(ground: Ground) -> list[Figure]:
    """Alternating rounds of the limit and of ours; the middle ones count."""
    count = ground.count(COUNT)
    unbind_others(ground.broker)
    limits: list[tuple[float, ...]] = []
    ours: list[tuple[float, Spent]] = []
    for _ in range(ROUNDS):
        told = told_by(
            "tests.bench.raw_publish", ground.broker.url(ADMIN), EXCHANGE, "recommendation.adopted", str(count)
        )
        limits.append((told["rate"], told["cpu_us"]))
        purge(ground.broker)
        ours.append(_round(ground, count))
        purge(ground.broker)
    limit, limit_cpu = typical(limits, lambda each: each[0])
    rate, spent = typical(ours, lambda each: each[0])
    return [
        Figure(
            name="relay",
            ours=rate,
            limit=limit,
            unit="/s",
            aim="≥ 60 % of the limit",
            met=rate >= LEAST * limit,
            cpu_us=spent.cpu_us(count),
            rss_mb=spent.rss_mb,
            spent=f"{spent.told(count)} (bare publishing {limit_cpu:.0f})",
        )
    ]


def published(ground: Ground, database: Database, count: int) -> tuple[float, Spent]:
    """Let the relay publish `count` new events of `database`; how many a second, and what it took."""
    url = database.engine.url.render_as_string(hide_password=False)
    with running("tests.bench.services", "relay", "submissions", url, ground.broker.url("submissions")) as process:
        until(lambda: _through(database) is not None, "the relay to lead", pause=0.05)
        services.fill(database, count)
        usage, began = ground.usage(process), time.monotonic()
        until(lambda: _through(database) == count, f"{count} published events", 300, pause=0.02)
        return count / (time.monotonic() - began), usage.spent()


def _round(ground: Ground, count: int) -> tuple[float, Spent]:
    database = services.fresh("submissions", ground.postgres.database("submissions"))
    try:
        return published(ground, database, count)
    finally:
        database.close()


def _through(database: Database) -> int | None:
    with database.read() as session:
        return session.scalar(select(func.max(stream.c.published_through)).where(stream.c.epoch > 0))
