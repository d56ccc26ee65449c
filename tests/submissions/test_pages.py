"""The public pages, as a resident without JavaScript uses them."""

from uuid import UUID

import pytest
from flask.testing import FlaskClient

from services.submissions import tracking
from services.submissions.config import Config
from services.submissions.use_cases import ideas
from services.submissions.use_cases.contacts import Contact
from shared.database import Database
from tests.submissions.builders import (
    a_petition,
    a_published_idea,
    a_submission,
    an_adopted_recommendation,
    csrf_of,
    events,
    handed_in,
    submit,
)

HOSTILE = '<script>alert(1)</script><img src=x onerror=alert(2)>{{ 7*7 }}" onfocus="alert(3)'


def test_a_typing_error_in_a_code_is_found_before_anybody_is_asked(client: FlaskClient) -> None:
    code = tracking.new_code()
    wrong = ("2" if code[0] != "2" else "3") + code[1:]
    answer = client.post("/verfolgen/", data=csrf_of(client, "/verfolgen/") | {"code": wrong})

    assert answer.status_code == 422
    assert "In diesem Code steckt ein Tippfehler." in answer.get_data(as_text=True)
    assert wrong in answer.get_data(as_text=True)


def test_a_code_that_nobody_has_is_not_found(client: FlaskClient) -> None:
    answer = client.get(f"/verfolgen/{tracking.new_code()}")

    assert answer.status_code == 404
    assert "Diesen Code kennen wir nicht." in answer.get_data(as_text=True)


def test_the_author_withdraws_and_the_text_is_gone(client: FlaskClient, database: Database, config: Config) -> None:
    with database.write() as session:
        idea, code = handed_in(session, config)
    path = f"/verfolgen/{code}/zurueckziehen"
    assert "nicht rückgängig" in client.get(path).get_data(as_text=True)
    story = client.post(path, data=csrf_of(client, path), follow_redirects=True).get_data(as_text=True)
    again = client.post(path, data=csrf_of(client, path))

    assert "Die Idee wurde zurückgezogen." in story
    assert "Außenmühlenteich" not in story
    assert again.status_code == 409
    with database.read() as session:
        assert events(session)[-1] == ("idea.withdrawn", {"idea_id": str(idea.id)})


def test_an_adopted_idea_offers_no_withdrawal(
    client: FlaskClient, database: Database, config: Config, conference_id: str
) -> None:
    with database.write() as session:
        idea, code = handed_in(session, config)
        ideas.publish_idea(session, idea.id)
        an_adopted_recommendation(session, UUID(conference_id), idea.id)
    words = client.get(f"/verfolgen/{code}").get_data(as_text=True)

    assert "Ja: 12, Nein: 3, Enthaltungen: 1" in words
    assert "zurueckziehen" not in words


def test_a_petitioner_withdraws_and_the_council_hears_of_it(
    client: FlaskClient, database: Database, config: Config
) -> None:
    with database.write() as session:
        petition, code = handed_in(session, config, a_petition())
    path = f"/verfolgen/{code}/zurueckziehen"
    assert "Zebrastreifen" not in client.get(f"/verfolgen/{code}").get_data(as_text=True)
    assert "Der Integrationsrat schließt dann den Vorgang." in client.get(path).get_data(as_text=True)
    story = client.post(path, data=csrf_of(client, path), follow_redirects=True).get_data(as_text=True)

    assert "Die Eingabe wurde zurückgezogen." in story
    with database.read() as session:
        assert events(session)[-1] == ("idea.withdrawn", {"idea_id": str(petition.id)})


def test_the_list_shows_what_is_public_and_nothing_else(
    client: FlaskClient, database: Database, config: Config
) -> None:
    with database.write() as session:
        a_published_idea(session, config, title="Öffentliche Idee", topic="green")
        handed_in(session, config, a_submission(title="Noch nicht gelesen"))
        handed_in(session, config, a_petition())
    words = client.get("/ideen/").get_data(as_text=True)

    assert "Öffentliche Idee" in words
    assert "Noch nicht gelesen" not in words
    assert "Öffentliche Idee" in client.get("/ideen/?topic=green").get_data(as_text=True)
    assert "weniger Filter" in client.get("/ideen/?topic=housing").get_data(as_text=True)


def test_a_long_list_has_pages(client: FlaskClient, database: Database, config: Config) -> None:
    with database.write() as session:
        for number in range(21):
            a_published_idea(session, config, title=f"Idee Nummer {number:02d}.", topic="green")
    first = client.get("/ideen/?topic=green").get_data(as_text=True)
    second = client.get("/ideen/?topic=green&page=2").get_data(as_text=True)

    assert "/ideen/?topic=green&amp;page=2" in first
    assert "Idee Nummer 00." not in first
    assert "Idee Nummer 00." in second


@pytest.mark.parametrize("query", ["page=0", "page=x", "page=99999999999999999999", "topic=" + "x" * 3000])
def test_odd_filters_show_a_list_and_no_error(client: FlaskClient, query: str) -> None:
    assert client.get(f"/ideen/?{query}").status_code == 200


def test_an_idea_that_is_not_public_is_not_found(client: FlaskClient, database: Database, config: Config) -> None:
    with database.write() as session:
        new, _ = handed_in(session, config)
        petition, _ = handed_in(session, config, a_petition())

    assert client.get(f"/ideen/{new.id}").status_code == 404
    assert client.get(f"/ideen/{petition.id}").status_code == 404


def test_a_name_stands_beside_an_idea_only_where_its_author_wants_that(
    client: FlaskClient, database: Database, config: Config
) -> None:
    contact = Contact(name="Ayşe Yılmaz", email="ayse@example.org")
    with database.write() as session:
        shown = a_published_idea(session, config, contact=contact, publish_name=True)
        hidden = a_published_idea(session, config, contact=contact)

    assert "Ayşe Yılmaz" in client.get(f"/ideen/{shown.id}").get_data(as_text=True)
    assert "Ayşe Yılmaz" not in client.get(f"/ideen/{hidden.id}").get_data(as_text=True)


def test_hostile_text_is_shown_as_text(client: FlaskClient, database: Database, config: Config) -> None:
    with database.write() as session:
        contact = Contact(name=HOSTILE, email="ayse@example.org")
        idea = a_published_idea(session, config, title=HOSTILE, text=HOSTILE, contact=contact, publish_name=True)
    checked = submit(client, client.get("/ideen/neu"), "/ideen/neu", title=HOSTILE, text=HOSTILE, language="de")
    pages = [client.get("/ideen/"), client.get(f"/ideen/{idea.id}"), checked, submit(client, checked, "/ideen/neu")]

    for page in pages:
        words = page.get_data(as_text=True)
        assert "&lt;script&gt;alert(1)" in words
        assert "<script>alert" not in words
        assert "<img src=x" not in words
        assert '" onfocus="' not in words
