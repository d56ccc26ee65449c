"""A queue that the broker itself has broken is made anew: what was in it comes again from the outbox."""

from collections.abc import Iterator

import pytest

from shared.messaging import topology
from shared.messaging.broker.amqp import AmqpBroker
from shared.messaging.errors import Outage
from tests.servers.rabbitmq import LocalRabbitMQ
from tests.waiting import until


@pytest.fixture
def breakable(own_broker: LocalRabbitMQ) -> Iterator[LocalRabbitMQ]:
    """A broker that is as new afterwards."""
    yield own_broker
    own_broker.kill()
    own_broker.wipe()
    own_broker.start()


def test_queues_that_refuse_to_be_read_are_made_anew(breakable: LocalRabbitMQ) -> None:
    council = AmqpBroker(breakable.url("council"), topology.of("council"))
    council.declare()
    breakable.kill()
    breakable.break_queues()
    breakable.start()

    assert until(lambda: _opens(council), "queues that can be read", 120)


def _opens(broker: AmqpBroker) -> bool:
    """As the worker's threads do it: declare, then open."""
    try:
        broker.declare()
        broker.for_receipts().close()
    except Outage:
        return False
    return True
