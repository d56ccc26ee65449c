"""The office registers whoever calls or stands at the desk, by everybody's rules, and keeps places back for them."""

from uuid import UUID

import pytest
from flask.testing import FlaskClient

from services.registration import by_hand, queries
from services.registration.config import Config
from services.registration.use_cases import behalf
from services.registration.use_cases.conferences import change_conference
from services.registration.use_cases.registrations import cancel_registration
from shared import ids
from shared.database import Database
from shared.rules import IllegalTransition
from tests.registration.builders import (
    a_wish,
    an_open_conference,
    confirmed,
    entered,
    events,
    messages,
    pending,
    submit,
)


def test_who_calls_has_a_place_at_once_and_gets_the_message_with_the_ticket(
    config: Config, database: Database, conference_id: UUID
) -> None:
    with database.write() as session:
        new = entered(session, config, conference_id, a_wish(email="leyla@example.org", assistance=["wheelchair"]))
    with database.read() as session:
        [consent] = queries.consents(session, new.id)
        [noted] = by_hand.overrides(session, conference_id)

    assert new.status == "confirmed"
    [told] = messages(database, "registration.confirmed")
    assert told["email"] == "leyla@example.org" and told["ticket"] and told["manage_url"]
    assert "registration.requested" not in events(database)
    assert (consent.purpose, consent.text_version, consent.way) == ("assistance", "2026-11", "phone")
    assert (noted.actor, noted.action, noted.registration_id) == ("Mina Kaya", "by-phone", new.id)


def test_who_has_no_address_gets_a_ticket_and_no_message(
    config: Config, database: Database, conference_id: UUID
) -> None:
    with database.write() as session:
        first, second = (entered(session, config, conference_id, a_wish(email=None, name="Ali Demir")) for _ in "12")

    assert (first.status, second.status) == ("confirmed", "confirmed")
    assert messages(database, "registration.confirmed") == [{}, {}]


def test_who_waits_without_an_address_gets_a_freed_place_at_once_for_nobody_can_ask_them(
    config: Config, database: Database
) -> None:
    with database.write() as session:
        conference = an_open_conference(session, config, capacity=1)
        first = confirmed(session, config, conference.id)
        waiting = entered(session, config, conference.id, a_wish(email=None, name="Ali Demir"))
        assert waiting.status == "waitlisted"
        cancel_registration(session, config, first.id)
    with database.read() as session:
        seated = queries.registration(session, waiting.id)

    assert (seated.status, seated.ticket is not None) == ("confirmed", True)
    assert messages(database, "registration.promoted") == [{}]


def test_no_address_gets_a_second_place(config: Config, database: Database, conference_id: UUID) -> None:
    with database.write() as session:
        known = confirmed(session, config, conference_id, email="leyla@example.org")
    with pytest.raises(behalf.EnteredBefore) as refused, database.write() as session:
        entered(session, config, conference_id, a_wish(email="Leyla@example.org"))

    assert refused.value.registration_id == known.id
    with database.read() as session:
        assert queries.conference(session, conference_id).places_taken == 1


def test_who_asked_before_or_cancelled_gets_their_own_registration(
    config: Config, database: Database, conference_id: UUID
) -> None:
    with database.write() as session:
        asked = pending(session, config, conference_id, email="asked@example.org")
        gone = confirmed(session, config, conference_id, email="gone@example.org")
        cancel_registration(session, config, gone.id)
    with database.write() as session:
        again = [
            entered(session, config, conference_id, a_wish(email=f"{who}@example.org")) for who in ("asked", "gone")
        ]

    assert [one.id for one in again] == [asked.id, gone.id]
    assert [one.link_version for one in again] == [1, 2]


def test_when_it_is_full_they_wait_behind_the_others(config: Config, database: Database) -> None:
    with database.write() as session:
        conference = an_open_conference(session, config, capacity=1)
        confirmed(session, config, conference.id)
        confirmed(session, config, conference.id)
        late = entered(session, config, conference.id, a_wish())
        assert (late.status, queries.rank(session, late)) == ("waitlisted", 2)


