"""Migrations go up, down and up again with data in the tables, on SQLite and on a real PostgreSQL."""

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, select

from services.registration.config import Config
from services.registration.models import Base, Registration
from shared.database import Database
from shared.migrations import downgrade, upgrade
from tests.registration.builders import an_open_conference, confirmed

STEPS = ["0001", "base"]


@pytest.fixture
def filled(anywhere: tuple[Config, Database]) -> Iterator[Database]:
    """A database with somebody registered."""
    config, database = anywhere
    with database.write() as session:
        confirmed(session, config, an_open_conference(session, config).id, assistance=["childcare"])
    yield database


@pytest.mark.parametrize("step", STEPS)
def test_migrations_go_down_and_up_again_with_data(filled: Database, step: str) -> None:
    downgrade(filled, "registration", step)
    upgrade(filled, "registration")
    with filled.read() as session:
        assert session.scalar(select(func.count()).select_from(Registration)) == 0


def test_the_tables_are_those_of_the_models(filled: Database) -> None:
    ours = set(Base.metadata.tables)
    with filled.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"include_object": lambda item, name, kind, *_: kind != "table" or name in ours, "compare_type": True},
        )
        differences = compare_metadata(context, Base.metadata)

    assert differences == []
