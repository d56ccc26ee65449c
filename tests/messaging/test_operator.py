"""The operator's commands look at rows, write rows, and log who did what."""

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from click.testing import CliRunner, Result
from sqlalchemy import Table, delete, select, update

from shared import clock, ids
from shared.database import Database
from shared.events.submissions import IdeaPublished
from shared.messaging import outbox, tables
from shared.messaging.errors import Reject
from shared.messaging.operating.commands import event_commands
from shared.messaging.retention import forget
from tests.backbone import LEDGER_KEY, Backbone, Thing, seals_of
from tests.messaging import tiny
from tests.messaging.conftest import Open


def ran(database: Database, *command: str, answer: str = "") -> Result:
    """Run one command of the group `events`."""
    commands = event_commands(database.service, lambda: (database, LEDGER_KEY))
    return CliRunner().invoke(commands, list(command), input=answer, catch_exceptions=False)


def a_pair(opened: Open) -> tuple[Backbone, Database, Database]:
    """The two tiny services, moved by hand."""
    submissions, council = opened("submissions"), opened("council")
    return joined(submissions, council), submissions, council


def joined(*databases: Database) -> Backbone:
    """A backbone of tiny services."""
    backbone = Backbone(tiny.PAIRS)
    for database in databases:
        backbone.join(database, tiny.HANDLERS[database.service])
    return backbone


def a_failed_event(opened: Open) -> tuple[Backbone, Database, UUID]:
    """A council that put an event aside, and its id."""
    backbone, submissions, council = a_pair(opened)
    event_id = tiny.adopt(submissions, titles=[tiny.POISON])[0]
    backbone.settle(expecting=Reject)
    return backbone, council, event_id


def logged(database: Database) -> list[tuple[str, str, str]]:
    """What was done by hand: action, key, reason."""
    log = tables.operator_log.c
    with database.read() as session:
        return list(session.execute(select(log.action, log.key, log.reason).order_by(log.position)).tuples())


def test_status_tail_and_show_tell_what_happened(opened: Open) -> None:
    backbone, submissions, council = a_pair(opened)
    event_id = tiny.adopt(submissions)[0]
    assert "unnumbered           1" in ran(submissions, "status").output
    backbone.settle()
    assert "unnumbered           0" in ran(submissions, "status").output
    assert "last number          1" in ran(submissions, "status").output
    assert "from submissions     has 1 of life 1, 0 ready, 0 parked" in ran(council, "status").output
    assert f"{event_id} recommendation.adopted" in ran(council, "tail").output
    assert len(ran(council, "tail", "-n", "1").output.splitlines()) == 2
    shown = json.loads(ran(council, "show", str(event_id)).output)
    assert (shown["status"], shown["producer"], shown["seq"]) == ("processed", "submissions", 1)
    assert shown["effects"][0].endswith(" case.opened")
    opened_id = shown["effects"][0].partition(" ")[0]
    assert json.loads(ran(council, "show", opened_id).output)["causes"] == [f"submissions 1 {event_id}"]
    assert json.loads(ran(submissions, "show", opened_id).output)["causes"] == [f"submissions 1 {event_id}"]
    assert ran(council, "show", str(ids.public())).exit_code == 1
    assert "council.from.submissions takes # from events.submissions" in ran(council, "topology").output


def test_what_is_sealed_is_never_shown(on_postgresql: Open) -> None:
    submissions = on_postgresql("submissions")
    event_id = tiny.hand_in(submissions, Thing())
    shown = ran(submissions, "show", str(event_id)).output
    assert json.loads(shown)["private"] == {"notifications": "sealed"}
    assert '"kid"' not in shown and '"box"' not in shown


def test_verify_finds_what_is_broken_and_ends_with_1(opened: Open) -> None:
    backbone, submissions, council = a_pair(opened)
    tiny.adopt(submissions, 3)
    backbone.settle()
    assert [ran(database, "verify").exit_code for database in (submissions, council)] == [0, 0]
    with submissions.write() as session:
        session.execute(delete(tables.outbox).where(tables.outbox.c.seq == 2))
    assert ran(submissions, "verify").exit_code == 1
    _break(council, tables.inbox, status="skipped", last_error=None)
    assert "I6" in ran(council, "verify").output
    _break(council, tables.inbox, status="skipped", last_error="because")
    assert "I6: nobody is known to have skipped" in ran(council, "verify").output
    _break(council, tables.inbox, status="lost", last_error=None)
    assert "is in a state that there isn't" in ran(council, "verify").output
    _break(council, tables.inbox, status="processed")
    assert ran(council, "verify").output == "0 violations\n"
    _break(council, tables.outbox, cause_event_id=ids.internal(), aggregate="case:1")
    assert "I4" in ran(council, "verify").output


