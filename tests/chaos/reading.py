"""Reading four databases whole, for the checker, and telling whether they have come to rest."""

import hashlib
import importlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, select, text

from shared.messaging import topology
from shared.messaging.tables import backbone
from tests.chaos.evidence import Tables

#: What moves by itself, or counts tries and traffic: no effect of an event.
_NOT_EFFECTS = {
    "subscriber",
    "stream",
    "operator_log",
    "inbox_cursor",
    "inbox_light",
}


class Databases:
    """The databases of all services by name, each at its address."""

    def __init__(self, urls: Mapping[str, str]) -> None:
        self.urls = urls
        self._engines = {service: create_engine(url, poolclass=NullPool) for service, url in urls.items()}

    def read(self) -> dict[str, Tables]:
        """Every row of every table."""
        return {service: _tables(service, engine) for service, engine in self._engines.items()}

    def digests(self) -> dict[str, str]:
        """What events have brought about, as one hash per table: "service.table" → hash."""
        found = {}
        for service, tables in self.read().items():
            for table, rows in tables.items():
                if table not in _NOT_EFFECTS:
                    lines = sorted(repr(sorted(row.items(), key=lambda item: item[0])) for row in rows)
                    found[f"{service}.{table}"] = hashlib.sha256("\n".join(lines).encode()).hexdigest()
        return found

    def last_numbers(self) -> dict[str, int]:
        """The last number that each service gave."""
        found = {}
        for service, engine in self._engines.items():
            with engine.connect() as connection:
                found[service] = _last_number(connection)
        return found

    def unrest(self) -> list[str]:
        """What is still under way, in words; an empty list when everything has come to rest."""
        last, found = self.last_numbers(), []
        for service, engine in self._engines.items():
            with engine.connect() as connection:
                found += [f"{service}: {number} {what}" for what, number in _waiting(connection, service) if number]
        for consumer, producers in topology.PAIRS.items():
            with self._engines[consumer].connect() as connection:
                rows = connection.execute(text("SELECT producer, max(through) FROM inbox_cursor GROUP BY 1")).all()
            cursors = {producer: int(through) for producer, through in rows}
            found += [
                f"{consumer} has {producer} through {cursors.get(producer, 0)} of {last[producer]}"
                for producer in producers
                if cursors.get(producer, 0) != last[producer]
            ]
        return found


def _tables(service: str, engine: Engine) -> dict[str, list[dict[str, Any]]]:
    own = importlib.import_module(f"services.{service}.models").Base.metadata.sorted_tables
    with engine.connect() as connection:
        return {
            table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
            for table in [*backbone.sorted_tables, *own]
        }


def _last_number(connection: Connection) -> int:
    return int(connection.scalar(text("SELECT coalesce(max(next_seq), 1) - 1 FROM stream")) or 0)


def _waiting(connection: Connection, service: str) -> list[tuple[str, int]]:
    questions = {
        "unnumbered": "SELECT count(*) FROM outbox WHERE seq IS NULL",
        "unpublished": "SELECT coalesce(sum(next_seq - 1 - published_through), 0) FROM stream",
        "unhandled": "SELECT count(*) FROM inbox WHERE status = 'ready'",
        "to be sent again": "SELECT count(*) FROM subscriber WHERE resend_from IS NOT NULL",
    }
    if service == "notifications":
        questions["unsent"] = "SELECT count(*) FROM notifications WHERE status IN ('created', 'sending', 'unknown')"
    return [(what, int(connection.scalar(text(question)) or 0)) for what, question in questions.items()]