def test_places_kept_back_are_given_by_the_office_alone(config: Config, database: Database) -> None:
    with database.write() as session:
        conference = an_open_conference(session, config, capacity=3)
        behalf.reserve_places(session, config, conference.id, 2)
        confirmed(session, config, conference.id)
        waiting = confirmed(session, config, conference.id)
        assert (waiting.status, conference.places_left) == ("waitlisted", 0)
    with database.write() as session:
        guest = entered(session, config, conference.id, a_wish(), from_reserved=True)
    with pytest.raises(IllegalTransition, match="Nur ein Platz ist zurückgehalten"), database.write() as session:
        entered(session, config, conference.id, a_wish(companions=1), from_reserved=True)

    assert guest.status == "confirmed"
    with database.read() as session:
        kept = queries.conference(session, conference.id)
        assert (kept.reserved, kept.places_taken, kept.places_left) == (1, 2, 0)


def test_places_no_longer_kept_back_go_to_who_waits(config: Config, database: Database) -> None:
    with database.write() as session:
        conference = an_open_conference(session, config, capacity=2)
        behalf.reserve_places(session, config, conference.id, 2)
        waiting = [confirmed(session, config, conference.id).id for _ in range(2)]
    with database.write() as session:
        behalf.reserve_places(session, config, conference.id, 1)
    with database.read() as session:
        assert [queries.registration(session, one).status for one in waiting] == ["offered", "waitlisted"]


def test_neither_more_places_are_kept_back_than_are_free_nor_fewer_left_than_are_kept_back(
    config: Config, database: Database
) -> None:
    with database.write() as session:
        conference = an_open_conference(session, config, capacity=3)
        confirmed(session, config, conference.id)
        behalf.reserve_places(session, config, conference.id, 2)
    with pytest.raises(IllegalTransition, match="Nur 2 Plätze"), database.write() as session:
        behalf.reserve_places(session, config, conference.id, 3)
    with pytest.raises(IllegalTransition, match="halten Sie zurück"), database.write() as session:
        change_conference(session, config, conference.id, {"capacity": 2})


def test_who_has_no_address_is_not_counted_among_those_who_are_written_to(
    office: FlaskClient, config: Config, database: Database, conference_id: UUID
) -> None:
    with database.write() as session:
        entered(session, config, conference_id, a_wish(email=None))
    said = office.get(f"/intern/konferenzen/{conference_id}").get_data(as_text=True)

    assert "Benachrichtigt" not in said
    assert "None" not in said


TYPED = {"way": "desk", "language": "de", "name": "Ali Demir"}


def test_the_office_prints_the_ticket_of_who_has_no_address_and_pressing_twice_enters_nobody_twice(
    office: FlaskClient, database: Database, conference_id: UUID
) -> None:
    path = f"/intern/konferenzen/{conference_id}/anmelden"
    form = office.get(path)
    once, twice = (submit(office, form, path, **TYPED) for _ in "12")
    assert (once.status_code, twice.location) == (303, once.location)
    said = office.get(once.location).get_data(as_text=True)

    assert "/qr.svg" in said and "Ali Demir" in said and "drucken Sie diese Seite" in said
    with database.read() as session:
        assert queries.conference(session, conference_id).places_taken == 1


def test_the_same_form_leads_to_the_same_person_also_after_they_cancelled(
    office: FlaskClient, config: Config, database: Database, conference_id: UUID
) -> None:
    path = f"/intern/konferenzen/{conference_id}/anmelden"
    form = office.get(path)
    once = submit(office, form, path, **TYPED, email="leyla@example.org")
    with database.write() as session:
        cancel_registration(session, config, UUID(once.location.rpartition("/")[2]))
    twice = submit(office, form, path, **TYPED, email="leyla@example.org")

    assert (twice.status_code, twice.location) == (303, once.location)
    with database.read() as session:
        assert queries.conference(session, conference_id).places_taken == 0


