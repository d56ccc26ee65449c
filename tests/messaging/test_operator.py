"""The operator's commands look at rows, write rows, and log who did what."""

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from click.testing import CliRunner, Result
from sqlalchemy import delete, select, update

from shared import clock
from shared.database import Database
from shared.events.submissions import IdeaPublished
from shared.messaging import outbox, tables
from shared.messaging.errors import Reject
from shared.messaging.operator import event_commands
from shared.messaging.retention import forget
from tests.backbone import LEDGER_KEY, Backbone, Thing, seals_of
from tests.messaging import tiny


def ran(database: Database, *command: str, answer: str = "") -> Result:
    """Run one command of the group `events`."""
    commands = event_commands(database.service, lambda: (database, LEDGER_KEY))
    return CliRunner().invoke(commands, list(command), input=answer, catch_exceptions=False)


def a_pair(folder: Path) -> tuple[Backbone, Database, Database]:
    """The two tiny services on SQLite, moved by hand."""
    submissions, council = (tiny.database_of(s, f"sqlite:///{folder}/{s}.db") for s in ("submissions", "council"))
    return joined(submissions, council), submissions, council


def joined(*databases: Database) -> Backbone:
    """A backbone of tiny services."""
    backbone = Backbone(tiny.PAIRS)
    for database in databases:
        backbone.join(database, tiny.HANDLERS[database.service])
    return backbone


def test_status_tail_and_show_tell_what_happened(tmp_path: Path) -> None:
    backbone, submissions, council = a_pair(tmp_path)
    event_id = tiny.adopt(submissions)[0]
    assert "unnumbered           1" in ran(submissions, "status").output
    backbone.settle()
    assert "unnumbered           0" in ran(submissions, "status").output
    assert f"{event_id} recommendation.adopted" in ran(council, "tail").output
    shown = json.loads(ran(council, "show", str(event_id)).output)
    assert (shown["status"], shown["producer"], shown["seq"]) == ("processed", "submissions", 1)
    assert "sealed" not in shown
    assert ran(council, "show", "00000000-0000-0000-0000-000000000000").exit_code == 1
    assert "council.from.submissions takes # from events.submissions" in ran(council, "topology").output


def test_verify_finds_a_missing_number(tmp_path: Path) -> None:
    backbone, submissions, council = a_pair(tmp_path)
    tiny.adopt(submissions, 3)
    backbone.settle()
    assert [ran(database, "verify").exit_code for database in (submissions, council)] == [0, 0]
    with submissions.write() as session:
        session.execute(delete(tables.outbox).where(tables.outbox.c.seq == 2))
    assert ran(submissions, "verify").exit_code == 1
    with council.write() as session:
        session.execute(update(tables.inbox).values(status="skipped", last_error=None))
    assert "I6" in ran(council, "verify").output


def test_skipping_needs_a_reason_and_is_logged(tmp_path: Path) -> None:
    backbone, submissions, council = a_pair(tmp_path)
    event_id = tiny.adopt(submissions, titles=[tiny.POISON])[0]
    backbone.settle(expecting=Reject)
    assert ran(council, "skip", str(event_id)).exit_code == 2
    assert ran(council, "skip", str(event_id), "--reason", "a test").exit_code == 0
    assert ran(council, "skip", str(event_id), "--reason", "again").exit_code == 1
    with council.read() as session:
        row = session.execute(select(tables.operator_log)).one()
    assert (row.action, row.key, row.reason) == ("skip", str(event_id), "a test")


def test_a_restored_database_goes_on_in_a_new_life(tmp_path: Path) -> None:
    backbone, submissions, council = a_pair(tmp_path)
    before_backup = tiny.adopt(submissions, 2)
    backbone.settle()
    with closing(sqlite3.connect(tmp_path / "submissions.db")) as connection:
        connection.execute("VACUUM INTO ?", [str(tmp_path / "backup.db")])
    lost = tiny.adopt(submissions, 3)
    backbone.settle()
    assert tiny.effects(council) == sorted(before_backup + lost)

    shutil.copy(tmp_path / "backup.db", tmp_path / "restored.db")
    restored = Database(f"sqlite:///{tmp_path}/restored.db", "submissions", seals_of("submissions"))
    assert "life 2 begins" in ran(restored, "restore", answer="y\n").output
    after = tiny.adopt(restored, 2)
    backbone = joined(restored, council)
    backbone.settle()
    assert tiny.effects(council) == sorted(before_backup + lost + after)
    assert ran(restored, "verify").exit_code == 0


def test_settled_events_are_forgotten_after_400_days_and_bodies_after_35(tmp_path: Path) -> None:
    backbone, submissions, council = a_pair(tmp_path)
    idea = Thing()
    with clock.moved(-timedelta(days=401)):
        tiny.adopt(submissions, 2)
        backbone.settle()
    with submissions.write() as session:
        outbox.add(session, idea, IdeaPublished(idea_id=idea.id, language="de", title="Bank"))
    backbone.settle()
    _settle_receipts(submissions, through=2)
    with submissions.write() as session:
        forget(session, ["council"])
    with council.write() as session:
        forget(session, ["submissions"])
    with submissions.read() as session:
        assert [row.seq for row in session.execute(select(tables.outbox))] == [3]
        assert session.execute(select(tables.stream)).one().first_seq == 3
    with council.read() as session:
        assert [row.body for row in session.execute(select(tables.inbox))] == [None, None]
        assert [row.name for row in session.execute(select(tables.outbox))] == ["case.opened", "case.opened"]
    assert [ran(database, "verify").output for database in (submissions, council)] == ["0 violations\n"] * 2


def _settle_receipts(database: Database, through: int) -> None:
    with database.write() as session:
        stream_id = session.execute(select(tables.stream)).one().stream_id
        told = {"settled_through": through, "missing": "[]", "last_receipt_at": clock.now(), "moved_at": clock.now()}
        session.execute(tables.subscriber.insert().values(consumer="council", stream_id=stream_id, **told))
