"""Places and the waiting list: never overbooked, strict order, households whole or not at all."""

from datetime import timedelta
from uuid import UUID

import pytest

from services.registration import lists, queries
from services.registration.config import Config
from services.registration.lists import Sought
from services.registration.models import Registration
from services.registration.models.household import nobody
from services.registration.use_cases import conferences, registrations, steps
from shared import clock
from shared.database import Database
from shared.rules import IllegalTransition
from tests.registration.builders import admit, an_open_conference, confirmed, events, messages, pending


@pytest.fixture
def full(config: Config, database: Database) -> UUID:
    """A conference with three places, two of them taken by a couple and one by somebody alone."""
    with database.write() as session:
        conference = an_open_conference(session, config, capacity=3)
        confirmed(session, config, conference.id, email="couple@example.org", companions=1)
        confirmed(session, config, conference.id, email="alone@example.org")
        return conference.id


def statuses(database: Database, *found: Registration) -> list[str]:
    with database.read() as session:
        return [queries.registration(session, one.id).status for one in found]


def named(database: Database, config: Config, conference_id: UUID, email: str) -> UUID:
    """The registration under that address."""
    with database.read() as session:
        [found], _ = lists.page_of(session, config, conference_id, Sought(words=email), 1)
    return UUID(str(found.shown()["id"]))


def test_whoever_comes_when_it_is_full_waits_in_line(config: Config, database: Database, full: UUID) -> None:
    with database.write() as session:
        first = confirmed(session, config, full)
        second = confirmed(session, config, full)
        assert [queries.rank(session, one) for one in (first, second)] == [1, 2]

    assert statuses(database, first, second) == ["waitlisted", "waitlisted"]
    assert len(messages(database, "registration.waitlisted")) == 2


def test_a_free_place_is_offered_to_the_first_in_line_by_itself(config: Config, database: Database, full: UUID) -> None:
    with database.write() as session:
        first = confirmed(session, config, full, email="first@example.org")
        second = confirmed(session, config, full)
    with database.write() as session:
        registrations.cancel_registration(session, config, named(database, config, full, "alone@example.org"))

    assert statuses(database, first, second) == ["offered", "waitlisted"]
    told = messages(database, "registration.offered")
    assert [one["email"] for one in told] == ["first@example.org"]
    assert "/anmeldung/meine/" in told[0]["manage_url"]
    assert told[0]["ticket"] is None


def test_nobody_overtakes_a_family_that_does_not_fit_yet(config: Config, database: Database, full: UUID) -> None:
    with database.write() as session:
        family = confirmed(session, config, full, companions=1)
        alone = confirmed(session, config, full)
    with database.write() as session:
        registrations.cancel_registration(session, config, named(database, config, full, "alone@example.org"))
    assert statuses(database, family, alone) == ["waitlisted", "waitlisted"]
    with database.write() as session:
        late = confirmed(session, config, full)
    assert statuses(database, late) == ["waitlisted"]
    with database.write() as session:
        registrations.cancel_registration(session, config, named(database, config, full, "couple@example.org"))

    assert statuses(database, family, alone, late) == ["offered", "offered", "waitlisted"]


def test_more_places_move_the_line_up(config: Config, database: Database, full: UUID) -> None:
    with database.write() as session:
        waiting = [confirmed(session, config, full) for _ in range(3)]
    with database.write() as session:
        conferences.change_conference(session, config, full, {"capacity": 5})

    assert statuses(database, *waiting) == ["offered", "offered", "waitlisted"]


def test_places_that_are_taken_can_not_be_removed(config: Config, database: Database, full: UUID) -> None:
    with pytest.raises(IllegalTransition), database.write() as session:
        conferences.change_conference(session, config, full, {"capacity": 2})


def test_fewer_companions_make_room(config: Config, database: Database, full: UUID) -> None:
    with database.write() as session:
        waiting = confirmed(session, config, full)
    with database.write() as session:
        couple = named(database, config, full, "couple@example.org")
        registrations.change_registration(session, config, couple, {"household": nobody()})

    assert statuses(database, waiting) == ["offered"]


def test_nobody_brings_more_people_past_those_who_wait(config: Config, database: Database, full: UUID) -> None:
    with database.write() as session:
        confirmed(session, config, full, companions=2)
    with database.write() as session:
        registrations.cancel_registration(session, config, named(database, config, full, "alone@example.org"))
    with pytest.raises(IllegalTransition), database.write() as session:
        couple = named(database, config, full, "couple@example.org")
        registrations.change_registration(session, config, couple, {"household": nobody() | {"adults": 2}})


def test_without_a_waiting_list_a_full_conference_says_so(config: Config, database: Database) -> None:
    with database.write() as session:
        conference = an_open_conference(session, config, capacity=1, waiting_list=False)
        late = pending(session, config, conference.id)
        confirmed(session, config, conference.id)

    with pytest.raises(IllegalTransition, match="schon alle Plätze"), database.write() as session:
        pending(session, config, conference.id)
    with pytest.raises(IllegalTransition, match="inzwischen alle Plätze"), database.write() as session:
        admit(session, config, late.id)


def test_a_cancelled_conference_tells_everybody_who_confirmed(config: Config, database: Database, full: UUID) -> None:
    with database.write() as session:
        waiting = confirmed(session, config, full)
        unsure = pending(session, config, full)
    with database.write() as session:
        conference = steps.cancel_conference(session, config, full, {})
        assert conference.places_taken == 0

    assert statuses(database, waiting, unsure) == ["cancelled", "cancelled"]
    told = messages(database, "registration.cancelled")
    assert len(told) == 4
    assert sum(1 for one in told if one) == 3
    assert "registration.offered" not in events(database)


def test_who_cancelled_can_come_again_at_once_with_new_links(
    config: Config, database: Database, conference_id: UUID
) -> None:
    with database.write() as session:
        once = confirmed(session, config, conference_id, email="leyla@example.org")
        registrations.cancel_registration(session, config, once.id)
    with clock.moved(timedelta(minutes=5)), database.write() as session:
        again = pending(session, config, conference_id, email="leyla@example.org")
    asked = [one["confirm_url"] for one in messages(database, "registration.requested")]

    assert again.id == once.id
    assert len(set(asked)) == 2


def test_what_nobody_confirmed_can_not_be_confirmed_after_two_days(
    config: Config, database: Database, conference_id: UUID
) -> None:
    with database.write() as session:
        pending(session, config, conference_id)
    token = messages(database, "registration.requested")[0]["confirm_url"].rpartition("/")[2]

    with (
        clock.moved(timedelta(hours=49)),
        pytest.raises(IllegalTransition, match="abgelaufen"),
        database.write() as session,
    ):
        registrations.confirm_by_link(session, config, token)
