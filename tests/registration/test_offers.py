"""A freed place is offered with a time limit, accepted or declined, and moves on by itself."""

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from services.registration import queries, urls
from services.registration.config import Config
from services.registration.models import Conference, Registration
from services.registration.models.household import nobody
from services.registration.models.offers import EVENING, NOON, SHORTEST_NOTICE, answer_until
from services.registration.timers import end_offers
from services.registration.use_cases import offers, registrations, steps
from shared import clock
from shared.database import Database
from shared.rules import IllegalTransition
from tests.registration.builders import API, an_open_conference, confirmed, events, messages, pending

HAMBURG = ZoneInfo("Europe/Berlin")
MOMENTS = st.integers(0, 2 * 366 * 24 * 60).map(lambda it: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=it))


@pytest.fixture
def offered(config: Config, database: Database) -> UUID:
    """Somebody who waited first is offered a place; a couple and a single wait behind them."""
    with database.write() as session:
        conference = an_open_conference(session, config, capacity=1)
        seated = confirmed(session, config, conference.id)
        first = confirmed(session, config, conference.id, email="first@example.org")
        confirmed(session, config, conference.id, email="second@example.org")
    with database.write() as session:
        registrations.cancel_registration(session, config, seated.id)
    return first.id


def shown(database: Database, registration_id: UUID) -> Registration:
    with database.read() as session:
        return queries.registration(session, registration_id)


def line_of(database: Database, registration_id: UUID) -> list[tuple[str, int]]:
    """State and rank of who is in the same line, in order."""
    with database.read() as session:
        one = queries.registration(session, registration_id)
        return [(it.status, queries.rank(session, it)) for it in queries.line(session, one.conference_id)]


def own_page(config: Config, database: Database, registration_id: UUID) -> str:
    return f"/anmeldung/meine/{urls.token_for(config, urls.MANAGE, shown(database, registration_id))}"


def post(client: FlaskClient, page: str, verb: str) -> int:
    token = client.get(page).get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]
    return client.post(f"{page}/{verb}", data={"csrf_token": token}).status_code


@given(now=MOMENTS, hours=st.integers(2, 168), left=st.integers(1, 60 * 24 * 20))
def test_an_offer_runs_out_by_day_and_never_after_the_last_moment(now: datetime, hours: int, left: int) -> None:
    last = now + timedelta(minutes=left)
    until = answer_until(now, hours, last)

    if until is None:
        assert last - now < SHORTEST_NOTICE
        return
    assert now < until <= last
    if until < last:
        assert NOON <= until.astimezone(HAMBURG).time() < EVENING
        assert timedelta(hours=hours) <= until - now <= timedelta(hours=hours + 17)


def test_an_offer_made_in_the_evening_lasts_until_noon() -> None:
    evening = datetime(2026, 11, 20, 19, 30, tzinfo=HAMBURG)

    until = answer_until(evening, 2, evening + timedelta(days=9))

    assert until == datetime(2026, 11, 21, 12, 0, tzinfo=HAMBURG)


def test_an_offered_place_is_held(config: Config, database: Database, offered: UUID) -> None:
    one = shown(database, offered)
    with database.read() as session:
        conference = session.get_one(Conference, one.conference_id)

    assert (conference.places_taken, conference.places_waiting, conference.places_left) == (1, 1, 0)
    assert one.status == "offered"
    assert one.offered_until and one.offered_until - clock.now() > timedelta(hours=47)


def test_whoever_accepts_has_the_place_and_a_ticket(config: Config, database: Database, offered: UUID) -> None:
    for _ in range(2):
        with database.write() as session:
            offers.accept(session, config, offered)

    assert shown(database, offered).status == "confirmed"
    told = [one for one in messages(database, "registration.confirmed") if one["email"] == "first@example.org"]
    assert len(told) == 1 and told[0]["ticket"]


def test_whoever_declines_leaves_the_list_and_the_next_is_asked(
    config: Config, database: Database, offered: UUID
) -> None:
    with database.write() as session:
        offers.decline(session, config, offered)

    assert shown(database, offered).status == "cancelled"
    assert line_of(database, offered) == [("offered", 0)]
    assert [one["email"] for one in messages(database, "registration.offered")] == [
        "first@example.org",
        "second@example.org",
    ]


def test_an_offer_nobody_answers_goes_to_the_next_and_its_person_can_come_again(
    config: Config, database: Database, offered: UUID
) -> None:
    with clock.moved(timedelta(hours=70)):
        with pytest.raises(IllegalTransition, match="vorbei"), database.write() as session:
            offers.accept(session, config, offered)
        end_offers(database)
        end_offers(database)

        assert shown(database, offered).status == "cancelled"
        assert line_of(database, offered) == [("offered", 0)]
        assert events(database).count("registration.cancelled") == 2
        with database.write() as session:
            again = confirmed(session, config, shown(database, offered).conference_id, email="first@example.org")
        assert (again.id, again.status) == (offered, "waitlisted")


def test_two_workers_end_an_offer_once(config: Config, database: Database, offered: UUID) -> None:
    with clock.moved(timedelta(hours=70)):
        with database.read() as session:
            late = queries.run_out(session)
        end_offers(database)
        with database.write() as session:
            for one in late:
                offers.end_run_out(session, config, one)

    assert events(database).count("registration.cancelled") == 2


