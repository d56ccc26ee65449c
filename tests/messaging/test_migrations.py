"""The backbone's migration goes up, down and up again, and two processes may try at once."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import inspect

from shared.database import Database
from shared.messaging.tables import backbone
from shared.migrations import downgrade, upgrade
from tests.servers.postgresql import PostgreSQL


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/council.db"
    server: PostgreSQL = request.getfixturevalue("postgres")
    return server.database("council")


def test_up_down_and_up_again(url: str) -> None:
    database = Database(url, "council")
    upgrade(database, "council")
    assert set(backbone.tables) <= _tables(database)
    downgrade(database, "council", "base")
    assert _tables(database) == {"alembic_version"}
    upgrade(database, "council")
    assert set(backbone.tables) <= _tables(database)
    database.close()


def test_two_at_once_are_one_after_the_other(url: str) -> None:
    failed: list[Exception] = []

    def migrate() -> None:
        database = Database(url, "council")
        try:
            upgrade(database, "council")
        except Exception as error:
            failed.append(error)
        finally:
            database.close()

    both = [threading.Thread(target=migrate) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert failed == []


def _tables(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names())
