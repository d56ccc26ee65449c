"""The JSON contract."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from services.submissions.app import create_app
from services.submissions.config import Config
from services.submissions.use_cases.contacts import Contact
from shared.database import Database
from tests.submissions.builders import (
    a_published_idea,
    a_submission,
    an_adoption,
    events,
    handed_in,
    sealed_for,
)

V1 = "/api/submissions/v1"
IDEA: dict[str, Any] = {"kind": "idea", "title": "Mehr Bänke", "text": "Am Teich fehlen Bänke.", "language": "de"}
Bearer = Callable[..., dict[str, str]]


def test_an_idea_travels_from_hand_in_to_adoption(
    client: FlaskClient, database: Database, bearer: Bearer, conference_id: str
) -> None:
    received = client.post(f"{V1}/ideas", json={**IDEA, "contact": {"email": "ayse@example.org", "name": "Ayşe"}})
    assert received.status_code == 202
    assert set(received.json) == {"id", "tracking_code", "status"}
    idea_id, code = received.json["id"], received.json["tracking_code"]
    with database.read() as session:
        part = sealed_for(session, "notifications")
    assert part is not None
    token = part["confirm_url"].rpartition("/")[2]

    confirmed = client.post(f"{V1}/ideas/confirm", json={"token": token})
    published = client.post(f"{V1}/ideas/{idea_id}/publish", headers=bearer("moderator"))
    adopted = client.post(f"{V1}/recommendations", json=an_adoption(conference_id, idea_id), headers=bearer("clerk"))

    assert confirmed.json == {"id": idea_id, "status": "confirmed"}
    assert published.json == {"id": idea_id, "status": "published"}
    assert adopted.status_code == 201
    assert adopted.json["status"] == "adopted"
    story = client.get(f"{V1}/track/{code}").json
    assert story["status"] == "adopted"
    assert story["recommendation"] == adopted.json["number"]
    assert [line["kind"] for line in story["story"]] == [
        "recommendation.adopted",
        "idea.published",
        "idea.confirmed",
        "idea.received",
    ]


def test_a_published_idea_says_text_and_language(client: FlaskClient, database: Database, config: Config) -> None:
    with database.write() as session:
        idea = a_published_idea(session, config, language="tr", title="Parkta bank", topic="green", quarter="heimfeld")
    shown = client.get(f"{V1}/ideas/{idea.id}").json

    assert shown["title"] == {"text": "Parkta bank", "language": "tr"}
    assert shown["author_name"] is None
    assert client.get(f"{V1}/ideas").json == {"data": [shown], "next": None}


def test_lists_have_pages_and_filters(client: FlaskClient, database: Database, config: Config) -> None:
    with database.write() as session:
        for number in range(21):
            a_published_idea(session, config, language="tr" if number else "pl")
    first = client.get(f"{V1}/ideas?language=tr").json
    everything = client.get(f"{V1}/ideas").json

    assert (len(first["data"]), first["next"]) == (20, None)
    assert len(client.get(everything["next"]).json["data"]) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "wish"}, "kind"),
        ({"title": ""}, "title"),
        ({"title": "zwei\nZeilen"}, "title"),
        ({"text": "x" * 5001}, "text"),
        ({"text": 7}, "text"),
        ({"language": "xx"}, "language"),
        ({"topic": "war"}, "topic"),
        ({"quarter": "wilhelmsburg"}, "quarter"),
        ({"contact": {"email": "kein-at"}}, "contact.email"),
        ({"contact": {"phone": "040 12345"}}, "contact.phone"),
        ({"contact": "ayse@example.org"}, "contact"),
        ({"publish_name": True}, "contact.name"),
        ({"kind": "petition"}, "contact.name"),
        ({"kind": "petition"}, "contact.address"),
        ({"price": 1}, "price"),
    ],
)
def test_wrong_input_is_answered_by_field_and_stored_nowhere(
    client: FlaskClient, database: Database, changes: dict[str, Any], field: str
) -> None:
    answer = client.post(f"{V1}/ideas", json=IDEA | changes)

    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert field in answer.json["errors"]
    with database.read() as session:
        assert events(session) == []


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"\xff\xfe", "application/json", 400),
        (b'{"title": "a\\u0000b"}', "application/json", 400),
        (b"[" * 20_000 + b"]" * 20_000, "application/json", 400),
        (b"kind=idea", "application/x-www-form-urlencoded", 415),
        (json.dumps({**IDEA, "text": "x" * 3_000_000}).encode(), "application/json", 413),
        (b"null", "application/json", 422),
        (b"", "application/json", 400),
    ],
)
def test_hostile_bodies_are_refused(client: FlaskClient, body: bytes, content_type: str, status: int) -> None:
    answer = client.post(f"{V1}/ideas", data=body, content_type=content_type)

    assert answer.status_code == status


def test_the_same_key_gives_the_same_answer_and_one_idea(client: FlaskClient, database: Database) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    first, again = (client.post(f"{V1}/ideas", json=IDEA, headers=key) for _ in range(2))
    other = client.post(f"{V1}/ideas", json={**IDEA, "title": "Etwas anderes"}, headers=key)

    assert first.json == again.json
    assert other.status_code == 422
    with database.read() as session:
        assert len(events(session)) == 1


def test_a_known_address_gets_the_same_answer_as_a_new_one(client: FlaskClient) -> None:
    body = {**IDEA, "contact": {"email": "ayse@example.org"}}
    first, again = client.post(f"{V1}/ideas", json=body), client.post(f"{V1}/ideas", json=body)

    assert first.status_code == again.status_code == 202
    assert set(first.json) == set(again.json)


def test_wrong_digits_are_counted(client: FlaskClient, database: Database, config: Config) -> None:
    with database.write() as session:
        idea, _ = handed_in(session, config, a_submission(contact=Contact(phone="+4915123456789")))
        part = sealed_for(session, "notifications")
    assert part is not None
    wrong = f"{(int(part['code']) + 1) % 1_000_000:06d}"
    for _ in range(5):
        answer = client.post(f"{V1}/ideas/confirm", json={"id": str(idea.id), "code": wrong})
        assert (answer.status_code, list(answer.json["errors"])) == (422, ["code"])

    assert client.post(f"{V1}/ideas/confirm", json={"id": str(idea.id), "code": part["code"]}).status_code == 422


def test_a_confirmation_needs_a_proof(client: FlaskClient) -> None:
    assert client.post(f"{V1}/ideas/confirm", json={}).status_code == 422
    assert client.post(f"{V1}/ideas/confirm", json={"token": "x"}).status_code == 404
    assert client.post(f"{V1}/ideas/confirm", json={"id": str(uuid4()), "code": "123456"}).status_code == 422


def test_the_story_of_a_mistyped_or_unknown_code_is_not_found(
    client: FlaskClient, database: Database, config: Config
) -> None:
    with database.write() as session:
        _, code = handed_in(session, config)
    mistyped = client.get(f"{V1}/track/{code[:-1]}{'0' if code[-1] != '0' else '1'}")

    assert mistyped.status_code == 404
    assert "Tippfehler" in mistyped.json["detail"]
    assert client.get(f"{V1}/track/{code.lower()}").status_code == 200


def test_a_story_is_told_in_the_language_of_the_reader(client: FlaskClient, database: Database, config: Config) -> None:
    with database.write() as session:
        _, code = handed_in(session, config)
    words = client.get(f"{V1}/track/{code}", headers={"Accept-Language": "en"}).json["story"][0]["words"]

    assert words == "We have received the idea."


def test_a_person_who_guesses_codes_is_slowed_down(config: Config, database: Database) -> None:
    client = create_app(replace(config, web=replace(config.web, limits_on=True)), database).test_client()
    answers = {client.get(f"{V1}/track/0000").status_code for _ in range(121)}

    assert answers == {404, 429}


def test_the_description_names_every_route(client: FlaskClient) -> None:
    paths = client.get(f"{V1}/openapi.json").json["paths"]

    assert len(paths) == 8
    assert client.get(f"{V1}/docs").status_code == 200
