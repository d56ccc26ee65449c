"""What stands on the wire, read by an independent witness (pika, on a queue of its own)."""

import json
from typing import Any
from uuid import UUID

import pika
import pytest
from sqlalchemy import select

from shared.messaging import topology
from shared.messaging.tables import outbox
from tests.backbone import Thing
from tests.messaging import tiny
from tests.messaging.conftest import Open
from tests.messaging.workers import workers, working
from tests.servers.rabbitmq import ADMIN, RabbitMQ
from tests.waiting import until

Seen = tuple[Any, Any, bytes]


def test_an_event_stands_on_the_wire_as_it_was_written(on_postgresql: Open, broker: RabbitMQ) -> None:
    submissions = on_postgresql("submissions")
    connection = pika.BlockingConnection(pika.URLParameters(broker.url(ADMIN)))
    channel = connection.channel()
    witness = channel.queue_declare("", exclusive=True).method.queue
    channel.queue_bind(witness, topology.events_exchange("submissions"), "idea.*")
    idea = Thing()
    with working(*workers(broker, submissions)):
        event_id = tiny.hand_in(submissions, idea)
        _, properties, body = until(lambda: _next(channel, witness), "the event on the wire")
    connection.close()

    with submissions.read() as session:
        row = session.execute(select(outbox)).one()
    assert properties.message_id == str(event_id)
    assert properties.user_id == "submissions"
    assert properties.delivery_mode == 2
    assert properties.content_type == "application/cloudevents+json"
    assert {
        name: properties.headers[name] for name in ("stream", "seq", "life", "name", "aggregate", "aggregate_seq")
    } == {
        "stream": row.stream_id,
        "seq": 1,
        "life": 1,
        "name": "idea.received",
        "aggregate": f"idea:{idea.id}",
        "aggregate_seq": 1,
    }
    assert UUID(properties.headers["subject_id"]) == row.subject_id
    assert "amina" not in json.dumps(properties.headers, default=str).lower() + body.decode().lower()
    assert list(json.loads(properties.headers["sealed"])) == ["notifications"]
    assert body.decode() == row.body
    event = json.loads(body)
    assert (event["specversion"], event["id"], event["type"]) == ("1.0", str(event_id), "idea.received")
    assert event["source"] == "/mitsprache/submissions"
    assert event["subject"] == f"idea:{idea.id}"
    assert event["data"] == {"idea_id": str(idea.id), "language": "ar", "topic": None, "quarter": None}


def _next(channel: Any, queue: str) -> Seen | None:
    method, properties, body = channel.basic_get(queue, auto_ack=True)
    return (method, properties, body) if method else None


FORBIDDEN = {
    "publish as another": lambda c: c.basic_publish("events.council", "case.opened", b"x"),
    "resend as another": lambda c: c.basic_publish("resend.council", "submissions.from.council", b"x"),
    "publish past the exchanges": lambda c: c.basic_publish("", "submissions.from.council", b"x"),
    "send another's receipt": lambda c: c.basic_publish("receipts", "council.from.submissions", b"x"),
    "read another's events": lambda c: c.basic_consume("submissions.from.council", lambda *_: None),
    "read another's receipts": lambda c: c.basic_get("council.receipts"),
    "make an exchange": lambda c: c.exchange_declare("events.registrations", "topic"),
    "make a queue": lambda c: c.queue_declare("spy"),
    "take another's binding away": lambda c: c.queue_unbind("submissions.from.council", "events.council", "#"),
    "listen to others' receipts": lambda c: c.queue_bind("registration.receipts", "receipts", "#"),
    "delete another's queue": lambda c: c.queue_delete("submissions.from.council"),
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_a_service_may_not(what: str, broker: RabbitMQ) -> None:
    connection = pika.BlockingConnection(pika.URLParameters(broker.url("registration")))
    channel = connection.channel()
    channel.confirm_delivery()
    with pytest.raises(pika.exceptions.ChannelClosedByBroker) as refusal:
        FORBIDDEN[what](channel)
        connection.process_data_events(1)
    assert refusal.value.reply_code == 403
    connection.close()


def test_nobody_publishes_under_another_name(broker: RabbitMQ) -> None:
    connection = pika.BlockingConnection(pika.URLParameters(broker.url("registration")))
    channel = connection.channel()
    channel.confirm_delivery()
    with pytest.raises(pika.exceptions.ChannelClosedByBroker) as refusal:
        channel.basic_publish("events.registration", "x", b"", pika.BasicProperties(user_id="council"))
    assert refusal.value.reply_code == 406
    connection.close()
