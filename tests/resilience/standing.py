"""The eight processes on databases that bear the services' names, as they do in containers, with the operators' scripts."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from tests.architecture.tree import ROOT, SERVICES
from tests.kill_points.books import Books
from tests.processes import Processes
from tests.resilience.day import Day
from tests.servers.mail import Sink, sink
from tests.servers.ports import LOCAL
from tests.servers.postgresql import LocalPostgreSQL, local_postgresql
from tests.servers.rabbitmq import RabbitMQ
from tests.waiting import until

#: What events make in a service, told apart by what people know it by.
_THINGS = {
    "council": "SELECT id, year, sequence, origin_id FROM council_case",
    "notifications": "SELECT id, message FROM notifications",
}


@dataclass
class Snapshot:
    """What a service's database says: its events sent and received with what became of them, its cases and messages."""

    sent: set[Any]
    received: dict[Any, str]
    things: set[Any]


class Standing:
    """A deployment at work."""

    def __init__(self, folder: Path, postgres: LocalPostgreSQL, broker: RabbitMQ, mails: Sink) -> None:
        self.folder = folder
        self._port = postgres.port
        self._mails = mails
        urls = {service: f"postgresql+psycopg://{service}@{LOCAL}:{postgres.port}/{service}" for service in SERVICES}
        self._engines = {service: create_engine(url) for service, url in urls.items()}
        own = {service: {"DATABASE_URL": url, "AMQP_URL": broker.url(service)} for service, url in urls.items()}
        extra = {
            "MAIL_URL": mails.url,
            "MAIL_SENDER": "mitteilungen@example.org",
            "SMS_URL": f"kannel+http://{LOCAL}:1",
        }
        self.processes = Processes(folder, extra, own)
        self.processes.start()
        self.books = Books(urls)
        self.day = Day(self.processes.api, self.processes.staff(), mails)

    def work(self, rounds: int) -> None:
        """Let people do what they do, and wait until all is settled."""
        for _ in range(rounds):
            self.day.work()
        self.until_settled()

    def until_settled(self) -> None:
        """Wait until every event is handled everywhere and every letter is out."""
        until(lambda: not self.books.moving() and not self._unsent(), "everything to be settled", 90, 0.3)

    def back_up(self, folder: Path) -> None:
        """Save all databases."""
        self._script("backup.sh", str(folder))

    def restore(self, service: str, folder: Path) -> None:
        """Bring one service back, while the others go on."""
        self._engines[service].dispose()
        self.books.close()
        self._script("restore.sh", service, str(folder))
        for role in ("worker", "web"):
            self.processes.kill(service, role)
            self.processes.begin(service, role)

    def look(self, service: str) -> Snapshot:
        """What stands in a service's database."""
        return Snapshot(
            sent={row.event_id for row in self._rows(service, "SELECT event_id FROM outbox")},
            received={row.event_id: row.status for row in self._rows(service, "SELECT event_id, status FROM inbox")},
            things=set(map(tuple, self._rows(service, _THINGS[service]))) if service in _THINGS else set(),
        )

    def letters(self) -> Counter[str]:
        """How often each letter arrived, by its Message-ID."""
        return Counter(str(mail["Message-ID"]) for mail in self._mails.mails)

    def held(self) -> int:
        """How many messages wait for a person."""
        return len(self._rows("notifications", "SELECT 1 FROM notifications WHERE status = 'unknown'"))

    def close(self) -> None:
        """End everything."""
        self.processes.stop()
        self.books.close()
        for engine in self._engines.values():
            engine.dispose()

    def _unsent(self) -> bool:
        return bool(self._rows("notifications", "SELECT 1 FROM notifications WHERE status IN ('created', 'sending')"))

    def _rows(self, service: str, query: str) -> list[Any]:
        with self._engines[service].connect() as connection:
            return list(connection.execute(text(query)).all())

    def _script(self, name: str, *arguments: str) -> None:
        deployment = self.folder / "deployment.json"
        roles = [(service, role) for service in SERVICES for role in ("web", "worker")]
        described = {
            "port": self._port,
            "variables": {service: dict(self.processes.variables(service)) for service in SERVICES},
            "processes": {f"{service}-{role}": self._pid(service, role) for service, role in roles},
        }
        deployment.write_text(json.dumps(described), encoding="utf-8")
        compose = f"{sys.executable} -m tests.resilience.compose {deployment}"
        done = subprocess.run(
            [ROOT / "deploy" / name, *arguments],
            cwd=ROOT,
            env={**os.environ, "COMPOSE": compose},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{name}: {done.stdout}{done.stderr}"

    def _pid(self, service: str, role: str) -> int:
        """Of a process and its children the one that leads their group."""
        return next(pid for pid in self.processes.pids(service, role) if os.getpgid(pid) == pid)


@contextmanager
def standing(broker: RabbitMQ) -> Iterator[Standing]:
    """A deployment on a PostgreSQL of its own."""
    folder = Path(tempfile.mkdtemp(prefix="mitsprache-drill-"))
    with local_postgresql() as postgres, sink() as mails:
        _make_databases(postgres.port)
        deployment = Standing(folder, postgres, broker, mails)
        try:
            yield deployment
        finally:
            deployment.close()
    shutil.rmtree(folder)


def _make_databases(port: int) -> None:
    """Roles and databases as deploy/database makes them."""
    engine = create_engine(f"postgresql+psycopg://postgres@{LOCAL}:{port}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for service in SERVICES:
            connection.execute(text(f"CREATE ROLE {service} LOGIN"))
            connection.execute(text(f"CREATE DATABASE {service} OWNER {service} TEMPLATE template0"))
    engine.dispose()