def test_the_clerk_is_told_who_is_registered_already(
    office: FlaskClient, config: Config, database: Database, conference_id: UUID
) -> None:
    with database.write() as session:
        known = confirmed(session, config, conference_id, email="leyla@example.org")
    path = f"/intern/konferenzen/{conference_id}/anmelden"
    again = submit(office, office.get(path), path, **TYPED, email="leyla@example.org")

    assert again.status_code == 422
    said = again.get_data(as_text=True)
    assert "keinen zweiten Platz" in said and f"{path}/{known.id}" in said


def test_without_address_and_name_the_form_asks_for_a_name(office: FlaskClient, conference_id: UUID) -> None:
    path = f"/intern/konferenzen/{conference_id}/anmelden"
    refused = submit(office, office.get(path), path, **(TYPED | {"name": ""}))

    assert refused.status_code == 422
    assert "finden wir die Anmeldung sonst nicht wieder" in refused.get_data(as_text=True)


def test_the_office_keeps_places_back_and_uses_them(
    office: FlaskClient, client: FlaskClient, conference_id: UUID
) -> None:
    home = f"/intern/konferenzen/{conference_id}"
    form = office.get(f"{home}/zurueckhalten")
    assert submit(office, form, f"{home}/zurueckhalten", places="101").status_code == 422
    assert submit(office, form, f"{home}/zurueckhalten", places="100").status_code == 303
    assert "noch frei" not in client.get(f"/konferenzen/{conference_id}").get_data(as_text=True)
    entry = office.get(f"{home}/anmelden")
    assert "Noch zurückgehalten: 100" in entry.get_data(as_text=True)
    new = submit(office, entry, f"{home}/anmelden", **TYPED, email="gast@example.org", from_reserved="true")

    assert "g…@example.org" in office.get(new.location).get_data(as_text=True)
    assert "Vor Ort angemeldet" in office.get(home).get_data(as_text=True)


def test_only_the_office_registers_people_and_only_where_they_belong(
    office: FlaskClient, client: FlaskClient, config: Config, database: Database, conference_id: UUID
) -> None:
    with database.write() as session:
        elsewhere = confirmed(session, config, an_open_conference(session, config).id)
    path = f"/intern/konferenzen/{conference_id}/anmelden"

    assert client.get(path).status_code in {302, 303, 401, 403}
    assert office.get(f"{path}/{elsewhere.id}").status_code == 404
    assert office.get(f"/intern/konferenzen/{ids.public()}/anmelden").status_code == 404


def test_whoever_has_no_address_is_erased_from_their_page_in_the_list(
    office: FlaskClient, config: Config, database: Database, conference_id: UUID
) -> None:
    with database.write() as session:
        by_phone = entered(session, config, conference_id, a_wish(email=None, name="Leyla Yıldız"))
        known = entered(session, config, conference_id, a_wish(email="omar@example.org"))
    here = f"/intern/konferenzen/{conference_id}/anmeldungen"
    page = office.get(f"{here}/{by_phone.id}")
    assert f"{here}/{by_phone.id}/loeschen" in page.get_data(as_text=True)
    question = office.get(f"{here}/{by_phone.id}/loeschen")
    assert "der Platz wird frei" in question.get_data(as_text=True)
    assert submit(office, question, f"{here}/{by_phone.id}/loeschen").status_code == 303

    assert office.get(f"{here}/{by_phone.id}").status_code == 404
    with database.read() as session:
        assert queries.conference(session, conference_id).places_taken == 1
    # Who has an address does it themselves, or the desk for data protection does.
    assert "loeschen" not in office.get(f"{here}/{known.id}").get_data(as_text=True)
    assert office.get(f"{here}/{known.id}/loeschen").status_code == 404
