"""Real servers for every test that asks for one, and at the end of a run the list of those that were real; what the tests of
every service need, over the `config` that each of them has."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser
from sqlalchemy import make_url

from shared import ids
from shared.database import Database
from shared.migrations import upgrade
from shared.service import ServiceConfig
from shared.web import i18n
from shared.web.staff_tokens import Staff, sign
from tests.servers.browser import chromium
from tests.servers.kannel import Kannel, kannel
from tests.servers.mail import Postfix, postfix
from tests.servers.parts import part, summary
from tests.servers.postgresql import PostgreSQL, postgresql
from tests.servers.rabbitmq import LocalRabbitMQ, RabbitMQ, local_rabbitmq, rabbitmq
from tests.web.conftest import ISSUER, KEY


@pytest.fixture(autouse=True)
def in_german() -> None:
    """Whatever language the test before read its last page in."""
    i18n.speak(i18n.DEFAULT, i18n.SHARED_CATALOGUES)


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


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A database file of a service that went through all migrations once, to be copied."""

    @cache
    def once(service: str) -> Path:
        path = tmp_path_factory.mktemp("migrated") / f"{service}.sqlite"
        fresh = Database(f"sqlite:///{path}", service)
        upgrade(fresh, service)
        fresh.close()
        return path

    return once


@pytest.fixture
def database(config: ServiceConfig, migrated: Callable[[str], Path]) -> Iterator[Database]:
    """The service's database on SQLite, migrated and empty."""
    service = service_of(config)
    shutil.copy(migrated(service), make_url(config.database_url).database or "")
    opened = config.open_database(service)
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def anywhere(request: pytest.FixtureRequest, config: ServiceConfig) -> Iterator[tuple[ServiceConfig, Database]]:
    """Settings and an empty, migrated database: once on SQLite, once on a real PostgreSQL."""
    service = service_of(config)
    if request.param == "postgresql":
        server: PostgreSQL = request.getfixturevalue("postgres")
        config = replace(config, database_url=server.database(service))
    opened = config.open_database(service)
    upgrade(opened, service)
    yield config, opened
    opened.close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without history."""
    return app.test_client()


@pytest.fixture
def bearer() -> Callable[..., dict[str, str]]:
    """Headers of a member of staff with some roles."""

    def make(*roles: str, **session: Any) -> dict[str, str]:
        staff = Staff(ids.internal(), "Mina Kaya", frozenset(roles), session.get("session_id") or ids.internal())
        return {"Authorization": f"Bearer {sign(staff, KEY, ISSUER, timedelta(hours=1))[0]}"}

    return make


def service_of(config: ServiceConfig) -> str:
    """The service whose Config this is."""
    return type(config).__module__.split(".")[1]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which servers were real."""
    if lines := summary():
        terminalreporter.section("servers")
        for line in lines:
            terminalreporter.line(line)
