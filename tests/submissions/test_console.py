"""The pages for staff."""

import re
from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.submissions.config import Config
from services.submissions.use_cases import contacts
from services.submissions.use_cases.contacts import Contact
from shared.database import Database
from tests.submissions.builders import (
    a_petition,
    a_published_idea,
    a_submission,
    an_adopted_recommendation,
    events,
    handed_in,
    hidden,
)

EMAIL = Contact(email="ayse@example.org")


def _post(desk: FlaskClient, path: str, page: str, **typed: str) -> TestResponse:
    """Post to `path` with the CSRF token of `page`."""
    token = hidden(desk.get(page))["csrf_token"]
    return desk.post(
        path, data={"csrf_token": token, **{name.replace("__", "."): text for name, text in typed.items()}}
    )


def test_the_desk_shows_what_came_in_by_state_and_words(desk: FlaskClient, database: Database, config: Config) -> None:
    with database.write() as session:
        handed_in(session, config, a_submission(title="Bänke am Teich"))
        handed_in(session, config, a_submission(title="100 % Radwege_"))
        a_published_idea(session, config, title="Schon öffentlich")
        handed_in(session, config, a_petition())
    everything = desk.get("/intern/ideen/").get_data(as_text=True)
    new = desk.get("/intern/ideen/?status=new").get_data(as_text=True)

    assert "Eingabe (nur für den Integrationsrat)" in everything
    assert "Schon öffentlich" in everything
    assert "Schon öffentlich" not in new
    assert "Eingabe (nur für den Integrationsrat)" not in new
    assert "neu (2)" in everything
    assert "Bänke am Teich" in desk.get("/intern/ideen/?q=am+Teich").get_data(as_text=True)
    assert "Bänke am Teich" not in desk.get("/intern/ideen/?q=%25+Radwege_").get_data(as_text=True)


def test_publishing_shows_whom_it_tells_and_then_does_it(desk: FlaskClient, database: Database, config: Config) -> None:
    with database.write() as session:
        idea, _ = handed_in(session, config, a_submission(contact=EMAIL))
        contacts.confirm_contact(session, idea.id)
    page = f"/intern/ideen/{idea.id}"
    assert "eine Autorin oder einen Autor per E-Mail" in desk.get(page).get_data(as_text=True)
    answer = _post(desk, f"{page}/veroeffentlichen", page)

    assert answer.status_code == 303
    assert "veröffentlicht" in desk.get(page).get_data(as_text=True)
    with database.read() as session:
        assert events(session)[-1][0] == "idea.published"


def test_declining_needs_a_reason_in_german(desk: FlaskClient, database: Database, config: Config) -> None:
    with database.write() as session:
        idea, code = handed_in(session, config)
    page = f"/intern/ideen/{idea.id}"
    refused = _post(desk, f"{page}/ablehnen", page, reason__en="It names a neighbour.")
    declined = _post(desk, f"{page}/ablehnen", page, reason__de="Der Text nennt eine Nachbarin mit Namen.")

    assert refused.status_code == 422
    assert "It names a neighbour." in refused.get_data(as_text=True)
    assert declined.status_code == 303
    story = desk.get(f"/verfolgen/{code}").get_data(as_text=True)
    assert "Der Text nennt eine Nachbarin mit Namen." in story


def test_an_action_that_the_state_forbids_is_refused_kindly(
    desk: FlaskClient, database: Database, config: Config
) -> None:
    with database.write() as session:
        idea = a_published_idea(session, config)
        new, _ = handed_in(session, config)
    refused = _post(desk, f"/intern/ideen/{idea.id}/veroeffentlichen", f"/intern/ideen/{new.id}")

    assert refused.status_code == 409


def test_a_petition_is_shown_without_any_content_or_action(
    desk: FlaskClient, database: Database, config: Config
) -> None:
    with database.write() as session:
        petition, _ = handed_in(session, config, a_petition())
    words = desk.get(f"/intern/ideen/{petition.id}").get_data(as_text=True)

    assert "hat nur der Integrationsrat" in words
    assert "Ayşe" not in words
    assert "/veroeffentlichen" not in words
    assert "/ablehnen" not in words


def _recommendation(*idea_ids: object, **changes: str) -> dict[str, object]:
    filled: dict[str, object] = {
        "idea_ids": [str(idea_id) for idea_id in idea_ids],
        "title.de": "Bänke mit Lehne",
        "title.en": "Benches with backrests",
        "text.de": "Zehn Bänke.",
        "vote.yes": "64",
        "vote.no": "3",
        "vote.abstain": "8",
        "addressee.kind": "district_office",
        "addressee.name": "Bezirksamt Harburg",
    }
    return filled | {name.replace("__", "."): text for name, text in changes.items()}


