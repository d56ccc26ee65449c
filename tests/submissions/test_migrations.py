"""Migrations go up, down and up again with data in the tables, on SQLite and on a real PostgreSQL."""

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, select

from services.submissions.config import Config
from services.submissions.models import Base, Idea
from services.submissions.use_cases.contacts import Contact
from shared import clock
from shared.database import Database
from shared.migrations import downgrade, upgrade
from tests.submissions.builders import a_conference, a_published_idea, an_adopted_recommendation

STEPS = ["0003", "0001", "base"]


@pytest.fixture
def filled(anywhere: tuple[Config, Database]) -> Iterator[Database]:
    """A database with an idea that went all the way to a recommendation."""
    config, database = anywhere
    contact = Contact(name="Ayşe Yılmaz", email="ayse@example.org")
    with database.write() as session:
        idea = a_published_idea(session, config, contact=contact, publish_name=True, topic="green", quarter="heimfeld")
        an_adopted_recommendation(session, a_conference(session, clock.now()), idea.id)
    yield database


@pytest.mark.parametrize("step", STEPS)
def test_migrations_go_down_and_up_again_with_data(filled: Database, step: str) -> None:
    downgrade(filled, "submissions", step)
    upgrade(filled, "submissions")
    with filled.read() as session:
        assert session.scalar(select(func.count()).select_from(Idea)) == (step == "0003")


def test_the_tables_are_those_of_the_models(filled: Database) -> None:
    ours = set(Base.metadata.tables)
    with filled.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"include_object": lambda item, name, kind, *_: kind != "table" or name in ours, "compare_type": True},
        )
        differences = compare_metadata(context, Base.metadata)

    assert differences == []
