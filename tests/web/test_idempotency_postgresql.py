"""Idempotency-Key with two worker processes on one PostgreSQL: they share nothing but the database."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.exceptions import Conflict

from shared import ids
from shared.web import idempotency
from tests.servers.postgresql import PostgreSQL
from tests.web.conftest import web_settings
from tests.web.posting import NOTE
from tests.web.sample.app import Note, create_sample
from tests.web.test_idempotency import send

SCOPE = "0f" * 32


@pytest.fixture
def workers(postgres: PostgreSQL, tmp_path: Path) -> Iterator[list[Flask]]:
    """Two apps on one database, as two processes would be."""
    url = postgres.database("sample")
    apps = [create_sample(web_settings(), tmp_path, url=url, fresh=first) for first in (True, False)]
    yield apps
    for app in apps:
        app.extensions["database"].close()


def test_the_other_worker_knows_the_first_answer(workers: list[Flask]) -> None:
    key = str(ids.public())

    first, second = (send(app.test_client(), key, NOTE) for app in workers)

    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json == second.json


def test_a_claim_held_by_another_process_gives_409(workers: list[Flask]) -> None:
    with workers[0].extensions["database"].write() as session:
        idempotency._claim(session, SCOPE)
        with pytest.raises(Conflict), workers[1].extensions["database"].write() as other:
            idempotency._claim(other, SCOPE)


def test_a_race_between_workers_makes_one_row(workers: list[Flask]) -> None:
    for _ in range(10):
        key, start, answers = str(ids.public()), threading.Barrier(8), list[int]()

        def knock(app: Flask, key: str = key, start: threading.Barrier = start, answers: list[int] = answers) -> None:
            client = app.test_client()
            start.wait()
            answers.append(send(client, key, {**NOTE, "title": key[:8]}).status_code)

        threads = [threading.Thread(target=knock, args=(workers[number % 2],)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert set(answers) <= {202, 409}
        with workers[0].extensions["database"].read() as session:
            assert session.scalar(select(func.count()).select_from(Note).where(Note.title == key[:8])) == 1
