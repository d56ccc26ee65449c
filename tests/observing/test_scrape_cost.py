"""A scrape stays cheap behind a long history: no question that it asks walks through what is finished."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from services.notifications import figures
from services.notifications.config import Config
from shared.database import Database
from shared.messaging import ops
from shared.migrations import upgrade
from tests.notifications.conftest import config  # noqa: F401 - a fixture
from tests.servers.postgresql import PostgreSQL

#: Finished rows of each big table; behind them stand 100 that wait, and 10 that are parked.
FINISHED = 20_000

_INBOX = """
INSERT INTO inbox (producer, stream_id, seq, event_id, name, aggregate, aggregate_seq, refers_to, body, occurred_at, root_at,
  received_at, status, suspect, attempts, deaths, cause_event_id, cause_producer, cause_stream_id, cause_seq)
SELECT 'council', 's', n, gen_random_uuid(), 'case.opened', 'case:' || n, 1, '[]', repeat('x', 300), now(), now(), now(),
  CASE WHEN n <= :finished THEN 'processed' WHEN n <= :finished + 10 THEN 'parked' ELSE 'ready' END, false, 0, 0,
  gen_random_uuid(), 'submissions', 't', n
FROM generate_series(1, :finished + 110) AS n
"""
_OUTBOX = """
INSERT INTO outbox (event_id, name, aggregate, aggregate_seq, stream_id, seq, body, refers_to, occurred_at, root_at)
SELECT gen_random_uuid(), 'case.opened', 'case:' || n, 1, CASE WHEN n <= :finished THEN 's' END,
  CASE WHEN n <= :finished THEN n END, repeat('x', 300), '[]', now(), now()
FROM generate_series(1, :finished + 100) AS n
"""
_STREAM = "INSERT INTO stream VALUES ('s', 1, 1, :finished + 1, :finished - 50, NULL, 1, NULL)"
_CURSORS = "INSERT INTO inbox_cursor VALUES ('council', 's', 1, :finished + 50, NULL), ('submissions', 't', 1, 7, NULL)"
_CONTACT = """
INSERT INTO contacts VALUES ('00000000-0000-0000-0000-000000000001', 1, 'email', '', 'm', 'm', now(), NULL);
INSERT INTO followings VALUES ('00000000-0000-0000-0000-000000000002', 1, '00000000-0000-0000-0000-000000000001', NULL, 'council',
  '', 'follower', 'de', NULL, 's', now(), now(), NULL, NULL, 0);
"""
_NOTIFICATIONS = """
INSERT INTO notifications
  (id, event_id, message, contact_id, following_id, channel, language, status, created_at, due_at, attempts)
SELECT gen_random_uuid(), gen_random_uuid(), 'case.opened', '00000000-0000-0000-0000-000000000001',
  '00000000-0000-0000-0000-000000000002', 'email', 'de',
  CASE WHEN n <= :finished THEN 'sent' WHEN n % 3 = 0 THEN 'unknown' WHEN n % 3 = 1 THEN 'failed' ELSE 'created' END,
  now(), now(), 1
FROM generate_series(1, :finished + 30) AS n
"""
_BIG = ("inbox", "outbox", "notifications")


@pytest.fixture
def long_running(postgres: PostgreSQL, config: Config) -> Database:  # noqa: F811
    """The database of notifications after many events."""
    database = replace(config, database_url=postgres.database("notifications")).open_database("notifications")
    upgrade(database, "notifications")
    with database.write() as session:
        session.execute(text(_CONTACT))
        for fill in (_INBOX, _OUTBOX, _STREAM, _CURSORS, _NOTIFICATIONS):
            session.execute(text(fill), {"finished": FINISHED})
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    return database


def test_no_question_of_a_scrape_walks_through_what_is_finished(long_running: Database) -> None:
    asked: list[tuple[str, Any]] = []

    def note(_connection: Connection, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        asked.append((statement, parameters))

    event.listen(long_running.engine, "before_cursor_execute", note)
    ops.refresh(long_running, figures.export)
    event.remove(long_running.engine, "before_cursor_execute", note)

    walked = {}
    with long_running.engine.connect() as connection:
        for statement, parameters in asked:
            rows = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters)
            plan = rows.scalar_one()[0]["Plan"]
            walked |= {
                f"{node['Node Type']} {node['Relation Name']}: {statement}": _rows(node) for node in _nodes(plan)
            }

    assert len(asked) >= 15
    assert {what: rows for what, rows in walked.items() if rows > 1000} == {}


def _nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    """Every scan of a big table in a plan."""
    inner = [node for child in plan.get("Plans", []) for node in _nodes(child)]
    return [plan, *inner] if plan.get("Relation Name") in _BIG else inner


def _rows(node: dict[str, Any]) -> float:
    """How many rows a scan looked at."""
    looked_at: float = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
    return looked_at * node["Actual Loops"]
