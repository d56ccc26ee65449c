"""RabbitMQ: the relay publishes through pika, everything else goes through kombu."""

from collections import Counter, deque
from collections.abc import Iterable, Mapping
from typing import Any

import structlog
from kombu.connection import Connection

from shared.messaging.broker.declaring import declare
from shared.messaging.broker.kombu_lines import Writing, connected, drained, hang_up, outages
from shared.messaging.broker.pika_relay import PikaRelay
from shared.messaging.broker.routing import Incoming, event_out, message_in, receipt_in, receipt_out, resend_out
from shared.messaging.encoding import Wire
from shared.messaging.errors import Outage
from shared.messaging.protocol.bus import Inbound
from shared.messaging.protocol.records import Garbage, Message, Receipt
from shared.messaging.topology import Topology, queue, receipts_queue

PREFETCH = 500

#: So often in a row the broker may refuse to have queues read; then what is left of them is taken away.
REFUSALS = 3

#: Bytes of bodies that may wait to be taken; above them the socket isn't read.
MOST_WAITING = 8_000_000

log = structlog.get_logger(component="broker")


class AmqpBroker:
    """RabbitMQ at `url` as one service sees it; the user of the URL is the service."""

    def __init__(self, url: str, topology: Topology) -> None:
        self._url = url
        self._topology = topology
        self._refusals = Counter[str]()

    def declare(self) -> None:
        """See Broker."""
        with outages(), connected(self._url, f"{self._topology.service} declares") as connection:
            declare(connection, self._topology)

    def for_relay(self) -> PikaRelay:
        """See Broker."""
        return PikaRelay(self._url, self._topology.service)

    def for_receiver(self) -> "AmqpConsuming":
        """See Broker."""
        service = self._topology.service
        return self._consuming("receiver", {it: queue(service, it) for it in self._topology.producers})

    def for_receipts(self) -> "AmqpConsuming":
        """See Broker."""
        service = self._topology.service
        return self._consuming("receipts", {service: receipts_queue(service)})

    def _consuming(self, what: str, queues: Mapping[str, str]) -> "AmqpConsuming":
        try:
            opened = AmqpConsuming(self._url, self._topology.service, what, queues)
        except _Refused:
            self._refusals[what] += 1
            if self._refusals[what] >= REFUSALS:
                self._delete(queues.values())
            raise
        self._refusals[what] = 0
        return opened

    def _delete(self, names: Iterable[str]) -> None:
        """Take queues away that the broker can't read any more; they are declared again at the next try, and what was in
        them comes again for want of a receipt."""
        with outages(), connected(self._url, f"{self._topology.service} declares") as connection:
            for name in names:
                log.error("queue made anew", queue=name)
                connection.default_channel.queue_delete(name)


class _Refused(Outage):
    """The broker answers, but doesn't let a queue be read that is there."""


class AmqpConsuming:
    """Implements Consuming. Reading and writing have a connection each: an alarm in the broker stops writers, and
    readers must go on to relieve it."""

    idle = 0.2

    def __init__(self, url: str, service: str, what: str, queues: Mapping[str, str]) -> None:
        """Read `queues`, by producer; the broker's lists show connections that say `what` they are for."""
        with outages():
            self._reading = connected(url, f"{service} {what} reads")
            self._writing = Writing(connected(url, f"{service} {what} writes"), service)
        try:
            with outages():
                self._queues = {producer: _AmqpQueue(self._reading, it, producer) for producer, it in queues.items()}
        except Outage as error:
            self.close()
            raise _Refused(str(error)) from error
        self.inbound: Mapping[str, Inbound] = self._queues
        self._service = service

    def publish(self, message: Message) -> None:
        """See Bus."""
        self._writing.send(event_out(message))

    def resend(self, consumer: str, message: Message) -> None:
        """See Bus."""
        self._writing.send(resend_out(consumer, message))

    def send_receipt(self, receipt: Receipt) -> None:
        """See Bus."""
        self._writing.send(receipt_out(receipt))

    def take_receipts(self, limit: int) -> list[Receipt]:
        """See Consuming. Receipts are acknowledged at once: the next one says the same and more."""
        waiting = self._queues[self._service]
        taken = [receipt_in(self._service, incoming) for incoming in waiting.taken(limit)]
        waiting.ack()
        return [receipt for receipt in taken if receipt]

    def returned(self) -> set[str]:
        """See Consuming."""
        returned, self._writing.returned = self._writing.returned, set()
        return {name.partition(".")[0] for name in returned}

    def attend(self, seconds: float) -> None:
        """See Consuming."""
        with outages():
            self._writing.listen()
            if any(waiting.holds for waiting in self._queues.values()):
                seconds = 0
            self._reading.heartbeat_check()
            while drained(self._reading, seconds) and not any(waiting.is_full for waiting in self._queues.values()):
                seconds = 0

    def wake(self) -> None:
        """What others do is no reason to look: RabbitMQ sends by itself."""

    def close(self) -> None:
        """See Consuming."""
        hang_up(self._reading)
        self._writing.close()


class _AmqpQueue:
    """Implements Inbound over a channel of its own."""

    def __init__(self, connection: Connection, name: str, producer: str) -> None:
        self._producer = producer
        self._waiting: deque[Any] = deque()
        self._bytes = 0
        self._channel = connection.channel()
        # Neither an encoding nor a compression that a publisher names is applied: its bytes are read as they are.
        self._channel.auto_decode = False
        self._channel.basic_qos(0, PREFETCH, False)
        # The channel's own method, past kombu's Consumer, which would unpack what the message calls compressed.
        self._channel.basic_consume(name, callback=self._came)
        self._last_tag: Any = None

    @property
    def holds(self) -> int:
        """How many deliveries wait to be taken."""
        return len(self._waiting)

    @property
    def is_full(self) -> bool:
        """Whether the broker sends no more until something is acknowledged, or shouldn't."""
        return len(self._waiting) >= PREFETCH or self._bytes >= MOST_WAITING

    def take(self, limit: int) -> list[Message | Garbage]:
        """See Inbound."""
        return [message_in(self._producer, incoming) for incoming in self.taken(limit)]

    def taken(self, limit: int) -> list[Incoming]:
        """What waits, as it came."""
        taken = [self._waiting.popleft() for _ in range(min(limit, len(self._waiting)))]
        if taken:
            self._last_tag = taken[-1].delivery_tag
        self._bytes -= sum(len(message.body) for message in taken)
        return [_incoming(message) for message in taken]

    def _came(self, message: Any) -> None:
        self._waiting.append(message)
        self._bytes += len(message.body)

    def ack(self) -> None:
        """See Inbound."""
        if self._last_tag is not None:
            with outages():
                self._channel.basic_ack(self._last_tag, multiple=True)
            self._last_tag = None


def _incoming(message: Any) -> Incoming:
    properties = message.properties
    headers = properties.get("application_headers") or {}
    wire = Wire(properties.get("content_type", ""), properties.get("message_id"), headers, message.body)
    return Incoming(message.delivery_info.get("routing_key", ""), properties.get("user_id"), wire)
