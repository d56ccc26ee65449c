"""A connection whose other end is gone without a word: nobody may wait for an answer on it for ever."""

from collections.abc import Iterator

import pytest

from shared.messaging import topology
from shared.messaging.broker.amqp import AmqpBroker
from shared.messaging.broker.kombu_lines import connected, hang_up, outages
from shared.messaging.errors import Outage
from tests.servers.proxy import Proxy, proxy
from tests.servers.rabbitmq import RabbitMQ


@pytest.fixture
def way(broker: RabbitMQ) -> Iterator[Proxy]:
    with proxy(broker.port) as running:
        yield running


def test_a_question_that_nobody_answers_is_an_outage(broker: RabbitMQ, way: Proxy) -> None:
    connection = connected(way.to(broker.url("council")), "a test")
    way.forget()

    with pytest.raises(Outage), outages():
        connection.channel()

    hang_up(connection)


def test_hanging_up_needs_nobody_at_the_other_end(broker: RabbitMQ, way: Proxy) -> None:
    council = AmqpBroker(way.to(broker.url("council")), topology.of("council"))
    connections = [council.for_receiver(), council.for_receipts(), council.for_relay()]
    way.forget()

    for connection in connections:
        connection.close()
