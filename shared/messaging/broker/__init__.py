"""The broker: RabbitMQ in production, kombu's memory transport in the embedded run. It may lose everything at any time."""

from shared.messaging.broker.amqp import AmqpBroker
from shared.messaging.broker.connecting import Broker
from shared.messaging.broker.memory import MemoryBroker
from shared.messaging.topology import Topology


def broker_at(url: str, topology: Topology) -> Broker:
    """The broker at `url` (memory:// or amqp://user:password@host:port/vhost) as one service sees it."""
    return MemoryBroker(topology) if url.startswith("memory:") else AmqpBroker(url, topology)
