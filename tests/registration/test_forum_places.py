"""A forum's places are counted right, whatever people and the office do, and nobody chooses one that is full."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from services.registration.config import Config
from services.registration.models import Conference, Forum, Registration
from services.registration.models.people import Needs
from services.registration.use_cases import conferences, erasure, registrations, steps
from services.registration.use_cases.choices import FullForum
from shared import clock
from shared.database import Database
from shared.rules import IllegalTransition
from tests.registration.builders import API, an_open_conference, confirmed, pending, submit
from tests.registration.test_pages import text

CHOICES = st.sets(st.integers(0, 2), max_size=3)


class Forums(RuleBasedStateMachine):
    """One conference with three forums, of which two are small; people come, change their mind, go and are forgotten."""

    config: Config
    database: Database

    @initialize()
    def plan(self) -> None:
        told = [{"title": {"de": name}, "capacity": room} for name, room in (("A", 1), ("B", 2), ("C", None))]
        with self.database.write() as session:
            conference = an_open_conference(session, self.config, capacity=3)
            conferences.change_conference(session, self.config, conference.id, {}, told)
            self.conference_id, self.forums = conference.id, [forum.id for forum in conference.forums]
            self.people: list[UUID] = []
            self.emails: list[str] = []

    def attempt(self, work: Callable[[Any], Any]) -> Any:
        try:
            with self.database.write() as session:
                return work(session)
        except IllegalTransition:
            return None

    @rule(chosen=CHOICES, is_sure=st.booleans(), who=st.integers(0, 4))
    def ask(self, chosen: set[int], is_sure: bool, who: int) -> None:
        make = confirmed if is_sure else pending
        wish = {
            "email": f"{self.conference_id.hex}{who}@example.org",
            "forums": [self.forums[number] for number in chosen],
        }
        made = self.attempt(lambda session: make(session, self.config, self.conference_id, **wish).id)
        if made and made not in self.people:
            self.people.append(made)

    @rule(chosen=CHOICES, who=st.integers(0, 4))
    def change(self, chosen: set[int], who: int) -> None:
        changes = {"forums": [self.forums[number] for number in chosen]}
        self._to(who, lambda session, one: registrations.change_registration(session, self.config, one, changes))

    @rule(who=st.integers(0, 4))
    def cancel(self, who: int) -> None:
        self._to(who, lambda session, one: registrations.cancel_registration(session, self.config, one))

    @rule(who=st.integers(0, 4))
    def erase(self, who: int) -> None:
        def work(session: Any, one: UUID) -> None:
            erasure.forget_persons(session, self.config, [session.get_one(Registration, one).subject_id])
            self.people.remove(one)

        self._to(who, work)

    @rule()
    def a_week_passes_for_whoever_never_confirmed(self) -> None:
        with clock.moved(timedelta(days=8)), self.database.write() as session:
            erasure.delete_unconfirmed(session, self.config)
            there = set(session.scalars(select(Registration.id)))
        self.people = [one for one in self.people if one in there]

    @rule(room=st.integers(1, 3))
    def the_office_changes_the_room(self, room: int) -> None:
        told = [{"id": self.forums[0], "title": {"de": "A"}, "capacity": room}]
        told += [{"id": one, "title": {"de": "B"}} for one in self.forums[1:]]
        self.attempt(lambda session: conferences.change_conference(session, self.config, self.conference_id, {}, told))

    def _to(self, who: int, work: Callable[[Any, UUID], Any]) -> None:
        if who < len(self.people):
            self.attempt(lambda session: work(session, self.people[who]))

    @invariant()
    def the_count_is_what_stands_in_the_needs(self) -> None:
        with self.database.read() as session:
            kept = session.scalars(select(Registration.needs).where(Registration.conference_id == self.conference_id))
            counted = Counter(one for needs in kept for one in Needs.decrypted(self.config.column_box, needs).forums)
            rows = session.scalars(select(Forum).where(Forum.conference_id == self.conference_id)).all()
        assert {row.id: row.chosen for row in rows} == {row.id: counted[row.id] for row in rows}
        assert all(row.capacity is None or row.chosen <= row.capacity for row in rows)


def test_the_count_stays_true_whatever_happens(config: Config, database: Database) -> None:
    class Here(Forums):
        pass

    Here.config, Here.database = config, database
    run_state_machine_as_test(Here, settings=settings(max_examples=30, stateful_step_count=15, deadline=None))


@pytest.fixture
def small(config: Config, database: Database, conference_id: UUID) -> UUID:
    """A forum for one, which somebody chose."""
    told = [{"title": {"de": "Wohnen"}, "capacity": 1}, {"title": {"de": "Schule"}}]
    with database.write() as session:
        forum = conferences.change_conference(session, config, conference_id, {}, told).forums[0].id
        confirmed(session, config, conference_id, email="first@example.org", forums=[forum])
    return forum


def test_a_full_forum_is_refused_kindly_over_the_api(
    client: FlaskClient, database: Database, conference_id: UUID, small: UUID
) -> None:
    asked = {"email": "leyla@example.org", "language": "de", "forums": [str(small)]}
    answer = client.post(f"{API}/conferences/{conference_id}/registrations", json=asked)

    assert answer.status_code == 409
    assert "Im Forum „Wohnen“ ist leider kein Platz mehr frei." in answer.json["detail"]  # type: ignore[index]
    with database.read() as session:
        assert len(session.scalars(select(Registration)).all()) == 1


def test_a_full_forum_leads_back_to_its_step_of_the_form(client: FlaskClient, conference_id: UUID, small: UUID) -> None:
    path = f"/anmeldung/{conference_id}"
    page = submit(client, client.get(path), path, email="leyla@example.org")
    page = submit(client, page, path, language="de")
    assert "ausgebucht" in text(page)
    page = submit(client, page, path, forums=str(small))
    with clock.moved(timedelta(seconds=10)):
        refused = submit(client, page, path)

    assert refused.status_code == 422
    assert "Im Forum „Wohnen“ ist leider kein Platz mehr frei." in text(refused)
    assert 'value="leyla@example.org"' in text(refused)


def test_cancelling_everything_or_the_end_of_the_needs_frees_all(
    config: Config, database: Database, conference_id: UUID, small: UUID
) -> None:
    with clock.moved(timedelta(days=38)), database.write() as session:
        erasure.delete_needs(session)
        assert session.get_one(Forum, small).chosen == 0
    with database.write() as session:
        confirmed(session, config, conference_id, email="second@example.org", forums=[small])
    with pytest.raises(FullForum), database.write() as session:
        pending(session, config, conference_id, email="third@example.org", forums=[small])
    with database.write() as session:
        steps.cancel_conference(session, config, conference_id, {})

    with database.read() as session:
        assert session.get_one(Conference, conference_id).forums[0].chosen == 0


def test_a_forum_of_another_conference_is_never_counted(
    config: Config, database: Database, conference_id: UUID, small: UUID
) -> None:
    with database.write() as session:
        elsewhere = an_open_conference(session, config)
        confirmed(session, config, elsewhere.id, email="elsewhere@example.org", forums=[small])

    with database.read() as session:
        assert session.get_one(Forum, small).chosen == 1
