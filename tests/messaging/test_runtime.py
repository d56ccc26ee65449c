"""The worker's threads: one leads, a dead one is noticed, timers run where the lead is, doors for machines answer."""

import threading
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from shared.database import Database
from shared.messaging import ops
from shared.messaging.errors import LeadershipLost, Outage
from shared.messaging.leadership import Leadership
from shared.messaging.loop import Loop
from shared.messaging.runtime import Worker
from tests.backbone import LEDGER_KEY
from tests.messaging import tiny
from tests.messaging.conftest import Open
from tests.messaging.workers import working
from tests.servers.postgresql import PostgreSQL
from tests.waiting import until


def test_only_one_process_leads_and_another_takes_over(postgres: PostgreSQL) -> None:
    url = postgres.database("council")
    first, second = Leadership(Database(url, "council")), Leadership(Database(url, "council"))
    assert first.try_to_take()
    assert not second.try_to_take()
    assert not second.is_held
    first.give_up()
    until(second.try_to_take, "the lock to be free")
    second.confirm()


def test_a_leader_that_stands_still_is_replaced(postgres: PostgreSQL) -> None:
    url = postgres.database("council")
    first, second = (Leadership(Database(url, "council"), silence=timedelta(seconds=1)) for _ in range(2))
    assert first.try_to_take()

    until(second.try_to_take, "the lead of somebody who says nothing")

    with pytest.raises(LeadershipLost):
        first.confirm()
    assert not first.is_held


def test_pauses_after_outages_grow_but_never_long() -> None:
    class Hopeless(Loop):
        def turn(self) -> None:
            raise Outage("nobody there")

        def rest(self, seconds: float) -> None:
            pauses.append(seconds)
            if len(pauses) == 30:
                self.stop()

    pauses: list[float] = []
    loop = Hopeless("hopeless", lambda: None)
    loop.run()

    assert pauses[0] < 0.2
    assert 5 < max(pauses) <= 15


def test_a_thread_that_dies_is_told() -> None:
    class Broken(Loop):
        def turn(self) -> None:
            raise ValueError("a bug")

    died = threading.Event()
    Broken("broken", died.set).start()
    assert died.wait(10)


def test_timers_run_and_a_failing_one_comes_again(opened: Open) -> None:
    database = opened("council")
    ran, failed = threading.Event(), []

    def count(given: Database) -> None:
        with given.write() as session:
            session.execute(text("SELECT 1"))
        ran.set()

    def fail(_given: Database) -> None:
        failed.append(1)
        raise ValueError("a bug")

    timers = [("count", 0.01, count), ("fail", 0.01, fail)]
    worker = Worker(database, {}, amqp_url="memory://", ledger_key=LEDGER_KEY, timers=timers, pairs=tiny.PAIRS)
    with working(worker):
        assert ran.wait(10)
        until(lambda: len(failed) > 1, "the second try")


def test_the_ops_port_says_how_the_worker_is(tmp_path: Path) -> None:
    submissions = tiny.database_of("submissions", f"sqlite:///{tmp_path}/submissions.db")
    worker = tiny.worker_of(submissions, "memory://")
    application = ops.application(submissions, worker)
    assert _get(application, "/readyz")[0] == "503 Service Unavailable"
    with working(worker):
        assert _get(application, "/readyz") == ("200 OK", b"ready\n")
        assert _get(application, "/healthz")[0] == "200 OK"
        assert _get(application, "/elsewhere")[0] == "404 Not Found"
        status, body = _get(application, "/metrics")
    assert status == "200 OK"
    assert b'outbox_unnumbered{service="submissions"} 0.0' in body


def test_no_database_is_not_ready(tmp_path: Path) -> None:
    database = Database("postgresql+psycopg://nobody@127.0.0.1:1/nothing", "submissions")
    worker = tiny.worker_of(database, "memory://")
    assert _get(ops.application(database, worker), "/readyz")[0] == "503 Service Unavailable"


def _get(application: Any, path: str) -> tuple[str, bytes]:
    answered: list[str] = []
    body: Iterable[bytes] = application({"PATH_INFO": path}, lambda status, _headers: answered.append(status))
    return answered[0], b"".join(body)
