"""What people hear of by themselves: a reminder before, thanks after, and that they will be invited again."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from uuid import UUID, uuid4

import icalendar
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from services.registration import timers
from services.registration.config import Config
from services.registration.models import Conference, Registration
from services.registration.models.attendance import Entry
from services.registration.models.occasions import is_time_to_remind, is_time_to_thank
from services.registration.models.stages import CANCELLED, CLOSED, HELD, OPEN
from services.registration.use_cases import checkins, conferences, registrations, steps
from services.registration.use_cases.consents import withdraw_invitations
from shared import clock
from shared.database import Database
from tests.registration.builders import an_open_conference, confirmed, details, events, messages, pending

DAY = timedelta(days=1)


@pytest.fixture
def database(anywhere: tuple[Config, Database]) -> Database:
    """On SQLite, and on a real PostgreSQL: whom a timer finds is for the database to say."""
    return anywhere[1]


@pytest.fixture
def soon(config: Config, database: Database) -> UUID:
    """A conference on the afternoon of the tenth day from now."""
    day = (clock.now() + 10 * DAY).astimezone(clock.CIVIL_ZONE).date()
    begins = datetime.combine(day, time(17), clock.CIVIL_ZONE)
    times = {"starts_at": begins, "ends_at": begins + timedelta(hours=3), "registration_closes_at": begins - DAY}
    with database.write() as session:
        return an_open_conference(session, config, **times).id


@pytest.fixture
def guests(config: Config, database: Database, soon: UUID) -> dict[str, UUID]:
    """Somebody with a place, somebody who has yet to confirm, and somebody who gave the place back."""
    with database.write() as session:
        seated = confirmed(session, config, soon, email="leyla@example.org", companions=2)
        pending(session, config, soon, email="pending@example.org")
        gone = confirmed(session, config, soon, email="gone@example.org")
        registrations.cancel_registration(session, config, gone.id)
        return {"seated": seated.id, "gone": gone.id}


@pytest.fixture
def the_day_before(database: Database, soon: UUID) -> Iterator[None]:
    """It is noon on the day before."""
    with database.read() as session:
        noon = session.get_one(Conference, soon).starts_at - DAY - timedelta(hours=5)
    with clock.moved(noon - clock.now()):
        yield


def a_conference(status: str, begins: datetime) -> Conference:
    return Conference(status=status, **details(starts_at=begins, ends_at=begins + timedelta(hours=3)))


def reminded(database: Database) -> list[str]:
    return [one["email"] for one in messages(database, "registration.reminded")]


@given(minutes=st.integers(-5 * 24 * 60, 40 * 24 * 60), status=st.sampled_from([OPEN, CLOSED, HELD, CANCELLED]))
def test_nobody_hears_anything_at_night_or_of_a_conference_that_is_cancelled(minutes: int, status: str) -> None:
    conference = a_conference(status, clock.now() - timedelta(minutes=minutes))
    by_day = 9 <= clock.now().astimezone(clock.CIVIL_ZONE).hour < 20
    before, after = is_time_to_remind(conference), is_time_to_thank(conference)

    assert by_day or not (before or after)
    assert status != CANCELLED or not (before or after)
    assert not before or clock.now() < conference.starts_at <= clock.now() + 2 * DAY
    assert not after or (status == HELD and clock.now() > conference.ends_at)


def test_whoever_has_a_place_is_reminded_once(
    database: Database, guests: dict[str, UUID], the_day_before: None
) -> None:
    timers.remind(database)
    timers.remind(database)

    assert reminded(database) == ["leyla@example.org"]
    assert messages(database, "registration.reminded")[0]["ticket"]


@pytest.mark.usefixtures("guests")
def test_a_week_before_nobody_is_reminded(database: Database) -> None:
    timers.remind(database)

    assert reminded(database) == []


def test_whoever_has_only_just_confirmed_needs_no_reminder(
    config: Config, database: Database, soon: UUID, the_day_before: None
) -> None:
    conferences_open_longer = {"registration_closes_at": clock.now() + timedelta(hours=6)}
    with database.write() as session:
        conferences.change_conference(session, config, soon, conferences_open_longer)
        confirmed(session, config, soon, email="late@example.org")
    timers.remind(database)

    assert reminded(database) == []


def test_a_conference_that_is_put_off_reminds_again(
    config: Config, database: Database, soon: UUID, guests: dict[str, UUID], the_day_before: None
) -> None:
    timers.remind(database)
    with database.write() as session:
        begins = session.get_one(Conference, soon).starts_at + 14 * DAY
        times = {"starts_at": begins, "ends_at": begins + timedelta(hours=3)}
        steps.postpone_conference(session, config, soon, times, {"de": "Der Saal ist zu."})
    timers.remind(database)
    with clock.moved(14 * DAY):
        timers.remind(database)

    assert reminded(database) == ["leyla@example.org"] * 2


def test_only_those_who_came_are_thanked_once_and_not_on_the_same_evening(
    config: Config, database: Database, soon: UUID, guests: dict[str, UUID]
) -> None:
    with database.write() as session:
        confirmed(session, config, soon, email="absent@example.org")
        begins = session.get_one(Conference, soon).starts_at
    with clock.moved(begins - clock.now()), database.write() as session:
        entries = [
            Entry(client_id=uuid4(), at=clock.now(), registration_id=guests["seated"], people=2),
            Entry(client_id=uuid4(), at=clock.now(), people=4),
        ]
        checkins.record(session, config, soon, entries, uuid4())
        steps.take_step(session, soon, "hold")
    for hours in (4, 19, 20):
        with clock.moved(begins + timedelta(hours=hours) - clock.now()):
            timers.thank(database)
            assert len(messages(database, "registration.attended")) == (hours > 4)

    assert [one["email"] for one in messages(database, "registration.attended")] == ["leyla@example.org"]


def test_only_whoever_proved_the_address_and_wants_it_is_invited_later(
    config: Config, database: Database, soon: UUID
) -> None:
    with database.write() as session:
        wants = confirmed(session, config, soon, email="wants@example.org", consents=frozenset({"invitations"}))
        pending(session, config, soon, email="unproven@example.org", consents=frozenset({"invitations"}))
        confirmed(session, config, soon, email="quiet@example.org")
    timers.pass_on_wishes(database)
    timers.pass_on_wishes(database)
    assert [one["email"] for one in messages(database, "registration.invitations_chosen")] == ["wants@example.org"]
    for _ in range(2):
        with database.write() as session:
            withdraw_invitations(session, config, wants.id)

    assert events(database).count("registration.invitations_chosen") == 2


def test_calendars_can_subscribe_to_all_conferences(
    client: FlaskClient, config: Config, database: Database, soon: UUID
) -> None:
    with database.write() as session:
        other = an_open_conference(session, config)
        steps.cancel_conference(session, config, other.id, {})
        conferences.plan_conference(session, details())
    answer = client.get("/konferenzen/kalender.ics")
    read = icalendar.Calendar.from_ical(answer.data)
    assert isinstance(read, icalendar.Calendar)

    assert answer.mimetype == "text/calendar"
    assert {str(one["UID"]): str(one["STATUS"]) for one in read.walk("VEVENT")} == {
        f"{soon}@conference": "CONFIRMED",
        f"{other.id}@conference": "CANCELLED",
    }
    assert "METHOD" not in read
    assert read["REFRESH-INTERVAL"].dt == DAY


def test_whoever_is_told_holds_up_nobody_who_cancels(
    config: Config, database: Database, guests: dict[str, UUID], the_day_before: None
) -> None:
    with database.write() as session:
        registrations.cancel_registration(session, config, guests["seated"])
    timers.remind(database)
    with database.read() as session:
        assert session.get_one(Registration, guests["seated"]).reminded_at is None

    assert reminded(database) == []
