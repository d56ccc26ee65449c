"""What a registration by POST is measured against: a bare Flask view that makes the same rows by SQLAlchemy Core.

No schema, no rule, no check, no encryption, no seal: the JSON is parsed, four rows are inserted in one transaction.
"""

import os
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from flask import Flask, Response, jsonify, request
from sqlalchemy import Engine, Table, create_engine, insert

from services.registration.models import AskedAddress, Registration
from shared.messaging.tables import outbox
from shared.web.idempotency import ANSWERS

# As long as what ours writes.
_MARK, _SEALED, _BODY, _ANSWER, _PERSON = "5f" * 32, "s" * 900, "b" * 520, b"a" * 190, b"p" * 110


def create_app(url: str) -> Flask:
    """The view over the database at `url`, which has registration's tables."""
    app = Flask(__name__)
    engine = create_engine(url)

    @app.post("/api/registration/v1/conferences/<uuid:conference_id>/registrations")
    def register(conference_id: UUID) -> tuple[Response, int]:
        registration_id = uuid4()
        _insert(engine, registration_id, _rows(registration_id, conference_id, request.get_json()))
        return jsonify(id=registration_id, status="pending"), 202

    return app


def under_gunicorn() -> Flask:
    """The app, with the database of DATABASE_URL."""
    return create_app(os.environ["DATABASE_URL"])


def _insert(engine: Engine, registration_id: UUID, rows: list[tuple[Any, dict[str, Any]]]) -> None:
    with engine.begin() as connection:
        for statement, values in rows:
            connection.execute(statement, values)


def _table(model: Any) -> Table:
    table: Table = model.__table__
    return table


_STATEMENTS = [insert(_table(AskedAddress)), insert(_table(Registration)), insert(outbox), insert(ANSWERS)]


def _rows(registration_id: UUID, conference_id: UUID, wish: dict[str, Any]) -> list[tuple[Any, dict[str, Any]]]:
    now, event_id = datetime.now(UTC), uuid4()
    mark = f"{wish['email']:x>64.64}"
    asked = {"mark": mark, "asked_at": now, "times": 1}
    registration = {
        "id": registration_id,
        "version": 1,
        "conference_id": conference_id,
        "subject_id": uuid4(),
        "status": "pending",
        "language": wish["language"],
        "companions": wish["household"]["adults"],
        "address_mark": mark,
        "person": _PERSON,
        "requested_at": now,
        "asked_to_confirm_at": now,
        "link_version": 1,
        "sms_tries_left": 0,
    }
    event = {
        "event_id": event_id,
        "name": "registration.requested",
        "aggregate": f"registration:{registration_id}",
        "aggregate_seq": 1,
        "body": _BODY,
        "sealed": _SEALED,
        "subject_id": registration["subject_id"],
        "refers_to": f'["conference:{conference_id}"]',
        "correlation_id": str(event_id),
        "traceparent": f"00-{uuid4().hex}-{uuid4().hex[:16]}-01",
        "occurred_at": now,
        "root_at": now,
    }
    answer = {"scope": f"{uuid4().hex}{uuid4().hex}", "body": _MARK, "answer": _ANSWER, "answered_at": now}
    return list(zip(_STATEMENTS, (asked, registration, event, answer), strict=True))
