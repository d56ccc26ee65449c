"""The app of registration on a database of its own, staff tokens, and a conference to begin with."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from services.registration import attendance
from services.registration.app import create_app
from services.registration.config import Config
from shared import clock
from shared.database import Database
from tests.backbone import seals_of
from tests.registration.builders import API, an_open_conference, conference_json
from tests.web.conftest import web_settings


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
def app(config: Config, database: Database) -> Flask:
    """The app."""
    return create_app(config, database)


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
def looked_at(config: Config, database: Database) -> UUID:
    """A conference with three places whose registrations the office looks at."""
    with database.write() as session:
        return an_open_conference(session, config, capacity=3, approval=True).id


@pytest.fixture
def opened(client: FlaskClient, bearer: Callable[..., dict[str, str]]) -> str:
    """The API's address of an open conference with two places."""
    planned = client.post(f"{API}/conferences", json=conference_json(), headers=bearer("clerk"))
    assert planned.status_code == 201, planned.get_data(as_text=True)
    address = f"{API}/conferences/{planned.json['id']}"  # type: ignore[index]
    for verb in ("announce", "open"):
        assert client.post(f"{address}/{verb}", headers=bearer("clerk")).status_code == 200
    return address


@pytest.fixture
def today(config: Config, database: Database) -> UUID:
    """A conference that begins in an hour."""
    with database.write() as session:
        starts = clock.now() + timedelta(hours=1)
        return an_open_conference(session, config, starts_at=starts, ends_at=starts + timedelta(hours=3)).id


@pytest.fixture
def count(database: Database) -> Callable[[UUID], attendance.Attendance]:
    """Who is there."""

    def ask(conference_id: UUID) -> attendance.Attendance:
        with database.read() as session:
            return attendance.attendance_of(session, conference_id)

    return ask
