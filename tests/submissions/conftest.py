"""The app of submissions on a database of its own, a staff token, and things to begin with."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from services.submissions.app import create_app
from services.submissions.config import Config
from services.submissions.district import District
from shared import clock, ids
from shared.database import Database
from shared.migrations import upgrade
from shared.web.staff_tokens import Staff, sign
from tests.backbone import seals_of
from tests.servers.postgresql import PostgreSQL
from tests.submissions.builders import a_conference
from tests.web.conftest import ISSUER, KEY, web_settings


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
def database(config: Config) -> Iterator[Database]:
    """A migrated, empty database."""
    database = config.open_database("submissions")
    upgrade(database, "submissions")
    yield database
    database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def anywhere(request: pytest.FixtureRequest, config: Config) -> Iterator[tuple[Config, Database]]:
    """Settings and an empty, migrated database: once on SQLite, once on a real PostgreSQL."""
    if request.param == "postgresql":
        server: PostgreSQL = request.getfixturevalue("postgres")
        config = config_at(server.database("submissions"))
    database = config.open_database("submissions")
    upgrade(database, "submissions")
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
def bearer() -> Callable[..., dict[str, str]]:
    """Headers of a member of staff with some roles."""

    def make(*roles: str, session_id: UUID | None = None) -> dict[str, str]:
        own_session = session_id or ids.internal()
        staff = Staff(id=ids.internal(), name="Mina Kaya", roles=frozenset(roles), session_id=own_session)
        token, _ = sign(staff, KEY, ISSUER, timedelta(hours=1))
        return {"Authorization": f"Bearer {token}"}

    return make


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
