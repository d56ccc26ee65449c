"""What staff do over JSON, and what authors do with their code."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.submissions.config import Config
from shared.database import Database
from tests.submissions.builders import (
    a_published_idea,
    an_adoption,
    events,
    handed_in,
)

V1 = "/api/submissions/v1"
IDEA: dict[str, Any] = {"kind": "idea", "title": "Mehr Bänke", "text": "Am Teich fehlen Bänke.", "language": "de"}
Bearer = Callable[..., dict[str, str]]


@pytest.mark.parametrize("verb", ["publish", "decline"])
def test_only_editors_decide(
    client: FlaskClient, database: Database, config: Config, bearer: Bearer, verb: str
) -> None:
    with database.write() as session:
        idea, _ = handed_in(session, config)
    path, reason = f"{V1}/ideas/{idea.id}/{verb}", {"reason": {"de": "Doppelt."}}
    body = reason if verb == "decline" else {}

    assert client.post(path, json=body).status_code == 401
    assert client.post(path, json=body, headers=bearer("door", "member", "chair", "privacy")).status_code == 403
    assert client.post(path, json=body, headers=bearer("moderator")).status_code == 200
    assert client.post(path, json=body, headers=bearer("moderator")).status_code == 409


def test_a_reason_may_be_a_plain_german_sentence(
    client: FlaskClient, database: Database, config: Config, bearer: Bearer
) -> None:
    with database.write() as session:
        idea, _ = handed_in(session, config)
    client.post(f"{V1}/ideas/{idea.id}/decline", json={"reason": "Doppelt."}, headers=bearer("clerk"))

    with database.read() as session:
        assert events(session)[-1][1]["reason"] == {"de": "Doppelt."}


def test_an_author_withdraws_with_the_code_and_nobody_else(
    client: FlaskClient, database: Database, config: Config
) -> None:
    with database.write() as session:
        idea, code = handed_in(session, config)
        _, other_code = handed_in(session, config)
    path = f"{V1}/ideas/{idea.id}/withdraw"

    assert client.post(path).status_code == 404
    assert client.post(path, headers={"Authorization": f"Bearer {other_code}"}).status_code == 404
    assert client.post(path, headers={"Authorization": f"Bearer {code}"}).json["status"] == "withdrawn"


def test_staff_withdraw_for_an_author(client: FlaskClient, database: Database, config: Config, bearer: Bearer) -> None:
    with database.write() as session:
        idea, _ = handed_in(session, config)
    path = f"{V1}/ideas/{idea.id}/withdraw"

    assert client.post(path, headers=bearer("door")).status_code == 404
    assert client.post(path, headers=bearer("clerk")).status_code == 200


@pytest.mark.parametrize(
    "vote",
    [
        {"yes": 3, "no": 3, "abstain": 0},
        {"yes": -1, "no": 0, "abstain": 0},
        {"yes": 10.5, "no": 0, "abstain": 0},
        {"yes": 10, "no": 0},
        {"yes": 10**12, "no": 0, "abstain": 0},
        {"yes": True, "no": 0, "abstain": 0},
        {"yes": 10, "no": 0, "abstain": 0, "maybe": 1},
    ],
)
def test_only_counted_majorities_are_adopted(
    client: FlaskClient, database: Database, config: Config, bearer: Bearer, conference_id: str, vote: dict[str, Any]
) -> None:
    with database.write() as session:
        idea = a_published_idea(session, config)
    body = an_adoption(conference_id, idea.id, vote=vote)

    assert client.post(f"{V1}/recommendations", json=body, headers=bearer("clerk")).status_code == 422
    with database.read() as session:
        assert events(session)[-1][0] == "idea.published"


def test_a_recommendation_that_no_event_could_hold_is_refused(
    client: FlaskClient, database: Database, config: Config, bearer: Bearer, conference_id: str
) -> None:
    with database.write() as session:
        idea = a_published_idea(session, config)
    text = {language: "ش" * 3000 for language in ("de", "en", "tr", "ru", "pl", "uk", "ar", "fa")}
    answer = client.post(
        f"{V1}/recommendations", json=an_adoption(conference_id, idea.id, text=text), headers=bearer("clerk")
    )

    assert answer.status_code == 422
    assert list(answer.json["errors"]) == ["text"]


def test_the_longest_texts_in_all_languages_fit_into_one_event(
    client: FlaskClient, database: Database, config: Config, bearer: Bearer, conference_id: str
) -> None:
    with database.write() as session:
        found = [a_published_idea(session, config).id for _ in range(200)]
    texts = {language: '"' * 2400 for language in ("de", "en", "tr", "ru", "pl", "uk", "ar", "fa", "de-simple")}
    body = an_adoption(conference_id, *found, text=texts)

    assert client.post(f"{V1}/recommendations", json=body, headers=bearer("clerk")).status_code == 201


def test_an_idea_that_is_not_published_is_not_adopted(
    client: FlaskClient, database: Database, config: Config, bearer: Bearer, conference_id: str
) -> None:
    with database.write() as session:
        idea, _ = handed_in(session, config)
    body = an_adoption(conference_id, idea.id)

    assert client.post(f"{V1}/recommendations", json=body, headers=bearer("clerk")).status_code == 409
    assert client.post(f"{V1}/recommendations", json=body).status_code == 401
