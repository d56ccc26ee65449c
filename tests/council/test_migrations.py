"""Up, down and up again, with rows in the tables, on both databases."""

from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import func, inspect, select

from services.council.config import Config
from services.council.handlers import on_petition_received, on_recommendation_adopted
from services.council.models import Base, Case, Organization, Staff
from services.council.use_cases.accounts import StaffDetails, add_staff
from services.council.use_cases.signing_in import Credentials, sign_in
from services.council.use_cases.tries import Client
from shared import clock, ids
from shared.database import Database
from shared.events.event import Received
from shared.migrations import downgrade, upgrade
from tests.council.bodies import a_petition, a_petition_text, an_adopted_recommendation
from tests.council.conftest import PASSWORD


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, config: Config, tmp_path: Path) -> Database:
    """An empty database of either kind."""
    url = f"sqlite:///{tmp_path}/empty.sqlite"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres").database("council")
    database = replace(config, database_url=url).open_database("council")
    request.addfinalizer(database.close)
    return database


def _fill(database: Database, config: Config) -> None:
    with database.write() as session:
        add_staff(session, config, "clerk", StaffDetails(display_name="N", roles=["clerk"]), PASSWORD)
        now = clock.now()
        on_recommendation_adopted(session, Received(an_adopted_recommendation(), ids.internal(), now, now))
        on_petition_received(session, Received(a_petition(), ids.internal(), now, now, a_petition_text(), uuid4()))
    sign_in(database, config, Credentials("clerk", PASSWORD), Client("192.0.2.1"))


def test_each_step_goes_up_and_down_with_rows_in_its_tables(empty: Database, config: Config) -> None:
    upgrade(empty, "council")
    _fill(empty, config)

    for step in ("0003", "0002", "0001", "base"):
        downgrade(empty, "council", step)
    assert set(inspect(empty.engine).get_table_names()) <= {"alembic_version"}

    upgrade(empty, "council")
    _fill(empty, config)
    with empty.read() as session:
        assert session.scalars(select(func.count()).select_from(Case)).one() == 2
        assert session.scalars(select(func.count()).select_from(Staff)).one() == 1
        assert session.scalars(select(func.count()).select_from(Organization)).one() > 10


def test_the_tables_are_as_the_models_say(empty: Database) -> None:
    upgrade(empty, "council")
    found = inspect(empty.engine)

    for table in Base.metadata.sorted_tables:
        columns = {column["name"]: column["nullable"] for column in found.get_columns(table.name)}
        assert columns == {column.name: column.nullable for column in table.columns}, table.name
        indexed = {tuple(index["column_names"]) for index in found.get_indexes(table.name)}
        assert {tuple(c.name for c in index.columns) for index in table.indexes} <= indexed, table.name
