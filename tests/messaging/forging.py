"""Every way in which one service may try to speak for another, with nothing but its own credentials."""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from dataclasses import dataclass
from typing import Any

import pika
from pika.exceptions import AMQPError, ChannelClosedByBroker, ConnectionClosedByBroker, UnroutableError
from sqlalchemy import Select, select
from structlog.testing import capture_logs

from shared.events.catalogue import PUBLISHED
from shared.messaging import topology
from shared.messaging.encoding import RECEIPT
from shared.messaging.tables import inbox, subscriber
from tests.poison.accounts import PAIRS, fates_of
from tests.poison.hostile import Forge
from tests.poison.services import Services
from tests.servers.rabbitmq import RabbitMQ
from tests.waiting import until

#: The answer to a try that the broker lets happen: the consumer has to refuse it.
DELIVERED = "delivered"

OWN_EXCHANGE = "its own exchange, the other's headers"
OWN_RESEND = "its own resend exchange, the other's headers"
BOUND = "its own exchange, bound to receipts"
COPIED = "a copy of its own receipt"
LET_THROUGH = {OWN_EXCHANGE, OWN_RESEND, BOUND, COPIED}

Act = Callable[[Any], None]


@dataclass(frozen=True)
class Try:
    """`attacker` tries to bring about `what` of another service in some `way`; `told` is the broker's answer."""

    attacker: str
    what: str
    way: str
    told: str

    @property
    def garbage(self) -> int:
        """At how many consumers an event arrived that they have to refuse."""
        to_all = len(topology.of(self.attacker).consumers)
        copies = {OWN_EXCHANGE: to_all, BOUND: to_all, OWN_RESEND: 1}
        return copies.get(self.way, 0) if self.told == DELIVERED else 0

    @property
    def refused_receipts(self) -> int:
        """How many receipts a producer has to refuse."""
        return int(self.told == DELIVERED and self.way in (BOUND, COPIED))


def forge_everything(broker: RabbitMQ, services: Services) -> tuple[list[Try], list[str]]:
    """All tries of all four services, and what was wrong: a try that had an effect, or that nobody saw."""
    tried: list[Try] = []
    with capture_logs() as logged:
        before = _garbage()
        for attacker in topology.PAIRS:
            forger = Forger(broker, services, attacker)
            tried += [*forger.events(), *forger.receipts(), *forger.plumbing()]
            forger.close()
        events, receipts = sum(attempt.garbage for attempt in tried), sum(attempt.refused_receipts for attempt in tried)
        until(lambda: _garbage() - before >= events, f"{events} forged events to land in the garbage")
        until(lambda: _refused(logged) >= receipts, f"{receipts} forged receipts to be refused")
    failures = [f"{attempt}" for attempt in tried if attempt.told not in (DELIVERED, "refused 403", "refused 406")]
    failures += [f"{attempt}" for attempt in tried if attempt.told == DELIVERED and attempt.way not in LET_THROUGH]
    for service in topology.PAIRS:
        failures += [f"{service} stored {row.name}" for row in services.rows(service, select(inbox))]
        failures += [f"{service} believed {row}" for row in services.rows(service, _believed())]
    if (_garbage() - before, _refused(logged)) != (events, receipts):
        failures.append("more was refused by consumers than they were sent")
    return tried, failures


def _garbage() -> int:
    return sum(fates_of(*pair)["garbage"] for pair in PAIRS)


def _refused(logged: list[MutableMapping[str, Any]]) -> int:
    return sum("receipt refused" in line["event"] for line in logged)


def _believed() -> Select[Any]:
    return select(subscriber).where(subscriber.c.settled_through > 0)


def summary(tried: Iterable[Try]) -> list[tuple[str, str, str, str]]:
    """Rows (attacker, way, answer, how often) for a table."""
    counted = Counter((attempt.attacker, attempt.way, attempt.told) for attempt in tried)
    return [(*key, str(count)) for key, count in sorted(counted.items())]


