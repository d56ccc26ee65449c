"""The SQL store keeps the contract on SQLite and on PostgreSQL."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, insert
from sqlalchemy.exc import IntegrityError

from shared.database import Database
from shared.messaging import tables
from shared.messaging.errors import Outage
from shared.messaging.protocol.records import Cursor, Event, Garbage
from shared.messaging.store import SqlStore, SqlTransaction, receiving
from shared.messaging.store.rows import event_values
from tests.messaging.claim_contract import ClaimContract
from tests.messaging.examples import NOON, a_row, after, an_event, at
from tests.messaging.inbox_contract import ProcessingContract, ReceivingContract
from tests.messaging.store_contract import Add, ErasureContract, PublishedContract
from tests.servers.ports import LOCAL
from tests.servers.postgresql import PostgreSQL

LEDGER_KEY = "a key for marks of erased people"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database with the backbone's tables, of each kind."""
    url = f"sqlite:///{tmp_path_factory.mktemp('store')}/store.db"
    if request.param == "postgresql":
        server: PostgreSQL = request.getfixturevalue("postgres")
        url = server.database("store")
    database = Database(url, "submissions")
    with database.write() as session:
        tables.create_backbone(session.connection())
    yield database
    database.close()


@pytest.fixture
def store(database: Database) -> SqlStore:
    """A store whose tables are empty."""
    with database.write() as session:
        for table in tables.backbone.sorted_tables:
            session.execute(delete(table))
    return SqlStore(database, LEDGER_KEY)


@pytest.fixture
def add() -> Add:
    """Events are added as outbox.add does."""

    def add_event(tx: SqlTransaction, event: Event) -> None:
        tx.session.execute(insert(tables.outbox).values(event_values(event)))

    return add_event


class TestPublished(PublishedContract):
    """Streams, outbox, subscribers."""


class TestReceiving(ReceivingContract):
    """Cursors, inbox rows, light rows."""


class TestClaims(ClaimContract):
    """Which rows may run."""


class TestProcessing(ProcessingContract):
    """What becomes of rows."""


class TestErasure(ErasureContract):
    """The ledger and the boxes."""


def test_a_row_that_another_processor_holds_is_left_out(postgres: PostgreSQL) -> None:
    database = Database(postgres.database("store"), "submissions")
    with database.write() as session:
        tables.create_backbone(session.connection())
    store = SqlStore(database, LEDGER_KEY)
    with store.begin() as tx:
        tx.save_cursors([Cursor("submissions", "s1", 1, through=3)])
        tx.insert_inbox([a_row(at(seq), an_event(seq)) for seq in (1, 2, 3)])
    with store.begin() as one, store.begin() as other:
        assert [row.at.seq for row in one.claim_heads({"submissions"}, NOON, 2)] == [1, 2]
        assert [row.at.seq for row in other.claim_heads({"submissions"}, NOON, 5)] == [3]
        assert other.lock_ready([at(1)]) == []
    database.close()


def test_a_database_that_went_away_is_an_outage(tmp_path: Path) -> None:
    database = Database("postgresql+psycopg://nobody@127.0.0.1:1/nothing", "submissions")
    with pytest.raises(Outage), SqlStore(database, LEDGER_KEY).begin() as tx:
        tx.streams()


def test_a_database_host_that_does_not_answer_is_an_outage() -> None:
    with socket.create_server((LOCAL, 0)) as silent:
        database = Database(f"postgresql+psycopg://council@{LOCAL}:{silent.getsockname()[1]}/council", "council")
        with pytest.raises(Outage), SqlStore(database, LEDGER_KEY).begin() as tx:
            tx.streams()


def test_a_wrong_statement_is_no_outage(store: SqlStore) -> None:
    with pytest.raises(IntegrityError) as wrong, store.begin() as tx:
        tx.save_cursors([Cursor("submissions", "s1", 1, through=9)])
        tx.insert_inbox([a_row(at(1), an_event(1)), a_row(at(1), an_event(2))])
    assert not store.is_outage(wrong.value)
    assert store.is_outage(Outage("broker"))


def test_garbage_is_capped(store: SqlStore, database: Database) -> None:
    with store.begin() as tx:
        tx.keep_garbage([Garbage(f"{n:064}", b"x" * 6_000_000, "{}") for n in range(3)], NOON)
        tx.keep_garbage([Garbage(f"{n:064}", b"x", "{}") for n in range(10, 1200)], after(1))
    with database.read() as session:
        rows = session.query(tables.inbox_garbage).count()
    assert rows == receiving.MOST_GARBAGE_ROWS
