"""Handing in and confirming, as a resident without JavaScript does it."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.submissions.config import Config
from services.submissions.use_cases import contacts
from services.submissions.use_cases.contacts import Contact
from shared import clock, links
from shared.database import Database
from tests.submissions.builders import (
    a_submission,
    csrf_of,
    events,
    handed_in,
    sealed_for,
    submit,
)

HOSTILE = '<script>alert(1)</script><img src=x onerror=alert(2)>{{ 7*7 }}" onfocus="alert(3)'


def _hand_in(client: FlaskClient, path: str, first: dict[str, str], second: dict[str, str]) -> TestResponse:
    """The three pages one after the other; what the last one answers."""
    page = submit(client, client.get(path), path, **first)
    page = submit(client, page, path, **second)
    with clock.moved(timedelta(seconds=5)):
        return submit(client, page, path)


def _code_shown(client: FlaskClient) -> str:
    shown = re.search(r'class="site-code"><bdi dir="ltr">([^<]+)', client.get("/ideen/danke").get_data(as_text=True))
    assert shown
    return shown.group(1)


IDEA = {
    "title": "Mehr Bänke",
    "text": "Am Teich fehlen Bänke.",
    "language": "de",
    "topic": "green",
    "quarter": "heimfeld",
}
PERSON = {"contact__name": "Ayşe Yılmaz", "contact__address": "Eißendorfer Straße 5, 21073 Hamburg"}


@pytest.mark.parametrize("language", ["de", "en", "ar"])
def test_an_idea_is_handed_in_on_three_pages_and_followed_by_its_code(client: FlaskClient, language: str) -> None:
    client.get(f"/ideen/?lang={language}")
    answer = _hand_in(client, "/ideen/neu", {**IDEA, "title": "مقاعد أكثر"}, {})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/ideen/danke")
    code = _code_shown(client)
    found = client.post("/verfolgen/", data=csrf_of(client, "/verfolgen/") | {"code": f" {code.lower()} "})
    story = client.get(found.headers["Location"])

    assert story.status_code == 200
    assert "مقاعد أكثر" in story.get_data(as_text=True)
    assert story.headers["Cache-Control"] == "no-store"
    assert story.headers["Referrer-Policy"] == "no-referrer"


def test_a_petition_asks_for_name_and_address_and_says_where_they_go(client: FlaskClient, database: Database) -> None:
    page = submit(client, client.get("/ideen/eingabe"), "/ideen/eingabe", **IDEA)
    refused = submit(client, page, "/ideen/eingabe")
    words = refused.get_data(as_text=True)

    assert refused.status_code == 422
    assert "Bitte geben Sie Ihren Namen an." in words
    assert "Bitte geben Sie Ihre Anschrift an." in words
    assert "bekommt nur der Integrationsrat" in words
    with database.read() as session:
        assert events(session) == []


def test_a_petition_reaches_the_council_sealed(client: FlaskClient, database: Database) -> None:
    answer = _hand_in(client, "/ideen/eingabe", IDEA, PERSON)
    assert answer.status_code == 303
    with database.read() as session:
        part = sealed_for(session, "council")

    assert part is not None
    assert part["petitioner_name"] == "Ayşe Yılmaz"
    assert part["text"] == "Am Teich fehlen Bänke."


def test_going_back_keeps_everything_that_was_typed(client: FlaskClient) -> None:
    page = submit(client, client.get("/ideen/neu"), "/ideen/neu", **IDEA)
    page = submit(client, page, "/ideen/neu", contact__email="ayse@example.org")
    page = submit(client, page, "/ideen/neu", back="1")
    assert 'value="ayse@example.org"' in page.get_data(as_text=True)
    page = submit(client, page, "/ideen/neu", back="1", contact__email="kein-at")
    words = page.get_data(as_text=True)

    assert "Schritt 1 von 3" in words
    assert 'value="Mehr Bänke"' in words
    assert 'name="contact.email" value="kein-at"' in words


def test_wrong_input_names_field_and_reason_and_stores_nothing(client: FlaskClient, database: Database) -> None:
    page = submit(
        client, client.get("/ideen/neu"), "/ideen/neu", title="", text="x" * 5001, language="tlh", topic="war"
    )
    words = page.get_data(as_text=True)

    assert page.status_code == 422
    for field in ("title", "text", "language", "topic"):
        assert f'href="#f-{field}"' in words
    assert "Der Text ist zu lang: höchstens 5000 Zeichen." in words
    with database.read() as session:
        assert events(session) == []


@pytest.mark.parametrize(("language", "words"), [("en", "Please fill in this field"), ("ar", "يرجى")])
def test_errors_are_told_in_the_language_of_the_reader(client: FlaskClient, language: str, words: str) -> None:
    client.get(f"/ideen/?lang={language}")
    page = submit(client, client.get("/ideen/neu"), "/ideen/neu")

    assert words in page.get_data(as_text=True)


def test_a_text_that_was_changed_after_its_page_is_checked_again(client: FlaskClient) -> None:
    page = submit(client, client.get("/ideen/neu"), "/ideen/neu", **IDEA)
    page = submit(client, page, "/ideen/neu")
    with clock.moved(timedelta(seconds=5)):
        answer = submit(client, page, "/ideen/neu", title="")

    assert answer.status_code == 422
    assert "Schritt 1 von 3" in answer.get_data(as_text=True)


def test_a_form_sent_within_three_seconds_is_asked_to_try_again(client: FlaskClient, database: Database) -> None:
    page = submit(client, client.get("/ideen/neu"), "/ideen/neu", **IDEA)
    page = submit(client, page, "/ideen/neu")
    answer = submit(client, page, "/ideen/neu")

    assert answer.status_code == 422
    assert "Am Teich fehlen Bänke." in answer.get_data(as_text=True)
    with database.read() as session:
        assert events(session) == []


def test_a_robot_that_fills_in_the_hidden_field_stores_nothing(client: FlaskClient, database: Database) -> None:
    page = submit(client, client.get("/ideen/neu"), "/ideen/neu", **IDEA)
    page = submit(client, page, "/ideen/neu")
    with clock.moved(timedelta(seconds=5)):
        assert submit(client, page, "/ideen/neu", website="http://spam.example").status_code == 422
    with database.read() as session:
        assert events(session) == []


def test_a_form_that_is_sent_twice_is_one_idea(client: FlaskClient, database: Database) -> None:
    page = submit(client, client.get("/ideen/neu"), "/ideen/neu", **IDEA)
    page = submit(client, page, "/ideen/neu")
    with clock.moved(timedelta(seconds=5)):
        submit(client, page, "/ideen/neu")
        first = _code_shown(client)
        submit(client, page, "/ideen/neu")

    assert _code_shown(client) == first
    with database.read() as session:
        assert len(events(session)) == 1


def test_the_code_is_not_shown_for_longer_than_half_an_hour(client: FlaskClient) -> None:
    _hand_in(client, "/ideen/neu", IDEA, {})
    with clock.moved(timedelta(minutes=31)):
        answer = client.get("/ideen/danke")

    assert answer.headers["Location"] == "/verfolgen/"


def test_without_a_contact_the_page_says_that_the_code_is_the_only_way(client: FlaskClient) -> None:
    _hand_in(client, "/ideen/neu", IDEA, {})

    assert "Der Code ist deshalb der einzige Weg" in client.get("/ideen/danke").get_data(as_text=True)


def test_looking_at_a_confirmation_link_changes_nothing(
    client: FlaskClient, database: Database, config: Config
) -> None:
    with database.write() as session:
        idea, _ = handed_in(session, config, a_submission(contact=Contact(email="ayse@example.org")))
    path = f"/ideen/bestaetigen/{links.make(config.link_key, contacts.CONFIRM_LINK, idea.id)}"
    asked = client.get(path)
    client.head(path)
    with database.read() as session:
        assert [name for name, _ in events(session)] == ["idea.received"]
    confirmed = client.post(path, data=csrf_of(client, path))

    assert "Mehr Bänke" in asked.get_data(as_text=True)
    assert asked.headers["Cache-Control"] == "no-store"
    assert "Ihr Kontakt ist bestätigt" in confirmed.get_data(as_text=True)
    with database.read() as session:
        assert [name for name, _ in events(session)] == ["idea.received", "idea.confirmed"]


def test_a_wrong_confirmation_link_is_not_found(client: FlaskClient) -> None:
    assert client.get("/ideen/bestaetigen/" + "A" * 22 + "." + "0" * 32).status_code == 404
    assert client.get("/ideen/bestaetigen/irgendwas").status_code == 404


def test_six_digits_confirm_a_phone(client: FlaskClient, database: Database) -> None:
    _hand_in(client, "/ideen/neu", IDEA, {"contact__phone": "0151 23456789"})
    with database.read() as session:
        part = sealed_for(session, "notifications")
        idea_id = events(session)[0][1]["idea_id"]
    assert part is not None
    path = f"/ideen/bestaetigen/sms/{idea_id}"
    wrong = client.post(path, data=csrf_of(client, path) | {"code": "12"})
    right = client.post(path, data=csrf_of(client, path) | {"code": part["code"]})

    assert wrong.status_code == 422
    assert "sechs Ziffern" in wrong.get_data(as_text=True)
    assert "Ihr Kontakt ist bestätigt" in right.get_data(as_text=True)


def test_a_stranger_on_another_site_cannot_send_the_form(client: FlaskClient, database: Database) -> None:
    page = client.get("/ideen/neu")
    refused = client.post("/ideen/neu", data=IDEA, headers={"Sec-Fetch-Site": "cross-site"})
    without_token = client.post("/ideen/neu", data=IDEA)

    assert page.status_code == 200
    assert (refused.status_code, without_token.status_code) == (403, 400)
    with database.read() as session:
        assert events(session) == []