NEW = "/intern/ideen/empfehlungen/neu"


def test_a_recommendation_is_checked_before_it_is_adopted(
    desk: FlaskClient, database: Database, config: Config, conference_id: str
) -> None:
    with database.write() as session:
        one, other = a_published_idea(session, config), a_published_idea(session, config, contact=EMAIL)
    token = hidden(desk.get(NEW))
    filled = {**token, **_recommendation(one.id, other.id), "conference_id": conference_id}
    check = desk.post(NEW, data=filled)
    words = check.get_data(as_text=True)

    assert "den Integrationsrat: Dort entsteht ein Vorgang" in words
    assert "eine Person noch nicht: Sie hat ihren Kontakt nicht bestätigt" in words
    with database.read() as session:
        assert events(session)[-1][0] == "idea.published"

    again = [(name, value) for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', words)]
    done = desk.post(NEW, data={name: [v for n, v in again if n == name] for name, _ in again})
    assert done.status_code == 303
    with database.read() as session:
        name, facts = events(session)[-1]
    assert name == "recommendation.adopted"
    assert set(facts["idea_ids"]) == {str(one.id), str(other.id)}
    assert facts["title"] == {"de": "Bänke mit Lehne", "en": "Benches with backrests"}
    assert facts["number"] in desk.get(done.headers["Location"]).get_data(as_text=True)
    assert facts["number"] in desk.get("/intern/ideen/empfehlungen/").get_data(as_text=True)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"vote__yes": "3", "vote__no": "3"}, "vote.yes"),
        ({"vote__yes": "-1"}, "vote.yes"),
        ({"vote__yes": "viele"}, "vote.yes"),
        ({"vote__abstain": "1.5"}, "vote.abstain"),
        ({"vote__no": ""}, "vote.no"),
        ({"title__de": ""}, "title"),
        ({"text__de": "x" * 3001}, "text.de"),
        ({"addressee__kind": "mayor"}, "addressee.kind"),
        ({"addressee__name": ""}, "addressee.name"),
        ({"conference_id": "gestern"}, "conference_id"),
    ],
)
def test_a_recommendation_with_wrong_numbers_or_gaps_is_refused_and_kept(
    desk: FlaskClient, database: Database, config: Config, conference_id: str, changes: dict[str, str], field: str
) -> None:
    with database.write() as session:
        idea = a_published_idea(session, config)
    filled = {
        **hidden(desk.get(NEW)),
        "conference_id": conference_id,
        **_recommendation(idea.id, **changes),
        "is_checked": "1",
    }
    page = desk.post(NEW, data=filled)
    words = page.get_data(as_text=True)

    assert page.status_code == 422
    assert f'href="#f-{field}"' in words
    assert "Benches with backrests" in words
    with database.read() as session:
        assert events(session)[-1][0] == "idea.published"


def test_going_back_from_the_check_keeps_everything(
    desk: FlaskClient, database: Database, config: Config, conference_id: str
) -> None:
    with database.write() as session:
        idea = a_published_idea(session, config)
    filled = {
        **hidden(desk.get(NEW)),
        **_recommendation(idea.id),
        "conference_id": conference_id,
        "is_checked": "1",
        "back": "1",
    }
    words = desk.post(NEW, data=filled).get_data(as_text=True)

    assert 'value="Bänke mit Lehne"' in words
    assert f'value="{idea.id}" checked' in words


def test_without_a_conference_the_page_says_what_to_do(desk: FlaskClient) -> None:
    assert "Noch keine Konferenz" in desk.get(NEW).get_data(as_text=True)


def test_every_page_of_the_desk_leads_strangers_to_the_sign_in(
    client: FlaskClient, database: Database, config: Config, conference_id: str
) -> None:
    with database.write() as session:
        idea = a_published_idea(session, config)
        made = an_adopted_recommendation(session, UUID(conference_id), idea.id)
    for path in ("", f"{idea.id}", "empfehlungen/", f"empfehlungen/{made.id}", "empfehlungen/neu"):
        answer = client.get(f"/intern/ideen/{path}")

        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/intern/anmelden")


@pytest.mark.parametrize("role", ["door", "member", "chair", "privacy"])
def test_other_roles_are_refused(app: Flask, bearer: Callable[..., dict[str, str]], role: str) -> None:
    client = app.test_client()
    client.set_cookie("staff_token", bearer(role)["Authorization"].removeprefix("Bearer "), path="/intern")

    assert client.get("/intern/ideen/").status_code == 403