def test_shortly_before_registration_ends_the_place_is_given_at_once(config: Config, database: Database) -> None:
    soon = clock.now() + timedelta(hours=20)
    with database.write() as session:
        conference = an_open_conference(session, config, capacity=1, registration_closes_at=soon)
        seated = confirmed(session, config, conference.id)
        first = confirmed(session, config, conference.id)
        registrations.cancel_registration(session, config, seated.id)

    assert shown(database, first.id).status == "confirmed"
    assert "registration.promoted" in events(database)


def test_a_household_that_waits_grows_and_keeps_its_rank(config: Config, database: Database) -> None:
    with database.write() as session:
        conference = an_open_conference(session, config, capacity=3)
        seated = confirmed(session, config, conference.id, companions=2)
        first = confirmed(session, config, conference.id)
        confirmed(session, config, conference.id)
        registrations.change_registration(session, config, first.id, {"household": nobody() | {"youths": 2}})
        registrations.cancel_registration(session, config, seated.id)
    one = shown(database, first.id)

    assert (one.status, one.places) == ("offered", 3)
    assert [rank for _, rank in line_of(database, first.id)] == [0, 1]


def test_a_smaller_household_that_is_offered_places_frees_some_for_the_next(config: Config, database: Database) -> None:
    with database.write() as session:
        conference = an_open_conference(session, config, capacity=2)
        seated = confirmed(session, config, conference.id, companions=1)
        couple = confirmed(session, config, conference.id, companions=1)
        alone = confirmed(session, config, conference.id)
        registrations.cancel_registration(session, config, seated.id)
        registrations.change_registration(session, config, couple.id, {"household": nobody()})

    assert (shown(database, couple.id).status, shown(database, alone.id).status) == ("offered", "offered")


def test_a_cancelled_conference_takes_its_offers_back(config: Config, database: Database, offered: UUID) -> None:
    with database.write() as session:
        steps.cancel_conference(session, config, shown(database, offered).conference_id, {})

    assert shown(database, offered).status == "cancelled"
    with pytest.raises(IllegalTransition), database.write() as session:
        offers.accept(session, config, offered)


def test_looking_at_the_offer_changes_nothing_and_each_button_does_what_it_says(
    config: Config, database: Database, client: FlaskClient, offered: UUID
) -> None:
    page = own_page(config, database, offered)
    looked = client.get(page).get_data(as_text=True)

    assert "Für Sie ist ein Platz frei" in looked and "Bitte antworten Sie bis" in looked
    assert "nicht mehr auf der Warteliste" in looked
    for verb in ("annehmen", "ablehnen"):
        assert client.get(f"{page}/{verb}").status_code == 405
    assert shown(database, offered).status == "offered"
    assert post(client, page, "annehmen") == 303
    assert "Sie sind angemeldet" in client.get(page).get_data(as_text=True)


def test_a_late_click_gets_a_kind_no(config: Config, database: Database, client: FlaskClient, offered: UUID) -> None:
    page = own_page(config, database, offered)
    with clock.moved(timedelta(hours=70)):
        token = client.get(page).get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]
        answer = client.post(f"{page}/annehmen", data={"csrf_token": token})

    assert answer.status_code == 409
    assert "Die Zeit für die Antwort ist vorbei" in answer.get_data(as_text=True)


def test_the_api_takes_answers_from_the_person_alone(
    config: Config, database: Database, client: FlaskClient, offered: UUID
) -> None:
    one = shown(database, offered)
    headers = {"Authorization": f"Bearer {urls.token_for(config, urls.MANAGE, one)}"}
    address = f"{API}/registrations/{offered}"
    seen = client.get(address, headers=headers).json

    assert seen and (seen["status"], seen["rank"]) == ("offered", None) and seen["offered_until"]
    assert client.post(f"{address}/decline").status_code == 401
    assert client.post(f"{address}/decline", headers={"Authorization": "Bearer nobody"}).status_code == 404
    answer = client.post(f"{address}/decline", headers=headers)
    assert answer.status_code == 200 and answer.json and answer.json["status"] == "cancelled"
    assert client.post(f"{address}/accept", headers=headers).status_code == 409


def test_a_full_conference_says_how_many_wait_before_anybody_registers(
    app: Flask, config: Config, database: Database, offered: UUID
) -> None:
    conference_id = shown(database, offered).conference_id
    client = app.test_client()

    for page in ("/", f"/konferenzen/{conference_id}", f"/anmeldung/{conference_id}"):
        text = client.get(page).get_data(as_text=True)
        assert "noch frei: 0 von 1. Eine Person wartet schon." in text
    assert "Auf die Warteliste" in client.get("/").get_data(as_text=True)
    described = client.get(f"{API}/conferences/{conference_id}").json
    assert described and (described["places_left"], described["places_waiting"]) == (0, 1)


def test_a_place_left_that_others_wait_for_is_not_promised_to_anybody_new(config: Config, database: Database) -> None:
    with database.write() as session:
        conference = an_open_conference(session, config, capacity=3)
        confirmed(session, config, conference.id, companions=1)
        confirmed(session, config, conference.id, companions=1)
        conference = session.get_one(Conference, conference.id)
        asked = pending(session, config, conference.id)

    assert (conference.places_left, conference.is_full) == (1, True)
    assert asked.status == "pending"
