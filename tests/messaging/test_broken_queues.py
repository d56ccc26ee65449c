"""What is broken or missing in the broker is made anew: what was in it comes again from the outbox."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from shared.messaging import topology
from shared.messaging.broker.amqp import AmqpBroker
from shared.messaging.broker.kombu_lines import connected
from shared.messaging.errors import Outage
from tests.bench import example
from tests.servers.rabbitmq import ADMIN, LocalRabbitMQ
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


def test_an_exchange_that_is_gone_is_an_outage_until_somebody_declares_it_again(breakable: LocalRabbitMQ) -> None:
    council = AmqpBroker(breakable.url("council"), topology.of("council"))
    council.declare()
    connection = council.for_receipts()
    with connected(breakable.url(ADMIN), "takes an exchange away") as admin:
        admin.default_channel.exchange_delete(topology.resend_exchange("council"))
    hello = replace(example.message("council", 0), event=None)
    connection.resend("notifications", hello)
    with pytest.raises(Outage):
        for _ in range(50):
            connection.attend(0.2)
    connection.close()
    assert _opens(council)


def _opens(broker: AmqpBroker) -> bool:
    """As the worker's threads do it: declare, then open."""
    try:
        broker.declare()
        broker.for_receipts().close()
    except Outage:
        return False
    return True
