"""Idempotency-Key: the same request twice is one effect and one answer."""

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select, text
from werkzeug.test import TestResponse

from shared import clock
from shared.web.idempotency import ANSWERS, forget_old_answers
from tests.web.posting import NOTE
from tests.web.sample.app import Note


def send(client: FlaskClient, key: str, body: dict[str, Any], **headers: str) -> TestResponse:
    return client.post("/api/sample/v1/notes", json=body, headers={"Idempotency-Key": key, **headers})


def count(app: Flask, table: Any) -> int:
    with app.extensions["database"].read() as session:
        return int(session.scalar(select(func.count()).select_from(table)))


def test_the_same_request_gets_the_first_answer_and_moves_nothing(app: Flask, client: FlaskClient) -> None:
    first, second = send(client, "k", NOTE), send(client, "k", NOTE)

    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json == second.json
    assert second.mimetype == "application/json"
    assert count(app, Note) == 1


def test_another_body_under_the_same_key_is_refused(app: Flask, client: FlaskClient) -> None:
    send(client, "k", NOTE)

    other = send(client, "k", {**NOTE, "title": "Andere"})

    assert other.status_code == 422
    assert other.mimetype == "application/problem+json"
    assert count(app, Note) == 1


def test_keys_of_different_callers_do_not_meet(app: Flask, client: FlaskClient) -> None:
    send(client, "k", NOTE, Authorization="Bearer one")

    assert send(client, "k", {**NOTE, "title": "Andere"}, Authorization="Bearer two").status_code == 202
    assert count(app, Note) == 2


def test_without_a_key_every_request_counts(app: Flask, client: FlaskClient) -> None:
    for _ in range(2):
        client.post("/api/sample/v1/notes", json=NOTE)

    assert count(app, Note) == 2
    assert count(app, ANSWERS) == 0


def test_a_refused_request_leaves_the_key_free(app: Flask, client: FlaskClient) -> None:
    assert send(client, "k", {"title": ""}).status_code == 422
    assert send(client, "k", NOTE).status_code == 202


def test_a_use_case_that_says_no_keeps_nothing(app: Flask, client: FlaskClient, token: Callable[..., str]) -> None:
    note = send(client, "k", NOTE).json
    assert note is not None
    headers = {"Idempotency-Key": "close", "Authorization": f"Bearer {token()}"}

    answers = [client.post(f"/api/sample/v1/notes/{note['id']}/close", headers=headers) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert count(app, ANSWERS) == 1


def test_a_request_that_comes_while_the_first_is_at_work_gets_409(app: Flask) -> None:
    at_work, go_on = threading.Event(), threading.Event()

    @event.listens_for(Note, "before_insert")
    def wait_for_the_second(*_: object) -> None:
        at_work.set()
        assert go_on.wait(10)

    answers: list[int] = []
    first = threading.Thread(target=lambda: answers.append(send(app.test_client(), "k", NOTE).status_code))
    try:
        first.start()
        assert at_work.wait(10)
        second = send(app.test_client(), "k", NOTE)
    finally:
        go_on.set()
        first.join()
        event.remove(Note, "before_insert", wait_for_the_second)

    assert second.status_code == 409
    assert answers == [202]
    assert count(app, Note) == 1


def test_many_at_once_make_one_row(app: Flask) -> None:
    start = threading.Barrier(8)
    answers: list[int] = []

    def knock() -> None:
        client = app.test_client()
        start.wait()
        answers.append(send(client, "k", NOTE).status_code)

    threads = [threading.Thread(target=knock) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(answers) <= {202, 409}
    assert 202 in answers
    assert count(app, Note) == 1


def test_the_answer_and_its_effect_are_one_transaction(app: Flask, client: FlaskClient) -> None:
    database = app.extensions["database"]
    with database.write() as session:
        session.execute(text("ALTER TABLE idempotency RENAME TO elsewhere"))

    assert send(client, "k", NOTE).status_code == 503
    assert count(app, Note) == 0


def test_answers_are_kept_encrypted_and_for_a_day(app: Flask, client: FlaskClient, tmp_path: Path) -> None:
    answer = send(client, "k", NOTE).json
    assert answer is not None
    with app.extensions["database"].read() as session:
        kept = session.execute(select(ANSWERS)).one()

    assert b"pending" not in kept.answer
    assert "k" not in {kept.scope, kept.body}
    with clock.moved(timedelta(hours=25)):
        assert send(client, "k", {**NOTE, "title": "Andere"}).status_code == 202
        with app.extensions["database"].write() as session:
            forget_old_answers(session)
    assert count(app, ANSWERS) == 1


def test_a_key_must_be_readable(client: FlaskClient) -> None:
    for key in (" ", "x" * 256, "ä"):
        assert send(client, key, NOTE).status_code == 400
