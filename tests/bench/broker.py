"""The broker before a measurement: empty, and nobody listens but the two services of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pika

from shared.messaging import topology
from tests.bench.services import PAIRS
from tests.servers.rabbitmq import ADMIN, RabbitMQ

QUEUE = topology.queue("council", "submissions")


@contextmanager
def channel_of(broker: RabbitMQ) -> Iterator[Any]:
    """A channel that may do everything."""
    connection = pika.BlockingConnection(pika.URLParameters(broker.url(ADMIN)))
    try:
        yield connection.channel()
    finally:
        connection.close()


def purge(broker: RabbitMQ) -> None:
    """Empty the queues of both services."""
    with channel_of(broker) as channel:
        for service in PAIRS:
            for name in topology.queues_of(topology.of(service, PAIRS)):
                channel.queue_purge(name)


def unbind_others(broker: RabbitMQ) -> None:
    """Let the events of both services go to each other only; whoever else starts binds its queues again."""
    with channel_of(broker) as channel:
        for service in topology.PAIRS:
            for exchange, queue, key in topology.bindings_of(topology.of(service)):
                if exchange != topology.RECEIPTS and queue not in _queues():
                    channel.queue_unbind(queue, exchange, key)


def _queues() -> set[str]:
    return {topology.queue(consumer, producer) for consumer, producers in PAIRS.items() for producer in producers}
