"""What isn't from whom it should be, or can't be read, is kept as evidence and changes nothing."""

import json
from pathlib import Path
from typing import Any

import pika
import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from shared.events.catalogue import EVENTS
from shared.messaging.encoding import EVENT
from shared.messaging.tables import inbox, inbox_cursor, inbox_garbage, stream, subscriber
from tests.messaging import tiny
from tests.messaging.conftest import Open
from tests.messaging.forging import forge_everything
from tests.messaging.workers import until_everything_came_once, workers, working
from tests.poison.services import running
from tests.servers.postgresql import PostgreSQL
from tests.servers.rabbitmq import ADMIN, RabbitMQ
from tests.waiting import until

HEADERS: dict[str, Any] = {
    "stream": "forged",
    "life": 9,
    "seq": 1,
    "present_id": "forged",
    "present_life": 9,
    "first_seq": 1,
    "name": "recommendation.adopted",
    "aggregate": "recommendation:1",
    "aggregate_seq": 1,
    "occurred_at": "2026-03-02T12:00:00+00:00",
    "root_at": "2026-03-02T12:00:00+00:00",
}
ID = "0198f3f0-0000-7000-8000-000000000001"


@pytest.mark.parametrize("user_id", [None, ADMIN])
def test_an_event_from_a_foreign_user_lands_in_the_garbage(
    on_postgresql: Open, broker: RabbitMQ, user_id: str | None
) -> None:
    submissions, council = on_postgresql("submissions"), on_postgresql("council")
    forged = pika.BasicProperties(content_type=EVENT, headers=HEADERS, message_id=ID, user_id=user_id)
    with capture_logs() as logged, working(*workers(broker, submissions, council)):
        _publish(broker, ADMIN, "events.submissions", "recommendation.adopted", b"{}", forged)
        kept = until(lambda: _rows(council, inbox_garbage), "the evidence")
        adopted = tiny.adopt(submissions, 3)
        until_everything_came_once(submissions, council, adopted)
    assert len(kept) == 1
    assert "instead of submissions" in json.loads(kept[0].headers)["reason"]
    assert {row.stream_id for row in _rows(council, inbox_cursor)}.isdisjoint({"forged"})
    assert any(line["event"].startswith("security") for line in logged)


@pytest.mark.parametrize(
    "changes",
    [
        {"seq": "1"},
        {"seq": -1},
        {"stream": None},
        {"stream": "x" * 41},
        {"aggregate": "with \0 NUL"},
        {"root_at": "yesterday"},
        {"root_at": "0001-01-01T00:00:00+14:00"},
        {"cause": "[1, 2, 3]"},
        {"ends": "[" * 20_000},
        {"refers_to": '{"a": 1}'},
        {"name": 7},
    ],
)
def test_headers_that_make_no_sense_land_in_the_garbage(
    on_postgresql: Open, broker: RabbitMQ, changes: dict[str, Any]
) -> None:
    council = on_postgresql("council")
    senseless = pika.BasicProperties(
        content_type=EVENT, headers={**HEADERS, **changes}, message_id=ID, user_id="submissions"
    )
    with working(*workers(broker, council)):
        _publish(broker, "submissions", "events.submissions", "x", b"{}", senseless)
        until(lambda: _rows(council, inbox_garbage), "the evidence")
    assert _rows(council, inbox) == []


@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xfe",
        b"{",
        b"[" * 20_000,
        b"[]",
        b'{"id": "other", "type": "recommendation.adopted", "data": {}}',
        b"x" * 70_000,
    ],
)
def test_an_unreadable_body_is_parked_and_leaves_no_gap(on_postgresql: Open, broker: RabbitMQ, body: bytes) -> None:
    council = on_postgresql("council")
    properties = pika.BasicProperties(content_type=EVENT, headers=HEADERS, message_id=ID, user_id="submissions")
    with working(*workers(broker, council)):
        _publish(broker, "submissions", "events.submissions", "recommendation.adopted", body, properties)
        row = until(lambda: _rows(council, inbox), "the row")[0]
    assert (row.status, row.last_error) == ("parked", "unreadable body")
    assert _rows(council, inbox_cursor)[0].through == 1


def test_a_receipt_from_a_foreign_user_is_refused(on_postgresql: Open, broker: RabbitMQ) -> None:
    submissions, council = on_postgresql("submissions"), on_postgresql("council")
    lie = json.dumps([["forged", 1, 10**9, [], None, 0, None]]).encode()
    properties = pika.BasicProperties(content_type="application/x-mitsprache-receipt+json")
    with capture_logs() as logged, working(*workers(broker, submissions, council)):
        for _ in range(5):
            _publish(broker, ADMIN, "receipts", "submissions.from.council", lie, properties)
        until(lambda: any("receipt refused" in line["event"] for line in logged), "the security line")
        adopted = tiny.adopt(submissions, 3)
        until_everything_came_once(submissions, council, adopted)
    assert {row.settled_through for row in _rows(submissions, subscriber)} <= {0, 1, 2, 3}


def test_a_consumer_that_claims_what_nobody_gave_stops_nobody(on_postgresql: Open, broker: RabbitMQ) -> None:
    submissions, council = on_postgresql("submissions"), on_postgresql("council")
    properties = pika.BasicProperties(content_type="application/x-mitsprache-receipt+json", user_id="council")
    with capture_logs() as logged, working(*workers(broker, submissions, council)):
        until_everything_came_once(submissions, council, first := tiny.adopt(submissions, 1))
        present = _rows(submissions, stream)[0].stream_id
        lie = json.dumps([[present, 1, 10**9, [], None, 10**9, "0" * 32]]).encode()
        for _ in range(5):
            _publish(broker, "council", "receipts", "submissions.from.council", lie, properties)
        until(lambda: any("numbers that nobody gave" in line["event"] for line in logged), "the security line")
        until_everything_came_once(submissions, council, [*first, *tiny.adopt(submissions, 3)])
    assert not [line for line in logged if line["event"] == "refusing to number"]


def test_no_service_can_speak_for_another_in_any_way(tmp_path: Path, postgres: PostgreSQL, broker: RabbitMQ) -> None:
    with running(tmp_path, postgres, broker) as services:
        tried, failures = forge_everything(broker, services)
    assert failures == []
    assert {attempt.what for attempt in tried} >= EVENTS.keys()


def _publish(
    broker: RabbitMQ, user: str, exchange: str, key: str, body: bytes, properties: pika.BasicProperties
) -> None:
    connection = pika.BlockingConnection(pika.URLParameters(broker.url(user)))
    channel = connection.channel()
    channel.confirm_delivery()
    channel.basic_publish(exchange, key, body, properties)
    connection.close()


def _rows(database: Any, table: Any) -> list[Any]:
    with database.read() as session:
        return list(session.execute(select(table)).all())
