"""latency: from one service's commit to the commit of the effect in the next, at half of the rate that the path bears.

Both moments are PostgreSQL's own commit timestamps.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import create_engine, text

from shared.database import Database
from tests.bench import path, services
from tests.bench.broker import purge, unbind_others
from tests.bench.figure import Figure
from tests.bench.ground import Ground, told_by
from tests.bench.usage import Spent
from tests.servers.postgresql import LocalPostgreSQL
from tests.waiting import until

SECONDS = 20
#: Until everything is warm; not counted.
WARM_UP = 2
MOST_MS = {50: 20.0, 99: 150.0}

_COMMITTED = "SELECT {}, pg_xact_commit_timestamp(xmin) FROM {}"


def measure(ground: Ground) -> list[Figure]:
    """The middle and the slowest hundredth."""
    unbind_others(ground.broker)
    _keep_commit_timestamps(ground.postgres)
    bearable, _ = path.path_round(ground, ground.count(path.COUNT) // 2)
    seconds = 4 if ground.brief else SECONDS
    rate = bearable / 2
    found, spent = _latencies(ground, rate, int(rate * seconds))
    counted = found[int(rate * WARM_UP) :]
    return [
        Figure(
            name=f"latency p{percent}",
            ours=(reached := _percentile(counted, percent)),
            unit="ms",
            aim=f"≤ {most:.0f} ms at half load",
            met=reached <= most,
            cpu_us=spent.cpu_us(len(found)),
            rss_mb=spent.rss_mb,
            spent=f"at {rate:.0f}/s; {spent.told(len(found))}",
        )
        for percent, most in MOST_MS.items()
    ]


def _latencies(ground: Ground, rate: float, count: int) -> tuple[list[float], Spent]:
    """Milliseconds of each adoption, in the order of their commits."""
    purge(ground.broker)
    with path.both_working(ground) as working:
        submissions, council = working.databases
        usage = ground.usage(*working.processes)
        url = submissions.engine.url.render_as_string(hide_password=False)
        told_by("tests.bench.adopting", url, str(rate), str(count))
        until(lambda: path.count_of(council, services.Case) == count, f"{count} cases", 120, pause=0.2)
        spent = usage.spent()
        adopted = _commits(submissions, "id", "recommendation")
        opened = _commits(council, "recommendation_id", "opened_case")
    ordered = sorted(adopted.items(), key=lambda item: item[1])
    return [(opened[key] - at).total_seconds() * 1000 for key, at in ordered], spent


def _commits(database: Database, column: str, table: str) -> dict[UUID, datetime]:
    with database.read() as session:
        rows = session.execute(text(_COMMITTED.format(column, table)))
        return {key: at for key, at in rows}


def _percentile(values: list[float], percent: int) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * percent // 100)]


def _keep_commit_timestamps(postgres: LocalPostgreSQL) -> None:
    engine = create_engine(postgres.admin_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("ALTER SYSTEM SET track_commit_timestamp = on"))
    engine.dispose()
    postgres.stop()
    postgres.start()
