"""Events travel between two services: embedded on SQLite, and over real RabbitMQ between real PostgreSQL databases."""

import pika
import pytest
from sqlalchemy import select

from shared.database import Database
from shared.messaging import topology
from shared.messaging.tables import stream
from tests.messaging import tiny
from tests.messaging.conftest import Open
from tests.messaging.workers import until_everything_came_once, workers, working
from tests.servers.rabbitmq import ADMIN, LocalRabbitMQ, RabbitMQ
from tests.waiting import until


def test_events_travel_there_and_back_in_one_process(opened: Open) -> None:
    submissions, council = opened("submissions"), opened("council")
    both = [tiny.worker_of(database, "memory://") for database in (submissions, council)]
    with working(*both):
        adopted = tiny.adopt(submissions, 20)
        until_everything_came_once(submissions, council, adopted)


def test_events_travel_there_and_back_over_rabbitmq(on_postgresql: Open, broker: RabbitMQ) -> None:
    submissions, council = on_postgresql("submissions"), on_postgresql("council")
    with working(*workers(broker, submissions, council)):
        adopted = tiny.adopt(submissions, 50)
        until_everything_came_once(submissions, council, adopted)


def test_what_was_adopted_while_no_worker_ran_travels_later(on_postgresql: Open, broker: RabbitMQ) -> None:
    submissions, council = on_postgresql("submissions"), on_postgresql("council")
    adopted = tiny.adopt(submissions, 10)
    with working(*workers(broker, submissions, council)):
        until_everything_came_once(submissions, council, adopted)


def test_a_wiped_broker_loses_nothing_and_repeats_nothing(on_postgresql: Open, own_broker: LocalRabbitMQ) -> None:
    own_broker.empty()
    submissions, council = on_postgresql("submissions"), on_postgresql("council")
    adopted = tiny.adopt(submissions, 20)
    with working(*workers(own_broker, submissions)):
        until(lambda: _published(submissions) == 20, "20 confirms")
    own_broker.kill()
    own_broker.wipe()
    adopted += tiny.adopt(submissions, 10)
    own_broker.start()
    with working(*workers(own_broker, submissions, council)):
        adopted += tiny.adopt(submissions, 10)
        until_everything_came_once(submissions, council, adopted)


def test_workers_outlive_a_broker_that_is_killed_and_wiped_under_them(
    on_postgresql: Open, own_broker: LocalRabbitMQ
) -> None:
    own_broker.empty()
    submissions, council = on_postgresql("submissions"), on_postgresql("council")
    with working(*workers(own_broker, submissions, council)):
        adopted = tiny.adopt(submissions, 10)
        own_broker.kill()
        own_broker.wipe()
        adopted += tiny.adopt(submissions, 10)
        own_broker.start()
        adopted += tiny.adopt(submissions, 10)
        until_everything_came_once(submissions, council, adopted)


def test_an_alarm_in_the_broker_is_a_pause(on_postgresql: Open, own_broker: LocalRabbitMQ) -> None:
    own_broker.empty()
    submissions, council = on_postgresql("submissions"), on_postgresql("council")
    with working(*workers(own_broker, submissions, council)):
        adopted = tiny.adopt(submissions, 5)
        until_everything_came_once(submissions, council, adopted)
        own_broker.control("set_vm_memory_high_watermark", "absolute", "1MB")
        adopted += tiny.adopt(submissions, 5)
        until(lambda: "blocked" in own_broker.control("list_connections", "state"), "the relay to be blocked")
        own_broker.control("set_vm_memory_high_watermark", "0.4")
        until_everything_came_once(submissions, council, adopted)


@pytest.mark.parametrize("damage", ["queue deleted", "binding gone"])
def test_a_broker_that_lost_a_part_gets_it_back(on_postgresql: Open, broker: RabbitMQ, damage: str) -> None:
    submissions, council = on_postgresql("submissions"), on_postgresql("council")
    name = topology.queue("council", "submissions")
    with working(*workers(broker, submissions, council)):
        adopted = tiny.adopt(submissions, 5)
        until_everything_came_once(submissions, council, adopted)
        connection = pika.BlockingConnection(pika.URLParameters(broker.url(ADMIN)))
        if damage == "queue deleted":
            connection.channel().queue_delete(name)
        else:
            connection.channel().queue_unbind(name, topology.events_exchange("submissions"), "#")
        connection.close()
        adopted += tiny.adopt(submissions, 5)
        until_everything_came_once(submissions, council, adopted)


def _published(database: Database) -> int:
    with database.read() as session:
        return session.execute(select(stream.c.published_through)).scalar_one_or_none() or 0
