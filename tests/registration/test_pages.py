"""The public pages, as a resident without JavaScript uses them."""

from datetime import timedelta
from uuid import UUID

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.registration.config import Config
from shared import clock
from shared.database import Database
from tests.registration.builders import an_open_conference, confirmed, messages, path_of, submit


def text(page: TestResponse) -> str:
    return page.get_data(as_text=True)


def registered(client: FlaskClient, conference_id: UUID, **contact: str) -> TestResponse:
    """Go through all steps; gives the answer to sending."""
    path = f"/anmeldung/{conference_id}"
    page = submit(client, client.get(path), path, **contact)
    assert "Schritt 2 von 4" in text(page), text(page)
    page = submit(client, page, path, household__adults="2", language="en")
    page = submit(client, page, path, assistance="wheelchair", interpretation="ar")
    assert "Schritt 4 von 4" in text(page)
    with clock.moved(timedelta(seconds=10)):
        return submit(client, page, path)


def test_somebody_registers_by_e_mail_confirms_and_gets_a_ticket(
    client: FlaskClient, database: Database, conference_id: UUID
) -> None:
    sent = registered(client, conference_id, email="leyla@example.org", name="Leyla Yıldız")
    assert sent.status_code == 303
    assert "bestätigen Sie Ihre E-Mail-Adresse" in text(client.get(sent.location))
    link = path_of(messages(database, "registration.requested")[0]["confirm_url"])
    page = client.get(link)
    assert "leyla@example.org" in text(page)
    answer = submit(client, page, link)
    own = client.get(answer.location)

    assert "Sie sind angemeldet" in text(own)
    assert "3 Personen" in text(own)
    ticket = messages(database, "registration.confirmed")[0]
    shown = client.get(path_of(ticket["ticket_url"]))
    assert ticket["ticket"] in text(shown)
    picture = client.get(path_of(ticket["ticket_url"]) + "/qr.svg")
    assert picture.mimetype == "image/svg+xml"


def test_looking_at_the_link_confirms_nothing(client: FlaskClient, database: Database, conference_id: UUID) -> None:
    registered(client, conference_id, email="leyla@example.org")
    link = path_of(messages(database, "registration.requested")[0]["confirm_url"])
    client.get(link)

    assert messages(database, "registration.confirmed") == []


def test_somebody_registers_by_phone_with_six_digits(
    client: FlaskClient, database: Database, conference_id: UUID
) -> None:
    sent = registered(client, conference_id, phone="0151 23456789")
    assert "/anmeldung/code/" in sent.location
    requested = messages(database, "registration.requested")[0]
    assert requested["phone"] == "+4915123456789"
    page = client.get(sent.location)
    wrong = submit(client, page, sent.location, code="000000" if requested["code"] != "000000" else "000001")
    assert wrong.status_code == 422
    assert "Dieser Code stimmt nicht" in text(wrong)
    answer = submit(client, page, sent.location, code=requested["code"])

    assert "Sie sind angemeldet" in text(client.get(answer.location))


def test_without_an_address_the_form_says_so_and_keeps_what_was_typed(client: FlaskClient, conference_id: UUID) -> None:
    path = f"/anmeldung/{conference_id}"
    page = submit(client, client.get(path), path, name="Leyla Yıldız")

    assert page.status_code == 422
    assert "Eines von beiden genügt." in text(page)
    assert 'value="Leyla Yıldız"' in text(page)


def test_going_back_keeps_everything(client: FlaskClient, conference_id: UUID) -> None:
    path = f"/anmeldung/{conference_id}"
    page = submit(client, client.get(path), path, email="leyla@example.org")
    page = submit(client, page, path, household__adults="3", language="de")
    page = submit(client, page, path, back="1")
    assert '<option value="3" selected>' in text(page)
    assert '<details class="kern-accordion" open>' in text(page)
    page = submit(client, page, path, back="1")

    assert 'value="leyla@example.org"' in text(page)


def test_a_participant_cancels_on_their_own_page(
    client: FlaskClient, config: Config, database: Database, conference_id: UUID
) -> None:
    with database.write() as session:
        confirmed(session, config, conference_id)
    own = path_of(messages(database, "registration.confirmed")[0]["manage_url"])
    page = client.get(own)
    answer = submit(client, page, f"{own}/absagen")

    assert "Ihre Anmeldung ist abgesagt" in text(client.get(answer.location))
    ticket = client.get(path_of(messages(database, "registration.confirmed")[0]["ticket_url"]))
    assert path_of(ticket.location) == own


def test_a_participant_changes_who_comes_along_and_what_they_need(
    client: FlaskClient, config: Config, database: Database
) -> None:
    with database.write() as session:
        conference = an_open_conference(session, config, capacity=3)
        confirmed(session, config, conference.id, name="Leyla Yıldız", assistance=["wheelchair"])
    own = path_of(messages(database, "registration.confirmed")[0]["manage_url"])
    page = client.get(f"{own}/aendern")
    assert 'value="Leyla Yıldız"' in text(page)
    too_many = submit(client, page, f"{own}/aendern", household__adults="3", language="de", name="Leyla")
    assert too_many.status_code == 422
    assert "So viele Plätze hat diese Konferenz nicht." in text(too_many)
    answer = submit(client, page, f"{own}/aendern", household__adults="2", language="ar", name="Leyla")
    shown = text(client.get(answer.location))

    assert "3 Personen" in shown
    assert "Leyla" in shown and "Yıldız" not in shown
    assert "Platz für einen Rollstuhl" not in shown


def test_pages_with_a_token_are_kept_nowhere(
    client: FlaskClient, config: Config, database: Database, conference_id: UUID
) -> None:
    with database.write() as session:
        confirmed(session, config, conference_id)
    sealed = messages(database, "registration.confirmed")[0]
    for url in (sealed["manage_url"], sealed["ticket_url"]):
        page = client.get(path_of(url))
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "no-referrer"


def test_a_link_for_one_thing_opens_no_other(
    client: FlaskClient, config: Config, database: Database, conference_id: UUID
) -> None:
    with database.write() as session:
        confirmed(session, config, conference_id)
    ticket = path_of(messages(database, "registration.confirmed")[0]["ticket_url"])

    assert client.get(ticket.replace("/ticket/", "/meine/")).status_code == 404
    assert client.get(ticket.replace("/ticket/", "/bestaetigen/")).status_code == 404


def test_the_front_page_shows_the_next_conference(client: FlaskClient, conference_id: UUID) -> None:
    front = text(client.get("/"))

    assert "17. Harburger Integrationskonferenz" in front
    assert f"/anmeldung/{conference_id}" in front
    assert "noch frei: 100 von 100" in front


def test_every_public_page_answers_in_every_language(client: FlaskClient, conference_id: UUID) -> None:
    paths = [
        "/",
        "/konferenzen/",
        f"/konferenzen/{conference_id}",
        f"/anmeldung/{conference_id}",
        f"/anmeldung/{conference_id}/gesendet",
        "/datenschutz",
        "/barrierefreiheit",
        "/impressum",
    ]

    assert {client.get(f"{path}?lang={tag}").status_code for path in paths for tag in ("de", "en", "ar")} == {200}


def test_a_calendar_takes_the_conference_over(client: FlaskClient, conference_id: UUID) -> None:
    entry = client.get(f"/konferenzen/{conference_id}/kalender.ics")

    assert entry.mimetype == "text/calendar"
    assert f"UID:{conference_id}@conference" in text(entry)
    assert "SUMMARY:17. Harburger Integrationskonferenz" in text(entry)
