"""One database is a day older than the other three: they repair it, and nobody gets a letter twice."""

from tests.resilience.restore_drill import set_back
from tests.resilience.standing import standing
from tests.servers.rabbitmq import RabbitMQ


def test_the_others_repair_a_database_that_was_set_back(broker: RabbitMQ) -> None:
    with standing(broker) as deployment:
        found = set_back(deployment, "council")
    assert found.failures == []
