"""The two tiny services, on both kinds of databases and brokers."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from shared.database import Database
from tests.messaging import tiny
from tests.servers.postgresql import PostgreSQL

Open = Callable[[str], Database]


@pytest.fixture(params=["sqlite", "postgresql"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Opens a fresh database of a service, once on SQLite and once on PostgreSQL."""
    with ExitStack() as closing:

        def fresh(service: str) -> Database:
            url = f"sqlite:///{tmp_path}/{service}.db"
            if request.param == "postgresql":
                server: PostgreSQL = request.getfixturevalue("postgres")
                url = server.database(service)
            database = tiny.database_of(service, url)
            closing.callback(database.close)
            return database

        yield fresh


@pytest.fixture
def on_postgresql(postgres: PostgreSQL) -> Iterator[Open]:
    """Opens a fresh database of a service on PostgreSQL."""
    with ExitStack() as closing:

        def fresh(service: str) -> Database:
            database = tiny.database_of(service, postgres.database(service))
            closing.callback(database.close)
            return database

        yield fresh
