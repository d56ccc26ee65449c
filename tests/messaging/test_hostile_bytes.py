"""What no decoder can read arrives all the same, as garbage: the connection goes on, and the memory stays small."""

import bz2
import threading
from typing import Any

import pika
from sqlalchemy import func, select, text

from shared.database import Database
from shared.messaging.encoding import EVENT
from shared.messaging.limits import LONGEST_BODY
from shared.messaging.protocol.records import Stream
from shared.messaging.store import SqlStore
from shared.messaging.tables import inbox_garbage
from tests.backbone import LEDGER_KEY
from tests.messaging import tiny
from tests.messaging.conftest import Open
from tests.messaging.workers import until_everything_came_once, workers, working
from tests.poison.hostile import FarFuture, Raw
from tests.servers.rabbitmq import RabbitMQ
from tests.waiting import until

NESTED: Any = 1
for _ in range(400):
    NESTED = [NESTED]

HOSTILE: list[dict[str, Any]] = [
    {"message_id": b"\xff\xfe"},
    {"correlation_id": b"\x80" * 200},
    {"timestamp": 2**64 - 1},
    {"headers": {"when": FarFuture(2000, 1, 1)}},
    {"headers": {"nested": NESTED}},
    {"headers": {Raw("key"): Raw("value")}},
    {"headers": {"compression": "application/x-bz2"}},
    {"content_encoding": "punycode"},
    {"content_type": b"\xff"},
    {},
]
BOMB = bz2.compress(b"\0" * 10_000_000)


def test_what_cannot_be_decoded_ends_nobodys_connection(on_postgresql: Open, broker: RabbitMQ) -> None:
    submissions, council = on_postgresql("submissions"), on_postgresql("council")
    with working(*workers(broker, submissions, council)):
        until_everything_came_once(submissions, council, first := tiny.adopt(submissions, 1))
        connection = pika.BlockingConnection(pika.URLParameters(broker.url("submissions")))
        channel = connection.channel()
        # What nobody confirmed may be lost with the connection that closes behind it.
        channel.confirm_delivery()
        for number, spoiled in enumerate(HOSTILE):
            properties = pika.BasicProperties(**{"content_type": EVENT, "user_id": "submissions", **spoiled})
            body = BOMB if number % 2 else b"x" * (2 * LONGEST_BODY)
            channel.basic_publish("events.submissions", Raw("key") if number % 3 else "key", body, properties)
        connection.close()
        until(lambda: _garbage(council) >= len(HOSTILE), "the evidence")
        until_everything_came_once(submissions, council, [*first, *tiny.adopt(submissions, 3)])
    with council.read() as session:
        assert session.scalar(select(func.max(func.length(inbox_garbage.c.raw)))) == LONGEST_BODY + 1


def test_whoever_waits_for_the_end_of_a_life_finds_the_next_one(on_postgresql: Open) -> None:
    database = on_postgresql("submissions")
    store = SqlStore(database, LEDGER_KEY)
    with store.begin() as tx:
        tx.add_stream(Stream("s1", 1))
    found: list[Stream] = []

    def look() -> None:
        with store.begin() as tx:
            found.append(tx.lock_present_stream())

    waiting = threading.Thread(target=look)
    with store.begin() as tx:
        tx.lock_present_stream()
        waiting.start()
        until(lambda: _waits(database), "the other one to wait for the lock")
        tx.end_stream("s1", 0)
        tx.add_stream(Stream("s2", 2))
    waiting.join()
    assert [each.stream_id for each in found] == ["s2"]


def _garbage(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(inbox_garbage)) or 0


def _waits(database: Database) -> bool:
    with database.read() as session:
        own = text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(session.scalar(own))
