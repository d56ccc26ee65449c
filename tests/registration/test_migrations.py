"""Migrations go up, down and up again with data in the tables, on SQLite and on a real PostgreSQL."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, select, update

from services.registration import lists, queries
from services.registration.config import Config
from services.registration.lists import Sought
from services.registration.models import Base, Checkin, Conference, Consent, Forum, Registration
from services.registration.models.attendance import Entry
from services.registration.models.household import nobody
from services.registration.use_cases import behalf, checkins
from services.registration.use_cases.conferences import change_conference
from services.registration.use_cases.registrations import cancel_registration
from services.registration.use_cases.steps import document_conference, take_step
from shared import clock
from shared.columns import decrypt, encrypt
from shared.database import Database
from shared.migrations import downgrade, upgrade
from tests.registration.builders import (
    a_wish,
    an_open_conference,
    applied,
    asked,
    confirmed,
    entered,
    question,
)

STEPS = [
    "0019",
    "0018",
    "0017",
    "0016",
    "0015",
    "0014",
    "0013",
    "0012",
    "0011",
    "0010",
    "0009",
    "0008",
    "0007",
    "0006",
    "0001",
    "base",
]


@pytest.fixture
def filled(anywhere: tuple[Config, Database]) -> Iterator[Database]:
    """A database with somebody registered."""
    config, database = anywhere
    with database.write() as session:
        somebody = confirmed(session, config, an_open_conference(session, config).id, assistance=["wheelchair"])
        arrivals = [
            Entry(client_id=uuid4(), at=clock.now(), registration_id=somebody.id),
            Entry(client_id=uuid4(), at=clock.now(), people=2, name="Familie Nowak"),
        ]
        checkins.record(session, config, somebody.conference_id, arrivals, uuid4())
    yield database


@pytest.mark.parametrize("step", STEPS)
def test_migrations_go_down_and_up_again_with_data(filled: Database, step: str) -> None:
    downgrade(filled, "registration", step)
    upgrade(filled, "registration")
    with filled.read() as session:
        kept = 0 if step in {"0001", "base"} else 1
        assert session.scalar(select(func.count()).select_from(Registration)) == kept
        assert session.scalar(select(func.count()).select_from(Checkin)) == (2 if step >= "0008" and kept else 0)


def test_ages_and_childcare_go_down_to_a_wish_and_come_back(anywhere: tuple[Config, Database]) -> None:
    config, database = anywhere
    family = {"household": nobody() | {"adults": 1, "children_6_13": 1}, "childcare": 1, "interpretation": ["tr"]}
    with database.write() as session:
        conference = an_open_conference(session, config)
        confirmed(session, config, conference.id, email="family@example.org", **family)
        confirmed(session, config, conference.id, email="couple@example.org", companions=1)
        confirmed(session, config, conference.id, email="alone@example.org")
        gone = confirmed(session, config, conference.id, email="gone@example.org", companions=1)
        cancel_registration(session, config, gone.id)
    downgrade(database, "registration", "0005")
    assert stored(config, database) == {
        "family@example.org": (2, {"interpretation": ["tr"], "assistance": ["childcare"]}),
        "couple@example.org": (1, None),
        "alone@example.org": (0, None),
        "gone@example.org": (1, None),
    }
    upgrade(database, "registration")
    shown = details(config, database)

    assert {email: (one["household"], one["childcare"]) for email, one in shown.items()} == {
        "family@example.org": (nobody() | {"children_3_5": 2}, 2),
        "couple@example.org": (nobody() | {"adults": 1}, 0),
        "alone@example.org": (nobody(), 0),
        # What was deleted on cancelling doesn't come back.
        "gone@example.org": (None, 0),
    }
    assert shown["family@example.org"]["interpretation"] == ["tr"]
    assert all(one["assistance"] == one["forums"] == [] for one in shown.values())


def test_whoever_wished_for_childcare_without_counting_a_child_keeps_the_need(
    anywhere: tuple[Config, Database],
) -> None:
    config, database = anywhere
    with database.write() as session:
        confirmed(session, config, an_open_conference(session, config).id, email="parent@example.org")
    downgrade(database, "registration", "0005")
    old = encrypt(config.column_box, json.dumps({"interpretation": [], "assistance": ["wheelchair", "childcare"]}))
    with database.write() as session:
        session.execute(update(Registration.__table__).values(needs=old))  # type: ignore[arg-type]
    upgrade(database, "registration")
    parent = details(config, database)["parent@example.org"]

    assert (parent["companions"], parent["household"], parent["childcare"]) == (0, nobody(), 1)
    assert parent["assistance"] == ["wheelchair"]


def test_offers_go_down_to_places_and_the_line_is_counted_on_the_way_up(anywhere: tuple[Config, Database]) -> None:
    config, database = anywhere
    with database.write() as session:
        conference = an_open_conference(session, config, capacity=2)
        gone = confirmed(session, config, conference.id, companions=1)
        offered = confirmed(session, config, conference.id)
        waiting = confirmed(session, config, conference.id, companions=1)
        cancel_registration(session, config, gone.id)
    downgrade(database, "registration", "0006")
    upgrade(database, "registration")
    with database.read() as session:
        found = queries.conference(session, conference.id)
        assert (found.places_taken, found.places_waiting, found.hours_to_answer) == (1, 2, 48)
        assert queries.registration(session, offered.id).status == "confirmed"
        left = queries.registration(session, waiting.id)
        assert (left.status, left.queued_at, queries.rank(session, left)) == ("waitlisted", left.confirmed_at, 1)


def stored(config: Config, database: Database) -> dict[str, tuple[int, Any]]:
    """How many come along, and what stands in the encrypted needs, by address."""
    with database.read() as session:
        rows = session.execute(select(Registration.person, Registration.companions, Registration.needs)).all()
    box = config.column_box
    return {
        json.loads(decrypt(box, row.person))["email"]: (
            row.companions,
            json.loads(decrypt(box, row.needs)) if row.needs else None,
        )
        for row in rows
    }


def details(config: Config, database: Database) -> dict[str, dict[str, Any]]:
    """All registrations as their people see them, by address."""
    with database.read() as session:
        shown = [
            queries.details_of(session, config, one, masked=False) for one in session.scalars(select(Registration))
        ]
    return {one["email"]: one for one in shown}


def test_forums_know_who_chose_them_from_before(anywhere: tuple[Config, Database]) -> None:
    config, database = anywhere
    with database.write() as session:
        planned = an_open_conference(session, config)
        told = [{"title": {"de": title}} for title in ("Schule", "Wohnen")]
        school, housing = (one.id for one in change_conference(session, config, planned.id, {}, told).forums)
        for chosen in ([school], [school, housing], []):
            confirmed(session, config, planned.id, forums=chosen)
        gone = confirmed(session, config, planned.id, forums=[housing])
        cancel_registration(session, config, gone.id)
    downgrade(database, "registration", "0009")
    upgrade(database, "registration")

    with database.read() as session:
        assert {one.id: one.chosen for one in session.scalars(select(Forum))} == {school: 2, housing: 1}


def test_a_documented_conference_goes_down_to_one_that_was_held(anywhere: tuple[Config, Database]) -> None:
    config, database = anywhere
    with database.write() as session:
        conference_id = an_open_conference(session, config).id
        take_step(session, conference_id, "hold")
        document_conference(session, conference_id, {"de": "Es war gut."})
    downgrade(database, "registration", "0006")
    upgrade(database, "registration")

    with database.read() as session:
        kept = session.get_one(Conference, conference_id)
        assert (kept.status, kept.report, kept.sequence) == ("held", {}, 0)


def test_places_kept_back_go_down_to_free_ones_and_ways_of_consent_to_those_online(
    anywhere: tuple[Config, Database],
) -> None:
    config, database = anywhere
    with database.write() as session:
        conference = an_open_conference(session, config)
        behalf.reserve_places(session, config, conference.id, 7)
        entered(session, config, conference.id, a_wish(email=None, assistance=["wheelchair"]), way="desk")
    downgrade(database, "registration", "0011")
    upgrade(database, "registration")

    with database.read() as session:
        assert session.get_one(Conference, conference.id).places_left == 99
        assert session.scalars(select(Consent.way)).all() == ["online"]


def test_whoever_waits_for_a_decision_goes_down_to_the_end_of_the_line(anywhere: tuple[Config, Database]) -> None:
    config, database = anywhere
    with database.write() as session:
        conference = an_open_conference(session, config, capacity=2)
        confirmed(session, config, conference.id, companions=1)
        first = confirmed(session, config, conference.id)
        conference.approval = True
        second, third = (applied(session, config, conference.id, companions=1) for _ in range(2))
    downgrade(database, "registration", "0014")
    upgrade(database, "registration")

    with database.read() as session:
        kept = session.get_one(Conference, conference.id)
        line = queries.line(session, conference.id)
        assert [one.id for one in line] == [first.id, second.id, third.id]
        assert (kept.places_taken, kept.places_waiting, kept.last_queue_number, kept.approval) == (2, 5, 3, False)
        assert line[1].queued_at == second.confirmed_at


def test_questions_and_answers_go_down_and_the_registration_stays(anywhere: tuple[Config, Database]) -> None:
    config, database = anywhere
    with database.write() as session:
        conference_id = an_open_conference(session, config).id
    [one] = asked(config, database, conference_id, question())
    with database.write() as session:
        confirmed(session, config, conference_id, answers={one.id: "Danke"})
    downgrade(database, "registration", "0014")
    upgrade(database, "registration")

    with database.read() as session:
        assert session.get_one(Conference, conference_id).questions == []
        assert session.scalar(select(func.count()).select_from(Registration)) == 1
    [again] = asked(config, database, conference_id, question())
    with database.write() as session:
        confirmed(session, config, conference_id, answers={again.id: "Danke"})


def test_names_and_needs_are_found_in_the_list_as_they_were_written_before(anywhere: tuple[Config, Database]) -> None:
    config, database = anywhere
    family = {"household": nobody() | {"adults": 1, "children_6_13": 1}, "childcare": 1, "interpretation": ["tr"]}
    with database.write() as session:
        conference_id = an_open_conference(session, config).id
        confirmed(session, config, conference_id, email="a@example.org", name="Ömer Usta", **family)
        confirmed(session, config, conference_id, email="b@example.org", name="Łucja Nowak", assistance=["wheelchair"])
        confirmed(session, config, conference_id, email="c@example.org", name=None)
        confirmed(session, config, conference_id, email="d@example.org", name="Марія")
    before = details(config, database)
    downgrade(database, "registration", "0018")
    old = {email: needs for email, (_, needs) in stored(config, database).items()}
    upgrade(database, "registration")

    assert old["a@example.org"] == family | {"assistance": [], "forums": []}
    assert details(config, database) == before
    with database.read() as session:
        found, _ = lists.page_of(session, config, conference_id, Sought(order="name"), 1)
        names = [one.person.name for one in found]
        lengths = set(session.scalars(select(func.length(Registration.needs)).where(Registration.needs.is_not(None))))
    assert names == ["Łucja Nowak", "Ömer Usta", "Марія", None]
    assert len(lengths) == 1


def test_the_tables_are_those_of_the_models(filled: Database) -> None:
    ours = set(Base.metadata.tables)
    with filled.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"include_object": lambda item, name, kind, *_: kind != "table" or name in ours, "compare_type": True},
        )
        differences = compare_metadata(context, Base.metadata)

    assert differences == []
