"""A worker that dies at the worst moments loses nothing and repeats nothing."""

from pathlib import Path

import pytest

from tests.messaging import tiny
from tests.messaging.conftest import Open
from tests.messaging.workers import process, until_everything_came_once, until_killed, workers, working
from tests.servers.rabbitmq import RabbitMQ


@pytest.mark.parametrize("place", ["relay.numbered", "relay.published"])
def test_a_relay_killed_between_two_steps(on_postgresql: Open, broker: RabbitMQ, tmp_path: Path, place: str) -> None:
    submissions, council = on_postgresql("submissions"), on_postgresql("council")
    adopted = tiny.adopt(submissions, 20)
    with process(submissions, broker.url("submissions"), tmp_path / "log", failpoint=place) as running:
        until_killed(running)
    with working(*workers(broker, submissions, council)):
        until_everything_came_once(submissions, council, adopted)


@pytest.mark.parametrize("place", ["receiver.stored", "processor.handled"])
def test_a_consumer_killed_between_two_steps(on_postgresql: Open, broker: RabbitMQ, tmp_path: Path, place: str) -> None:
    submissions, council = on_postgresql("submissions"), on_postgresql("council")
    adopted = tiny.adopt(submissions, 20)
    with working(*workers(broker, submissions)):
        with process(council, broker.url("council"), tmp_path / "log", failpoint=place) as running:
            until_killed(running)
        with working(*workers(broker, council)):
            until_everything_came_once(submissions, council, adopted)
