"""The limit of a path: batches on bare pika and psycopg, without ORM, schemas, numbers, order or receipts.

`submissions` publishes the rows of a table with confirms, `council` stores an effect and a follow-up row in one transaction a
batch, acknowledges, publishes the follow-ups, and `submissions` stores those. What was confirmed is marked as sent. Runs as a
process: `python -m tests.bench.raw_path submissions|council DATABASE_URL AMQP_URL`.
"""

import json
import signal
import sys
import time
from typing import Any

import pika
import psycopg

from shared import ids
from tests.bench import example
from tests.bench.ground import Ground, running
from tests.bench.usage import Spent
from tests.servers.rabbitmq import ADMIN
from tests.waiting import until

BATCH = 200
IN_FLIGHT = 1000
PREFETCH = 500

_TABLES = (
    "CREATE TABLE outgoing (id bigserial PRIMARY KEY, event_id uuid UNIQUE, body text, sent boolean DEFAULT false)",
    "CREATE INDEX outgoing_unsent ON outgoing (id) WHERE NOT sent",
    "CREATE TABLE effect (event_id uuid PRIMARY KEY, title text, happened_at timestamptz)",
)
_EFFECTS = "INSERT INTO effect SELECT * FROM unnest(%s::uuid[], %s::text[], %s::timestamptz[]) ON CONFLICT DO NOTHING"
_FOLLOW = "INSERT INTO outgoing (event_id, body) SELECT * FROM unnest(%s::uuid[], %s::text[])"
_UNSENT = "SELECT id, body FROM outgoing WHERE NOT sent AND id > %s ORDER BY id LIMIT %s"
_SENT = "UPDATE outgoing SET sent = true WHERE NOT sent AND id <= %s"


class Bare:
    """One process, one thread, one connection to each server."""

    def __init__(self, service: str, database_url: str, amqp_url: str) -> None:
        self._database = psycopg.connect(database_url)
        self._from = f"bare.{service}"
        self._to = "bare.council" if service == "submissions" else "bare.submissions"
        self._taken: list[tuple[int, dict[str, Any]]] = []
        self._read_through = self._marked = self._confirmed = 0
        self._sent: list[int] = []
        self._channel: Any = None
        self._connection = pika.SelectConnection(pika.URLParameters(amqp_url), on_open_callback=self._opened)

    def run(self) -> None:
        """Work until SIGTERM."""
        self._connection.ioloop.start()

    def _opened(self, connection: Any) -> None:
        connection.channel(on_open_callback=self._ready)

    def _ready(self, channel: Any) -> None:
        self._channel = channel
        channel.confirm_delivery(self._answered)
        channel.basic_qos(prefetch_count=PREFETCH)
        channel.basic_consume(self._from, self._take)
        self._tick()

    def _tick(self) -> None:
        self._store()
        self._publish()
        self._mark()
        busy = self._taken or len(self._sent) > self._confirmed
        self._connection.ioloop.call_later(0.002 if busy else 0.02, self._tick)

    def _take(self, _channel: Any, method: Any, _properties: Any, body: bytes) -> None:
        self._taken.append((method.delivery_tag, json.loads(body)))
        if len(self._taken) >= BATCH:
            self._store()
            self._publish()

    def _store(self) -> None:
        taken, self._taken = self._taken, []
        if not taken:
            return
        events = [event for _, event in taken]
        with self._database.transaction():
            facts = [(event["id"], event["data"]["title"]["de"], event["time"]) for event in events]
            self._database.execute(_EFFECTS, [list(column) for column in zip(*facts, strict=True)])
            if self._from == "bare.council":
                follow = [_follow_up(event) for event in events]
                self._database.execute(_FOLLOW, [list(column) for column in zip(*follow, strict=True)])
        self._channel.basic_ack(taken[-1][0], multiple=True)

    def _publish(self) -> None:
        room = IN_FLIGHT - (len(self._sent) - self._confirmed)
        if room < BATCH:
            return
        rows = self._database.execute(_UNSENT, [self._read_through, room]).fetchall()
        self._database.commit()
        for position, body in rows:
            properties = pika.BasicProperties(content_type="application/json", delivery_mode=2)
            self._channel.basic_publish("", self._to, body.encode(), properties, mandatory=True)
            self._sent.append(position)
            self._read_through = position

    def _answered(self, frame: Any) -> None:
        self._confirmed = max(self._confirmed, frame.method.delivery_tag)

    def _mark(self) -> None:
        if self._confirmed > self._marked:
            self._database.execute(_SENT, [self._sent[self._confirmed - 1]])
            self._database.commit()
            self._marked = self._confirmed


def _follow_up(event: dict[str, Any]) -> tuple[str, str]:
    event_id = str(ids.internal())
    return event_id, json.dumps({**event, "id": event_id})


def bare_round(ground: Ground, count: int) -> tuple[float, Spent]:
    """Paths a second, and what they took."""
    _make_queues(ground)
    urls = {service: _fresh(ground, service) for service in ("submissions", "council")}
    amqp = ground.broker.url(ADMIN)
    with (
        running("tests.bench.raw_path", "submissions", urls["submissions"], amqp) as one,
        running("tests.bench.raw_path", "council", urls["council"], amqp) as other,
        psycopg.connect(urls["submissions"], autocommit=True) as looking,
    ):
        until(lambda: _consumers(ground) == 2, "both programs to consume")
        rows = [_row() for _ in range(count)]
        with looking.transaction():
            looking.execute(_FOLLOW, [list(column) for column in zip(*rows, strict=True)])
        usage, began = ground.usage(one, other), time.monotonic()
        until(lambda: _effects(looking) == count, f"{count} paths", 300, pause=0.05)
        return count / (time.monotonic() - began), usage.spent()


def _row() -> tuple[str, str]:
    event = example.event("submissions")
    return str(event.event_id), event.body


def _fresh(ground: Ground, service: str) -> str:
    url = ground.postgres.database(service).replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(url) as connection:
        for statement in _TABLES:
            connection.execute(statement)
    return url


def _make_queues(ground: Ground) -> None:
    connection = pika.BlockingConnection(pika.URLParameters(ground.broker.url(ADMIN)))
    for name in ("bare.submissions", "bare.council"):
        connection.channel().queue_declare(name, durable=True, arguments={"x-queue-type": "quorum"})
        connection.channel().queue_purge(name)
    connection.close()


def _consumers(ground: Ground) -> int:
    connection = pika.BlockingConnection(pika.URLParameters(ground.broker.url(ADMIN)))
    names = ("bare.submissions", "bare.council")
    found = sum(connection.channel().queue_declare(name, passive=True).method.consumer_count for name in names)
    connection.close()
    return found


def _effects(connection: "psycopg.Connection[tuple[int]]") -> int:
    row = connection.execute("SELECT count(*) FROM effect").fetchone()
    return row[0] if row else 0


def main(service: str, database_url: str, amqp_url: str) -> None:
    """Run one of the two."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    Bare(service, database_url, amqp_url).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
