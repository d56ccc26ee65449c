"""Sending: a connection with a service's own credentials, opened again where the broker closes it."""

from collections import Counter

import pika
from pika.exceptions import AMQPError

from shared.messaging import topology
from shared.messaging.encoding import RECEIPT
from tests.poison.hostile import Hostile
from tests.servers.rabbitmq import RabbitMQ


class Attacker:
    """Publishes as one service and counts, by kind, what the broker took and what it refused."""

    def __init__(self, broker: RabbitMQ, service: str) -> None:
        self.taken: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.service = service
        self._parameters = pika.URLParameters(broker.url(service))
        self._connection: pika.BlockingConnection | None = None
        self._channel: pika.adapters.blocking_connection.BlockingChannel | None = None

    def send(self, hostile: Hostile) -> None:
        """Publish and wait until the broker says that it has it, or that it won't."""
        try:
            self._open().basic_publish(
                hostile.exchange, hostile.routing_key, hostile.body, hostile.properties(), mandatory=True
            )
        except AMQPError:
            self.refused[hostile.kind] += 1
            self.close()
        else:
            self.taken[hostile.kind] += 1

    def send_receipt(self, to: str, body: bytes) -> None:
        """Tell a producer what this service claims to have."""
        properties = pika.BasicProperties(content_type=RECEIPT, user_id=self.service, delivery_mode=2)
        key = topology.receipt_key(to, self.service)
        self._open().basic_publish(topology.RECEIPTS, key, body, properties, mandatory=True)
        self.taken["receipt"] += 1

    def close(self) -> None:
        """Hang up, whatever state the connection is in."""
        if self._connection and self._connection.is_open:
            self._connection.close()
        self._connection = self._channel = None

    def _open(self) -> "pika.adapters.blocking_connection.BlockingChannel":
        if self._channel is None or not self._channel.is_open:
            self.close()
            self._connection = pika.BlockingConnection(self._parameters)
            self._channel = self._connection.channel()
            self._channel.confirm_delivery()
        return self._channel
