"""The office plans, announces and looks at a conference."""

from uuid import UUID

from flask.testing import FlaskClient

from services.registration.config import Config
from shared.database import Database
from tests.registration.builders import confirmed, submit

TYPED = {
    "title__de": "18. Harburger Integrationskonferenz",
    "starts_at": "2027-05-21T17:00",
    "ends_at": "2027-05-21T20:00",
    "venue__name": "Rieckhof",
    "venue__street": "Rieckhoffstraße 12",
    "venue__postal_code": "21073",
    "venue__locality": "Hamburg",
    "capacity": "120",
    "waiting_list": "true",
    "registration_opens_at": "2027-03-01T00:00",
    "registration_closes_at": "2027-05-20T12:00",
}


def test_the_office_plans_announces_and_changes_a_conference(office: FlaskClient) -> None:
    form = office.get("/intern/konferenzen/neu")
    planned = submit(office, form, "/intern/konferenzen/neu", **TYPED)
    assert planned.status_code == 303
    page = office.get(planned.location)
    said = page.get_data(as_text=True)
    assert "18. Harburger Integrationskonferenz" in said
    assert "Freitag, 21. Mai 2027, 17\u00a0Uhr bis 20\u00a0Uhr" in said
    assert "Wer von Konferenzen hören möchte, bekommt eine Nachricht." in said
    submit(office, page, f"{planned.location}/announce")
    assert "angekündigt" in office.get(planned.location).get_data(as_text=True)
    edit = office.get(f"{planned.location}/bearbeiten")
    assert 'value="2027-05-21T17:00"' in edit.get_data(as_text=True)
    submit(office, edit, f"{planned.location}/bearbeiten", **(TYPED | {"capacity": "80"}))

    assert "80" in office.get(planned.location).get_data(as_text=True)


def test_how_to_get_in_stands_on_the_page_until_it_is_taken_away(office: FlaskClient, client: FlaskClient) -> None:
    form = office.get("/intern/konferenzen/neu")
    access = {"venue__access__features": "step_free", "venue__access__notes__de": "Der Aufzug ist links vom Eingang."}
    planned = submit(office, form, "/intern/konferenzen/neu", **(TYPED | access)).location
    submit(office, office.get(planned), f"{planned}/announce")
    page = planned.replace("/intern", "")
    said = client.get(page).get_data(as_text=True)
    assert "ohne Stufen erreichbar" in said and "Der Aufzug ist links vom Eingang." in said
    edit = office.get(f"{planned}/bearbeiten")
    assert 'value="step_free" checked' in edit.get_data(as_text=True)
    submit(office, edit, f"{planned}/bearbeiten", **TYPED)

    assert "So kommen Sie hinein" not in client.get(page).get_data(as_text=True)


def test_a_mistake_in_the_form_keeps_what_was_typed(office: FlaskClient) -> None:
    form = office.get("/intern/konferenzen/neu")
    answer = submit(office, form, "/intern/konferenzen/neu", **(TYPED | {"ends_at": "2027-05-21T16:00"}))
    said = answer.get_data(as_text=True)

    assert answer.status_code == 422
    assert "Das Ende muss nach dem Beginn liegen." in said
    assert 'value="18. Harburger Integrationskonferenz"' in said


def test_what_the_conference_forbids_is_said_beside_what_was_typed(
    office: FlaskClient, config: Config, database: Database, conference_id: UUID
) -> None:
    with database.write() as session:
        for _ in range(2):
            confirmed(session, config, conference_id)
    path = f"/intern/konferenzen/{conference_id}/bearbeiten"
    few = TYPED | {"capacity": "1", "title__de": "Ein neuer Name", "sure": "1"}
    answer = submit(office, office.get(path), path, **few)
    said = answer.get_data(as_text=True)

    assert answer.status_code == 422
    assert "Es sind schon 2 Plätze vergeben." in said
    assert 'value="Ein neuer Name"' in said


def test_contacts_are_masked_and_needs_are_counted(
    office: FlaskClient, config: Config, database: Database, conference_id: UUID
) -> None:
    with database.write() as session:
        for email in ("leyla@example.org", "omar@example.org"):
            confirmed(session, config, conference_id, email=email, interpretation=["ar"], assistance=["wheelchair"])
    said = office.get(f"/intern/konferenzen/{conference_id}/anmeldungen/").get_data(as_text=True)
    counted = office.get(f"/intern/konferenzen/{conference_id}/zahlen").get_data(as_text=True)

    assert "l…@example.org" in said
    assert "leyla@example.org" not in said
    assert "Platz für einen Rollstuhl" in counted
    assert "Arabisch" in counted


def test_cancelling_says_beforehand_how_many_people_are_told(
    office: FlaskClient, config: Config, database: Database, conference_id: UUID
) -> None:
    with database.write() as session:
        for _ in range(2):
            confirmed(session, config, conference_id)
    page, question = (
        office.get(f"/intern/konferenzen/{conference_id}{step}").get_data(as_text=True) for step in ("", "/cancel")
    )

    assert "Wer betroffen ist, bekommt eine Nachricht; wie viele das sind, sehen Sie vorher." in page
    assert "Benachrichtigt 2 Personen per E-Mail." in question


def test_the_office_finds_conferences_by_title_state_and_year(office: FlaskClient, conference_id: UUID) -> None:
    submit(office, office.get("/intern/konferenzen/neu"), "/intern/konferenzen/neu", **TYPED)

    def found(query: str) -> list[str]:
        said = office.get(f"/intern/konferenzen/?{query}").get_data(as_text=True)
        return [title for title in ("17. Harburger", "18. Harburger") if title in said]

    assert found("") == ["17. Harburger", "18. Harburger"]
    assert found("q=18.+harburger") == found("state=draft") == ["18. Harburger"]
    assert found("q=17th&state=open") == ["17. Harburger"]
    assert found("year=2027&q=18") == ["18. Harburger"]
    assert found("state=cancelled") == []
    assert 'value="18"' in office.get("/intern/konferenzen/?q=18").get_data(as_text=True)


def test_nobody_gets_into_the_console_without_signing_in(client: FlaskClient, conference_id: UUID) -> None:
    for path in ("/intern/konferenzen/", "/intern/konferenzen/neu", f"/intern/konferenzen/{conference_id}"):
        assert client.get(path).location.startswith("/intern/anmelden?next=")
