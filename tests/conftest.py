"""Real servers for every test that asks for one, and at the end of a run the list of those that were real."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.servers.browser import chromium
from tests.servers.kannel import Kannel, kannel
from tests.servers.mail import Postfix, postfix
from tests.servers.parts import part, summary
from tests.servers.postgresql import PostgreSQL, postgresql
from tests.servers.rabbitmq import LocalRabbitMQ, RabbitMQ, local_rabbitmq, rabbitmq


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgreSQL]:
    """A real PostgreSQL; `postgres.database("council")` is the address of a fresh database."""
    with part("postgresql", postgresql) as server:
        yield server


@pytest.fixture(scope="session")
def shared_broker() -> Iterator[RabbitMQ]:
    """A real RabbitMQ for the whole session; tests take `broker`, which begins empty."""
    with part("rabbitmq", rabbitmq) as server:
        yield server


@pytest.fixture
def broker(shared_broker: RabbitMQ) -> RabbitMQ:
    """A real RabbitMQ with the system's definitions and empty queues; `broker.url("council")` is a service's address."""
    shared_broker.empty()
    return shared_broker


@pytest.fixture(scope="session")
def own_broker(shared_broker: RabbitMQ) -> Iterator[LocalRabbitMQ]:
    """A real RabbitMQ that tests may stop, kill and wipe."""
    if isinstance(shared_broker, LocalRabbitMQ):
        yield shared_broker
        return
    with part("rabbitmq of our own", local_rabbitmq) as server:
        yield server


@pytest.fixture(scope="session")
def postfix_server() -> Iterator[Postfix]:
    """A real mail server; `postfix_server.url` is for MAIL_URL, `.mail("to@…")` what arrived."""
    with part("postfix", postfix) as server:
        yield server


@pytest.fixture(scope="session")
def kannel_gateway() -> Iterator[Kannel]:
    """A real SMS gateway; `kannel_gateway.url` is for SMS_URL, `.text("+49…")` what arrived."""
    with part("kannel", kannel) as gateway:
        yield gateway


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real browser."""
    with part("chromium", chromium) as running:
        yield running


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which servers were real."""
    if lines := summary():
        terminalreporter.section("servers")
        for line in lines:
            terminalreporter.line(line)
