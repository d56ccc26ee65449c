"""What a worker does every turn reads the rows it is about and no others, whatever the planner knows of the tables."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import insert, text

from shared.database import Database
from shared.messaging import tables
from shared.messaging.protocol.records import Cursor
from shared.messaging.store import SqlTransaction
from shared.messaging.store.rows import event_values
from tests.messaging.examples import NOON, a_row, an_event, an_id, at
from tests.servers.postgresql import PostgreSQL

MANY = 2_000
#: Rows of one turn.
FEW = 10

LAST = range(MANY - FEW + 1, MANY + 1)
LEDGER_KEY = "a key for marks of erased people"

_READ = text(
    "SELECT sum(seq_tup_read + idx_tup_fetch) FROM pg_stat_xact_user_tables WHERE relname IN ('inbox', 'outbox')"
)

TURNS: dict[str, Callable[[SqlTransaction], Any]] = {
    "claim": lambda tx: tx.claim_heads(["council"], NOON, FEW),
    "lock": lambda tx: tx.lock_ready([at(seq) for seq in LAST]),
    "mark as processed": lambda tx: tx.mark_processed([at(seq) for seq in LAST], NOON),
    "look what is stored there": lambda tx: tx.stored_at("submissions", "s1", list(LAST)),
    "look whether the ids are known": lambda tx: tx.known("submissions", [an_id(seq) for seq in LAST]),
    "look for the next numbers": lambda tx: tx.numbers_after("submissions", "s1", MANY - FEW, FEW),
    "look for events to number": lambda tx: tx.unnumbered(FEW),
    "number events": lambda tx: tx.give_numbers("s1", MANY - FEW + 1, list(LAST)),
    "read numbered events": lambda tx: tx.numbered_between("s1", MANY - 2 * FEW + 1, MANY - FEW),
}


@pytest.fixture(scope="module")
def database(postgres: PostgreSQL) -> Iterator[Database]:
    """An inbox and an outbox that nobody counted yet: the last ten rows wait, all others are done."""
    database = Database(postgres.database("store"), "submissions", keeps_plans=True)
    with database.write() as session:
        tables.create_backbone(session.connection())
        for table in ("inbox", "outbox"):
            session.execute(text(f"ALTER TABLE {table} SET (autovacuum_enabled = off)"))
    with database.write() as session:
        tx = SqlTransaction(session, LEDGER_KEY)
        session.execute(insert(tables.outbox), [event_values(an_event(number)) for number in range(1, MANY + 1)])
        tx.give_numbers("s1", 1, range(1, LAST.start))
        tx.insert_inbox([a_row(at(seq), an_event(seq)) for seq in range(1, MANY + 1)])
        tx.mark_processed([at(seq) for seq in range(1, LAST.start)], NOON)
        tx.save_cursors([Cursor("submissions", "s1", 1, MANY)])
    yield database
    database.close()


@pytest.mark.parametrize("turn", TURNS)
def test_a_turn_reads_no_rows_that_it_is_not_about(database: Database, turn: str) -> None:
    with database.read() as session:
        before = session.scalar(_READ)
        TURNS[turn](SqlTransaction(session, LEDGER_KEY))

        assert session.scalar(_READ) - before <= 4 * FEW


def test_what_was_numbered_is_cleared_out_of_the_index_of_what_waits(database: Database) -> None:
    looking = "EXPLAIN SELECT position FROM outbox WHERE seq IS NULL ORDER BY position LIMIT 10"
    with database.read() as session:
        plan = "\n".join(session.scalars(text(looking)))

    assert "Bitmap" not in plan