class Forger:
    """One service on a wrong path; every try gets a channel of its own, since the broker closes it."""

    def __init__(self, broker: RabbitMQ, services: Services, attacker: str) -> None:
        self._parameters = pika.URLParameters(broker.url(attacker))
        self._connection = pika.BlockingConnection(self._parameters)
        self._services = services
        self._me = attacker
        self._dice = random.Random(attacker)

    def close(self) -> None:
        """Hang up."""
        if self._connection.is_open:
            self._connection.close()

    def events(self) -> Iterator[Try]:
        """Every event type of every other service, in every way."""
        for victim in (name for name in topology.PAIRS if name != self._me):
            forge = Forge(victim, self._services.present_stream(victim), self._dice)
            for name in sorted(PUBLISHED[victim]):
                for way, act in self._ways_of(forge, name):
                    yield Try(self._me, name, way, self._told(act))

    def receipts(self) -> Iterator[Try]:
        """Every receipt that somebody else owes somebody, in every way."""
        for producer in topology.PAIRS:
            for consumer in topology.of(producer).consumers:
                if consumer != self._me:
                    for way, act in self._ways_of_receipts(producer, consumer):
                        yield Try(self._me, f"receipt of {consumer} for {producer}", way, self._told(act))

    def plumbing(self) -> Iterator[Try]:
        """Bending exchanges and queues of others, or reading what isn't for us."""
        for producer in topology.PAIRS:
            for consumer in topology.of(producer).consumers:
                if consumer != self._me:
                    for way, act in self._tricks(producer, consumer):
                        yield Try(self._me, topology.queue(consumer, producer), way, self._told(act))

    def _ways_of(self, forge: Forge, name: str) -> list[tuple[str, Act]]:
        victim, mine = forge.producer, topology.events_exchange(self._me)
        consumer = self._dice.choice([c for c in topology.of(victim).consumers if c != self._me])
        queue = topology.queue(consumer, victim)
        own_queue = topology.queue(self._dice.choice(topology.of(self._me).consumers), self._me)

        def publish(exchange: str, key: str, user: str) -> Act:
            hostile = forge.true_one(name, forge.present.next_seq)
            hostile.producer = user
            return lambda channel: _published(channel, exchange, key, hostile.body, hostile.properties())

        return [
            ("the owner's exchange", publish(topology.events_exchange(victim), name, self._me)),
            (OWN_EXCHANGE, publish(mine, name, self._me)),
            ("its own exchange, a forged user_id", publish(mine, name, victim)),
            ("the consumer's queue", publish("", queue, self._me)),
            ("the owner's resend exchange", publish(topology.resend_exchange(victim), queue, self._me)),
            (OWN_RESEND, publish(topology.resend_exchange(self._me), own_queue, self._me)),
        ]

    def _ways_of_receipts(self, producer: str, consumer: str) -> list[tuple[str, Act]]:
        stream = self._services.present_stream(producer)
        lie = json.dumps([[stream.stream_id, stream.life, 10**6, [], None]]).encode()
        key = topology.receipt_key(producer, consumer)
        other = self._dice.choice([p for p in topology.of(self._me).producers if p != producer])
        own_key = topology.receipt_key(other, self._me)

        def publish(exchange: str, routing_key: str, user: str, **headers: Any) -> Act:
            properties = pika.BasicProperties(content_type=RECEIPT, user_id=user, headers=headers)
            # Its own receipt says nothing new; the copy would say that the consumer lost everything.
            body = b"[]" if headers else lie
            return lambda channel: _published(channel, exchange, routing_key, body, properties)

        def through_own_exchange(channel: Any) -> None:
            # Binding takes writing to `receipts` and reading from events.*, and both it may.
            channel.exchange_bind(topology.RECEIPTS, topology.events_exchange(self._me), key)
            try:
                publish(topology.events_exchange(self._me), key, self._me)(channel)
            finally:
                channel.exchange_unbind(topology.RECEIPTS, topology.events_exchange(self._me), key)

        return [
            ("the consumer's routing key", publish(topology.RECEIPTS, key, self._me)),
            ("a forged user_id", publish(topology.RECEIPTS, key, consumer)),
            ("the producer's queue", publish("", topology.receipts_queue(producer), self._me)),
            (BOUND, through_own_exchange),
            (COPIED, publish(topology.RECEIPTS, own_key, self._me, CC=[key])),
        ]

    def _tricks(self, producer: str, consumer: str) -> list[tuple[str, Act]]:
        queue, mine = topology.queue(consumer, producer), topology.events_exchange(self._me)
        theirs = topology.events_exchange(producer)
        tricks: list[tuple[str, Act]] = [
            ("binds it to its own exchange", lambda channel: channel.queue_bind(queue, mine, "#")),
            ("unbinds it", lambda channel: channel.queue_unbind(queue, theirs, "#")),
            ("empties it", lambda channel: channel.queue_purge(queue)),
            ("deletes it", lambda channel: channel.queue_delete(queue)),
            ("reads it", lambda channel: channel.basic_consume(queue, lambda *_: None)),
        ]
        if producer != self._me:
            tricks.append(("feeds its exchange from its own", lambda channel: channel.exchange_bind(theirs, mine, "#")))
        return tricks

    def _told(self, act: Act) -> str:
        if not self._connection.is_open:
            self._connection = pika.BlockingConnection(self._parameters)
        channel = self._connection.channel()
        channel.confirm_delivery()
        try:
            act(channel)
        except (ChannelClosedByBroker, ConnectionClosedByBroker) as error:
            return f"refused {error.reply_code}"
        except UnroutableError:
            return "goes nowhere"
        except AMQPError as error:
            return f"refused {type(error).__name__}"
        channel.close()
        return DELIVERED


def _published(channel: Any, exchange: str, key: str, body: bytes, properties: pika.BasicProperties) -> None:
    channel.basic_publish(exchange, key, body, properties, mandatory=True)
