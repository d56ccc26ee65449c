"""What staff do to the waiting list by hand: with a reason that is kept, and never past the places there are."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from services.registration import by_hand, queries
from services.registration.config import Config
from services.registration.models import Registration
from services.registration.use_cases import overrides
from services.registration.use_cases.registrations import cancel_registration
from shared import clock
from shared.database import Database
from shared.rules import IllegalTransition
from tests.registration.builders import API, a_clerk, an_open_conference, confirmed, events, hidden, messages

WHY = "Die Dolmetscherin wird gebraucht."


@pytest.fixture
def stuck(config: Config, database: Database) -> dict[str, UUID]:
    """One place is free, a family of three is first in line, somebody alone behind them."""
    with database.write() as session:
        conference = an_open_conference(session, config, capacity=3)
        confirmed(session, config, conference.id, companions=1)
        gone = confirmed(session, config, conference.id)
        family = confirmed(session, config, conference.id, email="family@example.org", companions=2)
        alone = confirmed(session, config, conference.id, email="alone@example.org")
        cancel_registration(session, config, gone.id)
        return {"conference": conference.id, "family": family.id, "alone": alone.id}


def of(database: Database, registration_id: UUID) -> Registration:
    with database.read() as session:
        return queries.registration(session, registration_id)


def ranks(database: Database, conference_id: UUID) -> list[UUID]:
    """Who waits, in order."""
    with database.read() as session:
        return [one.id for one in queries.line(session, conference_id) if one.status == "waitlisted"]


def test_a_place_offered_out_of_order_leaves_the_others_where_they_are(
    config: Config, database: Database, stuck: dict[str, UUID]
) -> None:
    with database.write() as session:
        overrides.offer_out_of_order(session, config, stuck["alone"], a_clerk(), WHY)
    with database.read() as session:
        [kept] = by_hand.overrides(session, stuck["conference"])

    assert of(database, stuck["alone"]).status == "offered"
    assert ranks(database, stuck["conference"]) == [stuck["family"]]
    assert (kept.actor, kept.action, kept.reason, kept.rank, kept.places) == ("Mina Kaya", "offer", WHY, 2, 1)


def test_an_override_that_does_not_fit_is_refused_and_not_logged(
    config: Config, database: Database, stuck: dict[str, UUID]
) -> None:
    with pytest.raises(IllegalTransition, match="nicht mehr frei"), database.write() as session:
        overrides.offer_out_of_order(session, config, stuck["family"], a_clerk(), WHY)
    with database.read() as session:
        assert by_hand.overrides(session, stuck["conference"]) == []


def test_an_offer_taken_back_leaves_the_person_their_place_in_line(
    config: Config, database: Database, stuck: dict[str, UUID]
) -> None:
    with database.write() as session:
        overrides.offer_out_of_order(session, config, stuck["alone"], a_clerk(), WHY)
        overrides.take_back_offer(session, config, stuck["alone"], a_clerk(), WHY)

    assert ranks(database, stuck["conference"]) == [stuck["family"], stuck["alone"]]
    assert [one["email"] for one in messages(database, "registration.requeued")] == ["alone@example.org"]


def test_the_first_in_line_goes_to_the_end_when_their_offer_is_taken_back(config: Config, database: Database) -> None:
    with database.write() as session:
        conference = an_open_conference(session, config, capacity=1)
        gone = confirmed(session, config, conference.id)
        first = confirmed(session, config, conference.id)
        cancel_registration(session, config, gone.id)
    with pytest.raises(IllegalTransition, match="Sonst wartet niemand"), database.write() as session:
        overrides.take_back_offer(session, config, first.id, a_clerk(), WHY)
    with database.write() as session:
        second = confirmed(session, config, conference.id)
        overrides.take_back_offer(session, config, first.id, a_clerk(), WHY)

    assert of(database, second.id).status == "offered"
    assert ranks(database, conference.id) == [first.id]


def test_an_offer_is_extended_and_told_again_but_not_past_the_beginning(
    config: Config, database: Database, stuck: dict[str, UUID]
) -> None:
    with database.write() as session:
        overrides.offer_out_of_order(session, config, stuck["alone"], a_clerk(), WHY)
    until = clock.now() + timedelta(days=5)
    with database.write() as session:
        overrides.extend_offer(session, config, stuck["alone"], a_clerk(), WHY, until)
    for wrong in (clock.now() + timedelta(days=60), clock.now() + timedelta(hours=1)):
        with pytest.raises(IllegalTransition), database.write() as session:
            overrides.extend_offer(session, config, stuck["alone"], a_clerk(), WHY, wrong)

    assert of(database, stuck["alone"]).offered_until == until
    assert events(database).count("registration.offered") == 2


def test_whoever_is_taken_off_the_list_is_told_and_the_next_moves_up(
    config: Config, database: Database, stuck: dict[str, UUID]
) -> None:
    with database.write() as session:
        overrides.remove_from_list(session, config, stuck["family"], a_clerk(), WHY)

    assert of(database, stuck["alone"]).status == "offered"
    assert "family@example.org" in [one.get("email") for one in messages(database, "registration.cancelled")]


def test_the_page_says_what_would_happen_and_keeps_the_log(
    database: Database, office: FlaskClient, stuck: dict[str, UUID]
) -> None:
    home = f"/intern/konferenzen/{stuck['conference']}"
    seen = office.get(home).get_data(as_text=True)
    assert "nötig: 3, frei: 1" in seen and "Ein Angebot von jetzt gälte bis" in seen
    entry = f"{home}/warteliste/{stuck['alone']}"
    assert "Alle vor ihr warten weiter." in office.get(entry).get_data(as_text=True)

    form = office.get(f"{entry}/offer")
    without_reason = office.post(f"{entry}/offer", data=hidden(form))
    assert without_reason.status_code == 422
    done = office.post(f"{entry}/offer", data={**hidden(form), "reason": WHY})

    assert done.status_code == 303
    after = office.get(home).get_data(as_text=True)
    assert WHY in after and "Mina Kaya" in after and "Platz angeboten" in after
    assert office.get(f"{entry}/extend").status_code == 200
    assert office.get(f"{entry}/dance").status_code == 404
    elsewhere = entry.replace(str(stuck["conference"]), str(stuck["family"]))
    assert office.get(elsewhere).status_code == 404
    assert of(database, stuck["alone"]).status == "offered"


def test_the_api_takes_overrides_from_the_office_alone(
    client: FlaskClient, bearer: object, stuck: dict[str, UUID]
) -> None:
    clerk, moderator = bearer("clerk"), bearer("moderator")  # type: ignore[operator]
    address = f"{API}/registrations/{stuck['alone']}"

    assert client.post(f"{address}/offer", json={"reason": WHY}).status_code == 401
    assert client.post(f"{address}/offer", json={"reason": WHY}, headers=moderator).status_code == 403
    assert client.post(f"{address}/offer", json={}, headers=clerk).status_code == 422
    offered = client.post(f"{address}/offer", json={"reason": WHY}, headers=clerk)
    assert offered.status_code == 200 and offered.json["status"] == "offered"  # type: ignore[index]
    assert client.post(f"{address}/extend", json={"reason": WHY}, headers=clerk).status_code == 422
    listed = client.get(f"{API}/conferences/{stuck['conference']}/waiting-list", headers=clerk).json
    assert listed is not None
    assert [(one["status"], one["rank"]) for one in listed["data"]] == [("offered", None), ("waitlisted", 1)]
    assert [(it["action"], it["reason"]) for it in listed["overrides"]] == [("offer", WHY)]
    assert client.post(f"{address}/remove", json={"reason": WHY}, headers=clerk).json["status"] == "cancelled"  # type: ignore[index]
