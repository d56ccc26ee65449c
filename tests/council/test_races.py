"""Many at once, on PostgreSQL."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from services.council.config import Config
from services.council.handlers import on_recommendation_adopted
from services.council.models import Case, Meeting
from services.council.use_cases import signing_in, tries
from services.council.use_cases.accounts import StaffDetails, add_staff
from services.council.use_cases.cases import VERBS
from services.council.use_cases.signing_in import Credentials, SignInRefused
from services.council.use_cases.tries import Client, TooManyTries
from shared import clock, ids
from shared.database import Database
from shared.events.event import Received
from shared.migrations import upgrade
from shared.rules import IllegalTransition
from tests.council.bodies import an_adopted_recommendation
from tests.council.conftest import PASSWORD
from tests.council.people import CLERK
from tests.council.test_use_cases import SAID
from tests.servers.postgresql import PostgreSQL

MANY = 24


@pytest.fixture
def database(postgres: PostgreSQL, config: Config) -> Iterator[Database]:
    """Council on PostgreSQL."""
    database = replace(config, database_url=postgres.database("council")).open_database("council")
    upgrade(database, "council")
    yield database
    database.close()


def _at_once(*jobs: Callable[[], Any]) -> list[Any]:
    def outcome(job: Callable[[], Any]) -> Any:
        try:
            return job()
        except Exception as error:
            return error

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(outcome, jobs))


def _adopt(database: Database, breaks: bool = False) -> None:
    received = Received(an_adopted_recommendation(), ids.internal(), clock.now(), clock.now())
    with database.write() as session:
        on_recommendation_adopted(session, received)
        if breaks:
            raise RuntimeError("this one dies before its commit")


def _only_case(database: Database) -> UUID:
    with database.read() as session:
        return session.scalars(select(Case.id)).one()


def test_numbers_have_neither_gaps_nor_doubles_however_many_come_at_once(database: Database) -> None:
    _at_once(*[lambda number=number: _adopt(database, breaks=number % 4 == 0) for number in range(MANY)])

    with database.read() as session:
        numbers = sorted(session.scalars(select(Case.sequence)))
    assert numbers == list(range(1, MANY - MANY // 4 + 1))


def test_of_two_who_move_a_case_at_once_one_is_refused(database: Database) -> None:
    _adopt(database)
    case_id = _only_case(database)

    def triage() -> None:
        with database.write() as session:
            VERBS["triage"](session, CLERK, case_id, **SAID["triage"])

    outcomes = _at_once(*[triage] * 8)

    assert outcomes.count(None) == 1
    assert sum(isinstance(outcome, IllegalTransition) for outcome in outcomes) == 7
    with database.read() as session:
        assert len(session.get_one(Case, case_id).steps) == 2


def test_a_session_of_a_day_is_made_once_however_many_need_it(database: Database) -> None:
    for _ in range(8):
        _adopt(database)
    with database.write() as session:
        cases = list(session.scalars(select(Case.id)))
        for case_id in cases:
            VERBS["triage"](session, CLERK, case_id, **SAID["triage"])

    def schedule(case_id: UUID) -> None:
        with database.write() as session:
            VERBS["schedule"](session, CLERK, case_id, date(2026, 12, 3), "Hauptausschuss", None)

    outcomes = _at_once(*[lambda case_id=case_id: schedule(case_id) for case_id in cases])

    assert outcomes == [None] * 8
    with database.read() as session:
        assert len(session.scalars(select(Meeting)).all()) == 1


def test_a_burst_of_guesses_is_counted_to_the_last(database: Database, config: Config) -> None:
    with database.write() as session:
        add_staff(session, config, "clerk", StaffDetails(display_name="N", roles=["clerk"]), PASSWORD)

    def guess() -> None:
        network = Client(f"2001:db8:{uuid4().hex[:4]}::")
        signing_in.sign_in(database, config, Credentials("clerk", "wrong guess"), network)

    outcomes = _at_once(*[guess] * (tries.TRIES_BY_STRANGERS * 2))

    refused = sum(isinstance(outcome, SignInRefused) for outcome in outcomes)
    assert refused == tries.TRIES_BY_STRANGERS
    assert sum(isinstance(outcome, TooManyTries) for outcome in outcomes) == tries.TRIES_BY_STRANGERS
