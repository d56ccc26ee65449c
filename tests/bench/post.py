"""post: a registration by POST, on gunicorn as production runs it (gthread, 2 × 8), next to a bare Flask view that inserts
the same rows by SQLAlchemy Core in one transaction on the same gunicorn."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from subprocess import Popen, TimeoutExpired
from typing import Any
from uuid import UUID

from services.embedded import settings
from services.registration.config import Config
from services.registration.models import Conference
from shared import clock
from shared.config import Environment
from shared.migrations import upgrade
from tests.architecture.tree import ROOT, SERVICES
from tests.bench.figure import Figure
from tests.bench.ground import Ground, told_by, typical
from tests.bench.usage import Spent
from tests.servers.ports import LOCAL, free_port, until_listening

COUNT = 3_000
ROUNDS = 3
CONNECTIONS = 16
SHARE = 0.75
#: Registrations a second that pretix takes by REST.
PRETIX = 10


def measure(ground: Ground) -> list[Figure]:
    """Alternating rounds of the limit and of ours; the middle ones count."""
    count = ground.count(COUNT)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with bare_view(ground, folder) as bare, our_view(ground, folder) as own:
            limits, ours = [], []
            for done in range(ROUNDS):
                limits.append(_round(ground, *bare, first=done * count, count=count))
                ours.append(_round(ground, *own, first=done * count, count=count))
    limit, limit_spent, _ = typical(limits, lambda each: each[0])
    rate, spent, told = typical(ours, lambda each: each[0])
    return [
        Figure(
            name="post",
            ours=rate,
            limit=limit,
            unit="/s",
            aim="≥ 75 % of a bare view, ≥ 50 × pretix by REST",
            met=rate >= SHARE * limit and rate >= 50 * PRETIX,
            cpu_us=spent.cpu_us(count),
            rss_mb=spent.rss_mb,
            spent=f"{spent.told(count)} (bare {limit_spent.told(count)}), p95 {told['p95_ms']:.0f} ms",
        )
    ]


def _round(
    ground: Ground, process: "Popen[bytes]", port: int, conference_id: UUID, first: int, count: int
) -> tuple[float, Spent, dict[str, Any]]:
    usage = ground.usage(process)
    told: dict[str, Any] = told_by(
        "tests.bench.registering", str(port), str(conference_id), str(first), str(count), str(CONNECTIONS)
    )
    spent = usage.spent()
    assert told["accepted"] == count, told
    return told["rate"], Spent({**spent.seconds, "load": told["cpu_seconds"]}, spent.rss_mb), told


@contextmanager
def our_view(ground: Ground, folder: Path) -> Iterator[tuple["Popen[bytes]", int, UUID]]:
    """Registration's web process with an open conference; request limits of single clients are off."""
    variables, conference_id = _registration(ground, folder)
    port = free_port()
    command = [sys.executable, "-m", "services.registration", "web", "--bind", f"{LOCAL}:{port}"]
    with serving(command, port, variables, folder / "ours.log") as process:
        yield process, port, conference_id


@contextmanager
def bare_view(ground: Ground, folder: Path) -> Iterator[tuple["Popen[bytes]", int, UUID]]:
    """The bare view over a database of its own."""
    variables, conference_id = _registration(ground, folder)
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--config", "python:deploy.gunicorn", "--bind", f"{LOCAL}:{port}"]
    with serving([*command, "tests.bench.bare_post:under_gunicorn()"], port, variables, folder / "bare.log") as process:
        yield process, port, conference_id


def _registration(ground: Ground, folder: Path) -> tuple[dict[str, str], UUID]:
    """The settings of registration over a fresh database, and the id of an open conference in it."""
    own = settings(folder, SERVICES, Environment({"LIMITS": "off"}))["registration"]
    variables = {
        **own,
        "DATABASE_URL": ground.postgres.database("registration"),
        "AMQP_URL": "memory://",
        "DEMO": "off",
    }
    database = Config.from_environment(Environment(variables)).open_database("registration")
    upgrade(database, "registration")
    with database.write() as session:
        conference = an_open_conference()
        session.add(conference)
    database.close()
    return variables, conference.id


def an_open_conference() -> Conference:
    """A conference with room for everybody."""
    now = clock.now()
    return Conference(
        status="open",
        title={"de": "18. Harburger Integrationskonferenz"},
        motto={"de": "Zusammenleben in Vielfalt"},
        starts_at=now + timedelta(days=30),
        ends_at=now + timedelta(days=30, hours=4),
        venue_name="Rieckhof",
        venue_street="Rieckhoffstraße 12",
        venue_postal_code="21073",
        venue_locality="Hamburg",
        capacity=1_000_000,
        waiting_list=True,
        registration_opens_at=now - timedelta(days=1),
        registration_closes_at=now + timedelta(days=29),
        announced_at=now - timedelta(days=1),
    )


@contextmanager
def serving(command: list[str], port: int, variables: dict[str, str], file: Path) -> Iterator["Popen[bytes]"]:
    with file.open("wb") as log:
        process = Popen(command, cwd=ROOT, env={**os.environ, **variables}, stdout=log, stderr=log)
    try:
        until_listening(port, command[2])
        yield process
    finally:
        process.terminate()
        try:
            process.wait(30)
        except TimeoutExpired:
            process.kill()
