"""What goes wrong in a web process is one JSON line with its trace, and quotes neither an address nor a value."""

import json

import pytest
import structlog
from flask import Flask, Response
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError

from shared import logs
from shared.web.access import public_page
from tests.observing.test_traces import GIVEN, TRACE


def _bug(token: str) -> Response:
    raise ValueError(f"no {token} of Leyla")


def _wrong_statement(token: str) -> Response:
    raise DBAPIError("INSERT", {"name": "Leyla", "token": token}, ValueError("Leyla"))


def _database_away(token: str) -> Response:
    raise OperationalError(str(text("SELECT")), {"name": "Leyla", "token": token}, ValueError("Leyla"))


@pytest.mark.parametrize(("view", "status"), [(_bug, 500), (_wrong_statement, 500), (_database_away, 503)])
def test_an_error_is_told_with_its_trace_and_its_place_alone(
    app: Flask, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, view: object, status: int
) -> None:
    logs.configure("sample")
    app.add_url_rule("/meine/<token>", view_func=public_page(view), endpoint="mine")  # type: ignore[type-var]
    answer = app.test_client().get("/meine/kX7-9aQwErTzUiOp", headers={"traceparent": GIVEN})

    structlog.reset_defaults()

    told = capsys.readouterr().err
    assert caplog.text == ""
    assert answer.status_code == status
    assert "kX7" not in told
    assert "Leyla" not in told
    (line,) = [json.loads(line) for line in told.splitlines()]
    assert (line["trace_id"], line["level"], line["method"], line["route"]) == (TRACE, "error", "GET", "/meine/<token>")
