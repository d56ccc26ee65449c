"""Tables of the backbone that an earlier edition made come to today's shape with all they hold."""

from pathlib import Path

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, inspect, select, text

from shared.database import Database
from shared.messaging import renewing
from shared.messaging.protocol.records import Cursor
from shared.messaging.store import SqlStore
from shared.messaging.tables import create_backbone, inbox
from tests.messaging.examples import a_row, an_event, an_id, at
from tests.servers.postgresql import PostgreSQL

EARLIER_ON_POSTGRESQL = (
    "ALTER TABLE inbox DROP CONSTRAINT inbox_event_once",
    "ALTER TABLE inbox ADD CONSTRAINT inbox_event_id_key UNIQUE (event_id)",
    "ALTER TABLE inbox_cursor DROP COLUMN seen",
    "ALTER TABLE inbox_cursor DROP COLUMN seen_mark",
)


@pytest.fixture(params=["sqlite", "postgresql"])
def earlier(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """A database of the edition before."""
    server: PostgreSQL | None = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    database = Database(server.database("council") if server else f"sqlite:///{tmp_path}/council.db", "council")
    with database.engine.begin() as connection:
        create_backbone(connection)
        for statement in EARLIER_ON_POSTGRESQL if server else _earlier_on_sqlite(connection):
            connection.execute(text(statement))
    return database


def _earlier_on_sqlite(connection: Connection) -> list[str]:
    made = connection.scalar(text("SELECT sql FROM sqlite_master WHERE name = 'inbox'"))
    before = made.replace("CONSTRAINT inbox_event_once UNIQUE (event_id, producer)", "UNIQUE (event_id)")
    assert before != made
    return ["DROP TABLE inbox", before, *EARLIER_ON_POSTGRESQL[2:]]


def test_what_an_earlier_edition_stored_stays_and_the_shape_is_todays(earlier: Database) -> None:
    with SqlStore(earlier, "key").begin() as tx:
        tx.insert_inbox([a_row(at(1), an_event(1))])
        tx.session.execute(
            text("INSERT INTO inbox_cursor (producer, stream_id, life, through) VALUES ('submissions', 's1', 1, 1)")
        )

    for _ in range(2):
        with earlier.engine.begin() as connection:
            operations = Operations(MigrationContext.configure(connection))
            renewing.count_ids_by_producer(operations)
            renewing.know_what_was_seen(operations)

    with SqlStore(earlier, "key").begin() as tx:
        assert tx.cursors() == [Cursor("submissions", "s1", 1, 1)]
        tx.insert_inbox([a_row(at(1, "r1", "registration"), an_event(1))])
        assert tx.session.scalars(select(inbox.c.event_id)).all() == [an_id(1), an_id(1)]
    assert {each["name"] for each in inspect(earlier.engine).get_indexes("inbox")} >= {
        each.name for each in inbox.indexes
    }
    earlier.close()
