"""Everything a run consists of: servers, a proxy before each way to them, the eight processes, and the providers."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import OperationalError

from tests.architecture.tree import SERVICES
from tests.chaos.truth import Truth, truth
from tests.processes import Processes
from tests.servers.postgresql import LocalPostgreSQL, local_postgresql
from tests.servers.proxy import Proxy, proxy
from tests.servers.rabbitmq import LocalRabbitMQ, local_rabbitmq
from tests.waiting import until

BROKER, DATABASE = "broker", "database"


@dataclass(frozen=True)
class World:
    """What faults happen to. `proxies` by service and server; `databases` are addresses that no fault touches but a restart."""

    broker: LocalRabbitMQ
    postgresql: LocalPostgreSQL
    processes: Processes
    truth: Truth
    proxies: dict[tuple[str, str], Proxy]
    databases: dict[str, str]

    def proxies_to(self, server: str, service: str) -> list[Proxy]:
        """The proxies between a service, or all of them, and that server."""
        return [it for (whose, where), it in self.proxies.items() if where == server and service in (whose, "all")]

    def epoch(self, service: str) -> int:
        """How often the lead of a service was taken."""
        return self._asked(service, "SELECT coalesce(max(epoch), 0) FROM stream")

    def take_lead_away(self, service: str) -> None:
        """End the database session that holds the lead of a service, as PostgreSQL does when its client seems gone."""
        # Keys of one word are the lead's; those of idempotent requests are as wide as they can be.
        own = "database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND classid = 0"
        self._asked(
            service,
            f"SELECT count(pg_terminate_backend(pid)) FROM pg_locks WHERE locktype = 'advisory' AND granted AND {own}",
        )

    def _asked(self, service: str, question: str) -> int:
        """The answer of a database, which may be restarting."""
        engine = create_engine(self.databases[service], isolation_level="AUTOCOMMIT", poolclass=NullPool)

        def ask() -> tuple[int] | None:
            try:
                with engine.connect() as connection:
                    return (int(connection.scalar(text(question)) or 0),)
            except OperationalError:
                return None

        return until(ask, "the database to answer", 30, 0.1)[0]


@contextmanager
def world(folder: Path) -> Iterator[World]:
    """All of it, started; its logs are in `folder`. Raises Missing."""
    with ExitStack() as stack:
        # Both boot for seconds: at the same time.
        with ThreadPoolExecutor() as both:
            broker_ahead = both.submit(stack.enter_context, local_rabbitmq())
            postgresql_ahead = both.submit(stack.enter_context, local_postgresql(durable=True))
        broker, postgresql = broker_ahead.result(), postgresql_ahead.result()
        written = stack.enter_context(truth())
        proxies = {
            (service, server): stack.enter_context(proxy(port))
            for service in SERVICES
            for server, port in ((BROKER, broker.port), (DATABASE, postgresql.port))
        }
        databases = {service: postgresql.database(service) for service in SERVICES}
        processes = Processes(
            folder,
            {"MAIL_URL": written.mail_url, "SMS_URL": written.sms_url, "MAIL_SENDER": "mitteilungen@example.org"},
            {
                service: {
                    "DATABASE_URL": proxies[service, DATABASE].to(databases[service]),
                    "AMQP_URL": proxies[service, BROKER].to(broker.url(service)),
                }
                for service in SERVICES
            },
        )
        stack.callback(processes.stop)
        processes.start()
        yield World(broker, postgresql, processes, written, proxies, databases)
