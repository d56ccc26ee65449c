"""RabbitMQ: the relay publishes through pika, everything else goes through kombu."""

from collections import deque
from collections.abc import Mapping
from typing import Any

from kombu.connection import Connection
from kombu.entity import Queue
from kombu.messaging import Consumer

from shared import failpoints
from shared.messaging.broker.declaring import declare
from shared.messaging.broker.kombu_lines import Writing, connected, drained, outages
from shared.messaging.broker.pika_relay import PikaRelay
from shared.messaging.broker.routing import Incoming, event_out, message_in, receipt_in, receipt_out, resend_out
from shared.messaging.encoding import Wire
from shared.messaging.protocol.bus import Inbound
from shared.messaging.protocol.records import Garbage, Message, Receipt
from shared.messaging.topology import Topology, queue, receipts_queue

PREFETCH = 500


class AmqpBroker:
    """RabbitMQ at `url` as one service sees it; the user of the URL is the service."""

    def __init__(self, url: str, topology: Topology) -> None:
        self._url = url
        self._topology = topology

    def declare(self) -> None:
        """See Broker."""
        with outages(), connected(self._url, f"{self._topology.service} declares") as connection:
            declare(connection, self._topology)

    def for_relay(self) -> PikaRelay:
        """See Broker."""
        return PikaRelay(self._url, self._topology.service)

    def for_receiver(self) -> "AmqpConsuming":
        """See Broker."""
        return AmqpConsuming(self._url, self._topology, reads_receipts=False)

    def for_receipts(self) -> "AmqpConsuming":
        """See Broker."""
        return AmqpConsuming(self._url, self._topology, reads_receipts=True)


class AmqpConsuming:
    """Implements Consuming. Reading and writing have a connection each: an alarm in the broker stops writers, and
    readers must go on to relieve it."""

    idle = 0.2

    def __init__(self, url: str, topology: Topology, reads_receipts: bool) -> None:
        service = topology.service
        what = "receipts" if reads_receipts else "receiver"
        with outages():
            self._reading = connected(url, f"{service} {what} reads")
            self._writing = Writing(connected(url, f"{service} {what} writes"), service)
            queues = {service: receipts_queue(service)} if reads_receipts else {}
            queues |= {} if reads_receipts else {p: queue(service, p) for p in topology.producers}
            self._queues = {producer: _AmqpQueue(self._reading, name, producer) for producer, name in queues.items()}
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
        self._reading.release()
        self._writing.close()


class _AmqpQueue:
    """Implements Inbound over a channel of its own."""

    def __init__(self, connection: Connection, name: str, producer: str) -> None:
        self._producer = producer
        self._waiting: deque[Any] = deque()
        self._channel = connection.channel()
        self._last_tag: Any = None
        consumer = Consumer(
            self._channel,
            [Queue(name)],
            auto_declare=False,
            on_message=self._waiting.append,
            prefetch_count=PREFETCH,
        )
        consumer.consume()

    @property
    def holds(self) -> int:
        """How many deliveries wait to be taken."""
        return len(self._waiting)

    @property
    def is_full(self) -> bool:
        """Whether the broker sends no more until something is acknowledged."""
        return len(self._waiting) >= PREFETCH

    def take(self, limit: int) -> list[Message | Garbage]:
        """See Inbound."""
        return [message_in(self._producer, incoming) for incoming in self.taken(limit)]

    def taken(self, limit: int) -> list[Incoming]:
        """What waits, as it came."""
        taken = [self._waiting.popleft() for _ in range(min(limit, len(self._waiting)))]
        if taken:
            self._last_tag = taken[-1].delivery_tag
        return [_incoming(message) for message in taken]

    def ack(self) -> None:
        """See Inbound."""
        if self._last_tag is not None:
            failpoints.reached("receiver.stored")
            with outages():
                self._channel.basic_ack(self._last_tag, multiple=True)
            self._last_tag = None


def _incoming(message: Any) -> Incoming:
    properties = message.properties
    body = message.body.encode("utf-8", "surrogatepass") if isinstance(message.body, str) else message.body
    wire = Wire(message.content_type or "", properties.get("message_id"), message.headers, body)
    return Incoming(message.delivery_info.get("routing_key", ""), properties.get("user_id"), wire)
