"""The app of notifications on a database of its own, a sender, and neighbours whose events it gets."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from services.notifications.app import create_app
from services.notifications.config import MAILBOX, Config
from services.notifications.handlers import HANDLERS
from services.notifications.sender import Sender
from shared import ids
from shared.database import Database
from shared.migrations import upgrade
from shared.web.staff_tokens import Staff, sign
from tests.backbone import LEDGER_KEY, Backbone, seals_of
from tests.notifications.world import World
from tests.servers.postgresql import PostgreSQL
from tests.web.conftest import ISSUER, KEY, web_settings


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Settings with keys that are worth nothing, request limits off, letters kept."""
    return Config(
        database_url=f"sqlite:///{tmp_path}/notifications.db",
        amqp_url="memory://",
        seals=seals_of("notifications"),
        column_key="a column key for tests",
        link_key=LEDGER_KEY,
        web=web_settings(limits_on=False),
        mail_url=MAILBOX,
        mail_sender="mitteilungen@mitsprache.example",
        sms_url=MAILBOX,
        sms_sender="HIR Harburg",
        sms_countries=frozenset({49}),
        receipts_url="http://localhost",
    )


@pytest.fixture
def database(config: Config) -> Iterator[Database]:
    """A migrated, empty database."""
    database = config.open_database("notifications")
    upgrade(database, "notifications")
    yield database
    database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def anywhere(request: pytest.FixtureRequest, config: Config) -> Iterator[tuple[Config, Database]]:
    """Settings and an empty, migrated database: once on SQLite, once on a real PostgreSQL."""
    if request.param == "postgresql":
        server: PostgreSQL = request.getfixturevalue("postgres")
        config = replace(config, database_url=server.database("notifications"))
    database = config.open_database("notifications")
    upgrade(database, "notifications")
    yield config, database
    database.close()


@pytest.fixture
def app(config: Config, database: Database) -> Flask:
    """The app."""
    return create_app(config, database)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without history."""
    return app.test_client()


@pytest.fixture
def world(config: Config, database: Database, tmp_path: Path) -> World:
    """The other three services, as far as their events go, and what people got."""
    backbone = Backbone()
    backbone.join(database, HANDLERS)
    others = {name: backbone.neighbour(name, tmp_path) for name in ("registration", "submissions", "council")}
    return World(backbone, others, config, database, Sender(config, database))


@pytest.fixture
def bearer() -> Callable[..., dict[str, str]]:
    """Headers of a member of staff with some roles."""

    def make(*roles: str) -> dict[str, str]:
        staff = Staff(id=ids.internal(), name="Mina Kaya", roles=frozenset(roles), session_id=ids.internal())
        token, _ = sign(staff, KEY, ISSUER, timedelta(hours=1))
        return {"Authorization": f"Bearer {token}"}

    return make


@pytest.fixture
def desk(app: Flask, bearer: Callable[..., dict[str, str]]) -> FlaskClient:
    """A browser of a clerk."""
    client = app.test_client()
    client.set_cookie("staff_token", bearer("clerk")["Authorization"].removeprefix("Bearer "), path="/intern")
    return client
