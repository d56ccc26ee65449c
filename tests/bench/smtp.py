"""smtp: from rows that are due to rows that are recorded as sent, by the real Sender into Postfix's `smtp-sink`; next to
ready-made letters of 1 KB over one pipelined connection."""

import tempfile
from pathlib import Path
from typing import Any

from services.notifications.config import Config
from shared.database import Database
from shared.migrations import upgrade
from tests.bench import letters
from tests.bench.figure import Figure
from tests.bench.ground import Ground, told_by, typical
from tests.bench.sink import SmtpSink, smtp_sink
from tests.bench.usage import Spent, Usage

COUNT = 5_000
LIMIT_COUNT = 20_000
ROUNDS = 3
SHARE = 0.6
#: Letters a second that a pipelined client reached where the aim was set.
SET_WITH = 5_781


def measure(ground: Ground) -> list[Figure]:
    """Alternating rounds of the limit and of ours; the middle ones count."""
    count = ground.count(COUNT)
    with tempfile.TemporaryDirectory() as name, smtp_sink() as sink:
        folder, url = Path(name), ground.postgres.database("notifications")
        config = letters.config_of(folder, url, sink.url)
        database = config.open_database("notifications")
        upgrade(database, "notifications")
        limits, ours = [], []
        for _ in range(ROUNDS):
            limits.append(
                (told_by("tests.bench.smtp_limit", str(sink.port), str(ground.count(LIMIT_COUNT)))["sockets"],)
            )
            ours.append(_round(ground, sink, folder, config, database, count))
        database.close()
    (limit,) = typical(limits, lambda each: each[0])
    rate, spent = typical(ours, lambda each: each[0])
    told = {"cpu_us": spent.cpu_us(count), "rss_mb": spent.rss_mb, "spent": spent.told(count)}
    return [_figure("smtp", rate, limit, told), _figure("smtp as the aim was set", rate, SET_WITH, told)]


def _figure(name: str, rate: float, limit: float, told: dict[str, Any]) -> Figure:
    return Figure(
        name=name, ours=rate, limit=limit, unit="/s", aim="≥ 60 % of the limit", met=rate >= SHARE * limit, **told
    )


def _round(
    ground: Ground, sink: SmtpSink, folder: Path, config: Config, database: Database, count: int
) -> tuple[float, Spent]:
    letters.fill(config, database, count)
    usage = Usage({"PostgreSQL": [ground.postgres.pid], "smtp-sink": [sink.pid]})
    told = told_by("tests.bench.letters", str(folder), config.database_url, sink.url)
    assert told["sent"] == count, told
    seconds = {"ours": told["cpu_seconds"], **usage.spent().seconds}
    return told["rate"], Spent(seconds, told["rss_mb"])
