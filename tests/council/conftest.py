"""Council alone: its settings, its database, its app, and people who work there."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from services.council.app import create_app
from services.council.config import Config
from services.council.handlers import HANDLERS
from services.council.use_cases.accounts import StaffDetails, add_staff
from services.embedded import settings
from shared.config import Environment
from shared.database import Database
from shared.events.event import Event
from shared.messaging import outbox
from tests.architecture.tree import SERVICES
from tests.backbone import Backbone, Thing, seals_of
from tests.council.bodies import a_petition, a_petition_text, an_adopted_recommendation

PASSWORD = "vier ruhige blaue Boote"


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Council's settings in a folder of their own; no second factor is asked."""
    config = Config.from_environment(Environment(settings(tmp_path, SERVICES, Environment({}))["council"]))
    return replace(config, seals=seals_of("council"))


@pytest.fixture
def strict_config(config: Config) -> Config:
    """The same with a second factor for everybody, as in production."""
    return replace(config, second_factor_required=True)


@dataclass
class Submissions:
    """The other side: what it publishes reaches council at once."""

    database: Database
    backbone: Backbone

    def publish(self, thing: Thing, fact: Event, expecting: type[Exception] | tuple[()] = (), **more: Any) -> None:
        """Commit an event and let council handle it, or fail as expected."""
        with self.database.write() as session:
            outbox.add(session, thing, fact, **more)
        self.backbone.settle(expecting)

    def adopt(self, expecting: type[Exception] | tuple[()] = (), **changes: object) -> UUID:
        """A recommendation is adopted; the id is the recommendation's."""
        fact = an_adopted_recommendation(**changes)  # type: ignore[arg-type]
        self.publish(Thing(fact.recommendation_id), fact, expecting)
        return fact.recommendation_id

    def receive_petition(self, thing: Thing, person: UUID) -> None:
        """A petition is handed in by `person`."""
        self.publish(thing, a_petition(thing.id), private={"council": a_petition_text()}, subject_id=person)


@pytest.fixture
def submissions(database: Database, tmp_path: Path) -> Submissions:
    """Submissions, as far as council can tell."""
    backbone = Backbone()
    backbone.join(database, HANDLERS)
    return Submissions(backbone.neighbour("submissions", tmp_path), backbone)


@pytest.fixture
def app(config: Config, database: Database) -> Flask:
    """The app over that database."""
    return create_app(config, database)


@pytest.fixture
def staff(config: Config, database: Database) -> Callable[..., str]:
    """`staff("clerk")` makes an account with that role, its password PASSWORD and its role as user name."""

    def make(*roles: str, username: str | None = None, **details: object) -> str:
        name = username or roles[0]
        with database.write() as session:
            person = StaffDetails(display_name=f"Person {name}", roles=list(roles), **details)  # type: ignore[arg-type]
            add_staff(session, config, name, person, PASSWORD)
        return name

    return make


@pytest.fixture
def bearer(client: FlaskClient, staff: Callable[..., str]) -> Callable[..., dict[str, str]]:
    """`bearer("clerk")` makes that account and gives the header of a call in its name."""

    def header(*roles: str) -> dict[str, str]:
        answer = client.post("/api/council/v1/tokens", json={"username": staff(*roles), "password": PASSWORD})
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return {"Authorization": f"Bearer {answer.json['token']}"}  # type: ignore[index]

    return header
