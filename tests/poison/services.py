"""The four services on PostgreSQL and RabbitMQ: their own migrations, settings, handlers and workers, without their pages."""

import importlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import select

from services.embedded import settings
from shared.config import Environment
from shared.database import Database
from shared.messaging.handling import Handlers
from shared.messaging.runtime import Worker
from shared.messaging.tables import stream
from shared.migrations import upgrade
from tests.architecture.tree import SERVICES
from tests.servers.postgresql import PostgreSQL
from tests.servers.rabbitmq import RabbitMQ
from tests.waiting import until


class Services:
    """The databases by service, and the workers that run over them."""

    def __init__(self) -> None:
        self.databases: dict[str, Database] = {}
        self.handlers: dict[str, Handlers] = {}
        self.workers: dict[str, Worker] = {}

    def rows(self, service: str, statement: Any) -> list[Any]:
        """What a query finds in one service's database."""
        with self.databases[service].read() as session:
            return list(session.execute(statement).all())

    def present_stream(self, service: str) -> Any:
        """The stream on which the service publishes now."""
        return self.rows(service, select(stream).where(stream.c.ended_at.is_(None)))[0]

    def alive(self) -> dict[str, bool]:
        """Of each worker, whether all its threads are still those that were started."""
        return {service: worker.alive() for service, worker in self.workers.items()}


@contextmanager
def running(folder: Path, postgres: PostgreSQL, broker: RabbitMQ) -> Iterator[Services]:
    """All four at work on fresh databases."""
    own = settings(folder, SERVICES, Environment({"BASE_URL": "http://127.0.0.1", "LIMITS": "off"}))
    services = Services()
    with ExitStack() as closing:
        for service in SERVICES:
            urls = {"DATABASE_URL": postgres.database(service), "AMQP_URL": broker.url(service)}
            config_class = importlib.import_module(f"services.{service}.config").Config
            config = config_class.from_environment(Environment({**own[service], **urls}))
            services.databases[service] = database = config.open_database(service)
            closing.callback(database.close)
            upgrade(database, service)
            services.handlers[service] = handlers = importlib.import_module(f"services.{service}.handlers").HANDLERS
            services.workers[service] = Worker(database, handlers, amqp_url=config.amqp_url, ledger_key=config.link_key)
        for worker in services.workers.values():
            worker.start()
            closing.callback(worker.stop)
        for service in SERVICES:
            until(lambda service=service: services.rows(service, select(stream)), f"the first stream of {service}", 60)
        yield services
