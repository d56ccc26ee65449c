"""The app of notifications on a database of its own, a sender, and neighbours whose events it gets."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from services.notifications.app import create_app
from services.notifications.config import MAILBOX, Config
from services.notifications.handlers import HANDLERS
from shared.database import Database
from tests.backbone import LEDGER_KEY, Backbone, seals_of
from tests.notifications.world import Senders, World
from tests.web.conftest import web_settings


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
        receipts_url="http://localhost",
    )


@pytest.fixture
def app(config: Config, database: Database) -> Flask:
    """The app."""
    return create_app(config, database)


@pytest.fixture
def world(config: Config, database: Database, tmp_path: Path) -> World:
    """The other three services, as far as their events go, and what people got."""
    backbone = Backbone()
    backbone.join(database, HANDLERS)
    others = {name: backbone.neighbour(name, tmp_path) for name in ("registration", "submissions", "council")}
    return World(backbone, others, config, database, Senders(config, database))


@pytest.fixture
def desk(app: Flask, bearer: Callable[..., dict[str, str]]) -> FlaskClient:
    """A browser of a clerk."""
    client = app.test_client()
    client.set_cookie("staff_token", bearer("clerk")["Authorization"].removeprefix("Bearer "), path="/intern")
    return client
