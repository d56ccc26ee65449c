"""The embedded broker: kombu's memory transport, whose disk is wiped at every start. Consumers are threads of this process.

Its own way of waiting is to look again and again; here whoever publishes rings a bell instead, so that an idle run rests.
"""

import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from kombu.connection import Connection
from kombu.messaging import Producer

from shared import clock
from shared.messaging.broker.declaring import declare, declare_neighbours
from shared.messaging.broker.routing import (
    Incoming,
    Outgoing,
    event_out,
    message_in,
    receipt_in,
    receipt_out,
    resend_out,
)
from shared.messaging.encoding import Wire
from shared.messaging.protocol.bus import Inbound
from shared.messaging.protocol.records import Garbage, Message, Receipt
from shared.messaging.protocol.window import PublishingWindow
from shared.messaging.topology import Topology, queue, queues_of, receipts_queue

_URL = "memory://"

#: The relay waits while more than this is unreceived: nobody gains from a longer queue in the same memory.
MOST_UNRECEIVED = 10_000

#: queue → the bells of the connections that read it.
_bells: defaultdict[str, list[threading.Event]] = defaultdict(list)


class MemoryBroker:
    """The embedded broker as one service sees it."""

    def __init__(self, topology: Topology) -> None:
        """Make this service's queues, and empty those that an earlier run in this process left."""
        self._topology = topology
        with Connection(_URL) as connection:
            declare_neighbours(connection, self._topology)
            declare(connection, self._topology)
            for name in queues_of(self._topology):
                connection.default_channel.queue_purge(name)

    def declare(self) -> None:
        """Nothing goes missing here while the process lives."""

    def for_relay(self) -> "MemoryConnection":
        """A connection that publishes."""
        return MemoryConnection(self._topology, [])

    def for_receiver(self) -> "MemoryConnection":
        """A connection that reads what the producers send."""
        own = self._topology
        return MemoryConnection(own, [queue(own.service, producer) for producer in own.producers])

    def for_receipts(self) -> "MemoryConnection":
        """A connection that reads receipts."""
        return MemoryConnection(self._topology, [receipts_queue(self._topology.service)])


class MemoryConnection:
    """Implements Relaying and Consuming: what is published is there at once."""

    #: Whatever happens rings a bell; this is for receipts and retries that are due by the clock.
    idle = 1.0

    def __init__(self, topology: Topology, rung_by: Sequence[str]) -> None:
        self._service = topology.service
        self._connection = Connection(_URL)
        self._channel = self._connection.default_channel
        self._producer = Producer(self._channel)
        self._bell = threading.Event()
        self._window: PublishingWindow | None = None
        self._published = 0
        self._outward = [queue(consumer, topology.service) for consumer in topology.consumers]
        self._rung_by = rung_by
        self.inbound: Mapping[str, Inbound] = {
            producer: _MemoryQueue(self._channel, queue(topology.service, producer), producer)
            for producer in topology.producers
        }
        for name in rung_by:
            _bells[name].append(self._bell)

    def publish(self, message: Message) -> None:
        """See Bus; confirmed at once."""
        self._send(event_out(message), self._outward)
        self._published += 1
        if self._window:
            self._window.confirmed(self._published, False, clock.now())

    def resend(self, consumer: str, message: Message) -> None:
        """See Bus."""
        self._send(resend_out(consumer, message), [queue(consumer, self._service)])

    def send_receipt(self, receipt: Receipt) -> None:
        """See Bus."""
        self._send(receipt_out(receipt), [receipts_queue(receipt.producer)])

    def confirm_to(self, window: PublishingWindow) -> None:
        """See Relaying."""
        self._window = window

    @property
    def is_paused(self) -> bool:
        """Whether a consumer is far behind."""
        return any(self._channel._size(name) > MOST_UNRECEIVED for name in self._outward)

    def take_receipts(self, limit: int) -> list[Receipt]:
        """See Consuming."""
        taken = _taken(self._channel, receipts_queue(self._service), limit)
        return [receipt for incoming in taken if (receipt := receipt_in(self._service, incoming))]

    def returned(self) -> set[str]:
        """Nothing ever comes back here."""
        return set()

    def attend(self, seconds: float) -> None:
        """Wait for the bell."""
        self._bell.wait(seconds)
        self._bell.clear()

    def wake(self) -> None:
        """Ring the bell."""
        self._bell.set()

    def close(self) -> None:
        """Hang up."""
        for name in self._rung_by:
            _bells[name].remove(self._bell)
        self._connection.release()

    def _send(self, outgoing: Outgoing, queues: Sequence[str]) -> None:
        wire = outgoing.wire
        self._producer.publish(
            wire.body,
            exchange=outgoing.exchange,
            routing_key=outgoing.routing_key,
            headers=wire.headers,
            content_type=wire.content_type,
            content_encoding="binary",
            message_id=wire.message_id,
            user_id=self._service,
        )
        for name in queues:
            for bell in _bells[name]:
                bell.set()


class _MemoryQueue:
    """Implements Inbound. What is taken is gone: a restart finds an empty broker anyway."""

    def __init__(self, channel: Any, name: str, producer: str) -> None:
        self._channel = channel
        self._name = name
        self._producer = producer

    def take(self, limit: int) -> list[Message | Garbage]:
        """See Inbound."""
        return [message_in(self._producer, incoming) for incoming in _taken(self._channel, self._name, limit)]

    def ack(self) -> None:
        """Nothing to do."""


def _taken(channel: Any, name: str, limit: int) -> list[Incoming]:
    taken: list[Incoming] = []
    while len(taken) < limit and (message := channel.basic_get(name, no_ack=True)):
        wire = Wire(message.content_type, message.properties.get("message_id"), message.headers, message.body)
        key = message.delivery_info.get("routing_key", "")
        taken.append(Incoming(key, message.properties.get("user_id"), wire))
    return taken
