"""The app of registration on a database of its own, staff tokens, and a conference to begin with."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from services.registration.app import create_app
from services.registration.config import Config
from shared import ids
from shared.database import Database
from shared.migrations import upgrade
from shared.web.staff_tokens import Staff, sign
from tests.backbone import seals_of
from tests.registration.builders import API, an_open_conference, conference_json
from tests.servers.postgresql import PostgreSQL
from tests.web.conftest import ISSUER, KEY, web_settings


def config_at(database_url: str) -> Config:
    """Settings with keys that are worth nothing, request limits off."""
    return Config(
        database_url=database_url,
        amqp_url="memory://",
        seals=seals_of("registration"),
        column_key="a column key for tests",
        link_key="a link key only for tests",
        web=web_settings(limits_on=False),
    )


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Settings over a file of its own."""
    return config_at(f"sqlite:///{tmp_path}/registration.db")


@pytest.fixture
def database(config: Config) -> Iterator[Database]:
    """A migrated, empty database."""
    database = config.open_database("registration")
    upgrade(database, "registration")
    yield database
    database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def anywhere(request: pytest.FixtureRequest, config: Config) -> Iterator[tuple[Config, Database]]:
    """Settings and an empty, migrated database: once on SQLite, once on a real PostgreSQL."""
    if request.param == "postgresql":
        server: PostgreSQL = request.getfixturevalue("postgres")
        config = config_at(server.database("registration"))
    database = config.open_database("registration")
    upgrade(database, "registration")
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

    def make(*roles: str) -> dict[str, str]:
        staff = Staff(id=ids.internal(), name="Mina Kaya", roles=frozenset(roles), session_id=ids.internal())
        token, _ = sign(staff, KEY, ISSUER, timedelta(hours=1))
        return {"Authorization": f"Bearer {token}"}

    return make


@pytest.fixture
def office(app: Flask, bearer: Callable[..., dict[str, str]]) -> FlaskClient:
    """A browser of the office."""
    client = app.test_client()
    client.set_cookie("staff_token", bearer("clerk")["Authorization"].removeprefix("Bearer "), path="/intern")
    return client


@pytest.fixture
def conference_id(config: Config, database: Database) -> UUID:
    """A conference with a hundred places for which people can register."""
    with database.write() as session:
        return an_open_conference(session, config).id


@pytest.fixture
def opened(client: FlaskClient, bearer: Callable[..., dict[str, str]]) -> str:
    """The API's address of an open conference with two places."""
    planned = client.post(f"{API}/conferences", json=conference_json(), headers=bearer("clerk"))
    assert planned.status_code == 201, planned.get_data(as_text=True)
    address = f"{API}/conferences/{planned.json['id']}"  # type: ignore[index]
    for verb in ("announce", "open"):
        assert client.post(f"{address}/{verb}", headers=bearer("clerk")).status_code == 200
    return address
