"""A queue that the broker itself has broken is made anew: what was in it comes again from the outbox."""

from collections.abc import Callable

import pytest

from shared.messaging import topology
from shared.messaging.broker.amqp import AmqpBroker
from shared.messaging.errors import Outage
from tests.servers.rabbitmq import LocalRabbitMQ
from tests.waiting import until


@pytest.mark.parametrize("what", ["for_receiver", "for_receipts"])
def test_queues_that_refuse_to_be_read_are_made_anew(own_broker: LocalRabbitMQ, what: str) -> None:
    council = AmqpBroker(own_broker.url("council"), topology.of("council"))
    council.declare()
    own_broker.kill()
    own_broker.break_queues()
    own_broker.start()

    assert until(lambda: _opens(council, getattr(council, what)), "queues that can be read", 60)


def _opens(broker: AmqpBroker, consuming: Callable[[], object]) -> bool:
    """As the worker's threads do it: declare, then open."""
    try:
        broker.declare()
        consuming().close()  # type: ignore[attr-defined]
    except Outage:
        return False
    return True
