"""Whether every message is accounted for: an independent queue counts what was routed to each consumer, the consumer's own
figures say what it took and what became of it, its tables say what is kept."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pika
from sqlalchemy import func, select, update

from shared import clock, metrics
from shared.messaging import topology
from shared.messaging.tables import inbox, inbox_cursor, inbox_garbage
from tests.poison.services import Services
from tests.servers.rabbitmq import ADMIN, RabbitMQ
from tests.waiting import until

Pair = tuple[str, str]

PAIRS: tuple[Pair, ...] = tuple((c, p) for c, producers in topology.PAIRS.items() for p in producers)
PATIENCE = 240
FATES = ("stored", "moved", "passed", "hellos", "duplicates", "ignored", "garbage", "alarms")


@dataclass(frozen=True)
class Account:
    """What one consumer got from one producer: how many messages were routed to it, the fate of each that it took, and what
    stands in its inbox, by status."""

    consumer: str
    producer: str
    routed: int
    fates: Counter[str]
    kept: Counter[str]

    def faults(self) -> list[str]:
        """Where the sums don't agree."""
        taken, kept = self.fates.total(), self.kept.total()
        faults = []
        if taken != self.routed:
            faults.append(f"{self.routed} messages were routed from {self.producer} to {self.consumer}, {taken} taken")
        if kept != self.fates["stored"]:
            faults.append(f"{self.consumer} stored {self.fates['stored']} of {self.producer}, {kept} are there")
        return faults


class Witness:
    """Queues beside the consumers' own that get a copy of everything."""

    def __init__(self, broker: RabbitMQ) -> None:
        self._broker = broker
        self._before = {pair: fates_of(*pair) for pair in PAIRS}

    def routed(self, consumer: str, producer: str) -> int:
        """How many messages there were for this consumer."""
        with _admin(self._broker) as channel:
            declared = channel.queue_declare(_name(consumer, producer), passive=True)
            return int(declared.method.message_count)

    def account(self, services: Services, consumer: str, producer: str) -> Account:
        """What became of them."""
        fates = fates_of(consumer, producer)
        fates.subtract(self._before[consumer, producer])
        by_status = select(inbox.c.status, func.count()).where(inbox.c.producer == producer).group_by(inbox.c.status)
        kept: Counter[str] = Counter(dict(tuple(row) for row in services.rows(consumer, by_status)))
        return Account(consumer, producer, self.routed(consumer, producer), fates, kept)

    def until_taken(self) -> None:
        """Wait until every consumer has taken everything."""
        for consumer, producer in PAIRS:
            before = self._before[consumer, producer].total()
            until(
                lambda c=consumer, p=producer, b=before: fates_of(c, p).total() - b >= self.routed(c, p),
                f"{consumer} to take everything from {producer}",
                PATIENCE,
                0.2,
            )


@contextmanager
def witnessing(broker: RabbitMQ) -> Iterator[Witness]:
    """Bind the witness's queues for a while."""
    with _admin(broker) as channel:
        for consumer, producer in PAIRS:
            name, real = _name(consumer, producer), topology.queue(consumer, producer)
            channel.queue_declare(name, durable=False)
            channel.queue_bind(name, topology.events_exchange(producer), "#")
            channel.queue_bind(name, topology.resend_exchange(producer), real)
    try:
        yield Witness(broker)
    finally:
        with _admin(broker) as channel:
            for pair in PAIRS:
                channel.queue_delete(_name(*pair))


def fates_of(consumer: str, producer: str) -> Counter[str]:
    """The consumer's own figures, since this process began."""
    return Counter({f: int(metrics.INBOX_TAKEN.labels(consumer, producer, f)._value.get()) for f in FATES})


def until_handled(services: Services, consumer: str, producer: str) -> None:
    """Hurry what waits for another attempt, until nothing of the producer's does any more: it is processed or parked."""

    def nothing_waits() -> bool:
        again = (inbox.c.status == "ready") & (inbox.c.producer == producer) & inbox.c.next_attempt_at.is_not(None)
        with services.databases[consumer].write() as session:
            hurried = session.execute(update(inbox).where(again).values(next_attempt_at=clock.now()))
        return hurried.rowcount == 0 and not services.rows(consumer, _due(producer))

    until(nothing_waits, f"{consumer} to try everything to the end", PATIENCE, 0.3)


def garbage_of(services: Services, consumer: str) -> int:
    """How much of it is kept as evidence."""
    return int(services.rows(consumer, select(func.count()).select_from(inbox_garbage))[0][0])


def _due(producer: str) -> "select[tuple[int]]":
    """Rows that nothing holds back but that their turn hasn't come."""
    mine = (inbox_cursor.c.producer == inbox.c.producer) & (inbox_cursor.c.stream_id == inbox.c.stream_id)
    return (
        select(inbox.c.seq)
        .join(inbox_cursor, mine)
        .where(
            inbox.c.status == "ready",
            inbox.c.producer == producer,
            inbox.c.seq <= inbox_cursor.c.through,
            inbox.c.cause_event_id.is_(None),
        )
        .limit(1)
    )


@contextmanager
def _admin(broker: RabbitMQ) -> Iterator["pika.adapters.blocking_connection.BlockingChannel"]:
    connection = pika.BlockingConnection(pika.URLParameters(broker.url(ADMIN)))
    try:
        yield connection.channel()
    finally:
        connection.close()


def _name(consumer: str, producer: str) -> str:
    return f"witness.{topology.queue(consumer, producer)}"