def _break(database: Database, table: Table, **values: object) -> None:
    with database.write() as session:
        if "aggregate" in values:
            values["aggregate_seq"] = table.c.position
        session.execute(update(table).values(**values))


def test_what_failed_is_replayed_after_a_dry_run(opened: Open) -> None:
    backbone, council, event_id = a_failed_event(opened)
    assert f"{event_id} submissions 1 recommendation.adopted" in ran(council, "parked").output
    assert "parked, 1 failed attempts: Reject: poison" in ran(council, "parked").output
    assert ran(council, "replay", "--name", "recommendation.adopted", "--dry-run").output.endswith(
        "1 would be replayed\n"
    )
    assert logged(council) == []
    for named in ([str(event_id)], ["--name", "recommendation.adopted"], ["--error", "poison"]):
        assert ran(council, "replay", *named).output.endswith("1 replayed\n")
        backbone.settle(expecting=Reject)
    assert logged(council) == [("replay", str(event_id), "Reject: poison")] * 3
    assert ran(council, "replay", "--name", "case.opened").output == "0 replayed\n"


def test_what_waits_for_another_attempt_need_not_wait(on_postgresql: Open) -> None:
    _, council, event_id = a_failed_event(on_postgresql)
    _break(council, tables.inbox, status="ready", attempts=6, next_attempt_at=clock.now() + timedelta(hours=1))
    assert "6 failed attempts, next at" in ran(council, "parked").output
    assert "! 1 events failed and will be tried again" in ran(council, "status").output
    assert ran(council, "replay", str(event_id)).output.endswith("1 replayed\n")
    assert ran(council, "parked").output == "nothing failed\n"


def test_a_command_says_in_a_line_what_it_cannot_do(on_postgresql: Open) -> None:
    _, council, event_id = a_failed_event(on_postgresql)
    unknown = str(ids.public())
    assert ran(council, "replay").exit_code == 2
    assert ran(council, "replay", str(event_id), "--name", "x").exit_code == 2
    assert ran(council, "replay", unknown).output == "Error: There is no such event here that failed.\n"
    assert ran(council, "skip", unknown, "--reason", "x").output == "Error: There is no such unfinished event here.\n"
    assert ran(council, "skip", str(event_id), "--reason", " ").exit_code == 1
    assert ran(council, "resend", "--consumer", "submissions", "--from", "1").exit_code == 1
    assert logged(council) == []
    with council.write() as session:
        tables.drop_backbone(session.connection())
    assert "isn't migrated" in ran(council, "status").output


def test_thousands_of_failed_events_are_replayed_in_steps(on_postgresql: Open) -> None:
    _, council, _ = a_failed_event(on_postgresql)
    with council.write() as session:
        one = dict(session.execute(select(tables.inbox)).mappings().one())
        more = [one | {"seq": seq, "event_id": ids.public(), "aggregate": f"idea:{seq}"} for seq in range(2, 520)]
        session.execute(tables.inbox.insert(), more)
    assert ran(council, "replay", "--error", "poison").output.endswith(
        "… and more: run this again for them\n500 replayed\n"
    )
    assert ran(council, "replay", "--error", "poison").output.endswith("\n19 replayed\n")


def test_the_relay_is_asked_to_send_again(on_postgresql: Open) -> None:
    backbone, submissions, _ = a_pair(on_postgresql)
    tiny.adopt(submissions, 2)
    backbone.settle()
    assert "has never told" in ran(submissions, "resend", "--consumer", "council", "--from", "1").output
    _settle_receipts(submissions, through=2)
    assert "numbers 1 to 2" in ran(submissions, "resend", "--consumer", "council", "--from", "3").output
    assert ran(submissions, "resend", "--consumer", "council", "--from", "2").output == "noted; the relay does it\n"
    assert "to be sent again from 2" in ran(submissions, "status").output
    assert [action for action, _, _ in logged(submissions)] == ["resend"]


def test_skipping_needs_a_reason_and_is_logged(opened: Open) -> None:
    _, council, event_id = a_failed_event(opened)
    assert ran(council, "skip", str(event_id)).exit_code == 2
    assert ran(council, "skip", str(event_id), "--reason", "a test").exit_code == 0
    assert ran(council, "skip", str(event_id), "--reason", "again").exit_code == 1
    assert logged(council) == [("skip", str(event_id), "a test")]
    assert "skip" in json.loads(ran(council, "show", str(event_id)).output)["done_by_hand"][0]
    assert ran(council, "verify").exit_code == 0


def test_a_restored_database_goes_on_in_a_new_life(tmp_path: Path) -> None:
    submissions, council = (tiny.database_of(s, f"sqlite:///{tmp_path}/{s}.db") for s in ("submissions", "council"))
    backbone = joined(submissions, council)
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


def test_settled_events_are_forgotten_after_400_days_and_bodies_after_35(on_postgresql: Open) -> None:
    backbone, submissions, council = a_pair(on_postgresql)
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
