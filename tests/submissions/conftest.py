"""The app of submissions on a database of its own, a staff token, and things to begin with."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from services.submissions.app import create_app
from services.submissions.config import Config
from services.submissions.district import District
from shared import clock
from shared.database import Database
from tests.backbone import seals_of
from tests.submissions.builders import a_conference
from tests.web.conftest import web_settings


def config_at(database_url: str) -> Config:
    """Settings with keys that are worth nothing, request limits off."""
    return Config(
        database_url=database_url,
        amqp_url="memory://",
        seals=seals_of("submissions"),
        column_key="a column key for tests",
        link_key="a link key only for tests",
        web=web_settings(limits_on=False),
        district=District.from_file(None),
    )


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Settings over a file of its own."""
    return config_at(f"sqlite:///{tmp_path}/submissions.db")


@pytest.fixture
def app(config: Config, database: Database) -> Flask:
    """The app."""
    return create_app(config, database)


@pytest.fixture
def desk(app: Flask, bearer: Callable[..., dict[str, str]]) -> FlaskClient:
    """A browser of a moderator."""
    client = app.test_client()
    token = bearer("moderator")["Authorization"].removeprefix("Bearer ")
    client.set_cookie("staff_token", token, path="/intern")
    return client


@pytest.fixture
def conference_id(database: Database) -> str:
    """A conference at which recommendations can be adopted."""
    with database.write() as session:
        return str(a_conference(session, clock.now()))
