"""Migrations go up, down and up again with data in the tables, on SQLite and on a real PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, select

from services.notifications.config import Config
from services.notifications.handlers import HANDLERS
from services.notifications.models import Base, Notification
from shared.database import Database
from shared.migrations import downgrade, upgrade
from tests.backbone import Backbone
from tests.notifications.world import Senders, World

STEPS = ["0012", "0011", "0010", "0009", "0008", "0007", "0006", "0005", "0004", "0003", "0002", "0001", "base"]


@pytest.fixture
def filled(anywhere: tuple[Config, Database], tmp_path: Path) -> Iterator[Database]:
    """A database with a conference, followings, notifications and kept letters."""
    config, database = anywhere
    backbone = Backbone()
    backbone.join(database, HANDLERS)
    others = {name: backbone.neighbour(name, tmp_path) for name in ("registration", "submissions", "council")}
    world = World(backbone, others, config, database, Senders(config, database))
    world.registration("ayse@example.org")
    world.confirmed_idea("jan@example.org")
    world.member("rosa@example.org")
    assert len(world.letters()) == 2
    yield database


@pytest.mark.parametrize("step", STEPS)
def test_migrations_go_down_and_up_again_with_data(filled: Database, step: str) -> None:
    downgrade(filled, "notifications", step)
    upgrade(filled, "notifications")

    with filled.read() as session:
        left = session.scalar(select(func.count()).select_from(Notification))
    assert left == (0 if step in {"0002", "0001", "base"} else 2)


def test_the_tables_are_those_of_the_models(filled: Database) -> None:
    ours = set(Base.metadata.tables)
    with filled.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"include_object": lambda item, name, kind, *_: kind != "table" or name in ours, "compare_type": True},
        )
        differences = compare_metadata(context, Base.metadata)

    assert differences == []
