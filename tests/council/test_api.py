"""Cases as JSON."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from shared import clock
from shared.messaging import outbox
from tests.backbone import Thing
from tests.council.bodies import PRIVATE_WORDS, an_adopted_recommendation
from tests.council.conftest import Submissions

CASES = "/api/council/v1/cases"
Bearer = Callable[..., dict[str, str]]

WAY: list[tuple[str, dict[str, Any]]] = [
    ("triage", {"responsible": "Ina Beispiel"}),
    ("schedule", {"session_on": "2026-12-03"}),
    ("decide", {"decision": "Wir tragen die Empfehlung weiter."}),
    ("refer", {"addressee": {"kind": "authority", "name": "Behörde für Inneres und Sport"}}),
    ("acknowledge", {}),
    ("answer", {"answer": {"de": "Ab Mai gibt es Dolmetscher.", "en": "From May there will be interpreters."}}),
    ("close", {"outcome": "implemented", "reason": "Das Bürgeramt bietet die Stunden an."}),
]


def _only_case(client: FlaskClient, **headers: str) -> dict[str, Any]:
    (case,) = client.get(CASES, headers=headers).json["data"]  # type: ignore[index]
    return case  # type: ignore[no-any-return]


def test_a_recommendation_is_found_by_its_id_and_travels_the_whole_way(
    client: FlaskClient, bearer: Bearer, submissions: Submissions
) -> None:
    recommendation_id = submissions.adopt()
    submissions.adopt()
    headers = bearer("clerk")
    (case,) = client.get(f"{CASES}?recommendation_id={recommendation_id}").json["data"]

    for verb, said in WAY:
        answer = client.post(f"{CASES}/{case['id']}/{verb}", json=said, headers=headers)
        assert answer.status_code == 200, answer.get_data(as_text=True)

    done = client.get(f"{CASES}/{case['id']}").json
    assert [step["name"] for step in done["steps"]] == [
        "opened", "triaged", "scheduled", "decided", "referred", "acknowledged", "answered", "closed"
    ]  # fmt: skip
    assert (done["status"], done["outcome"], done["due_on"], done["overdue"]) == ("closed", "implemented", None, False)
    assert done["recommendation_id"] == str(recommendation_id)
    assert done["addressee"] == {"kind": "authority", "name": "Behörde für Inneres und Sport"}
    assert all({"de", "en", "ar"} <= set(step["public_text"]) for step in done["steps"])


def test_an_illegal_transition_is_a_conflict(client: FlaskClient, bearer: Bearer, submissions: Submissions) -> None:
    submissions.adopt()

    answer = client.post(f"{CASES}/{_only_case(client)['id']}/answer", json={"answer": "Ja"}, headers=bearer("clerk"))

    assert answer.status_code == 409
    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize(("verb", "said"), WAY)
def test_nobody_but_the_office_moves_a_case(
    verb: str, said: dict[str, Any], client: FlaskClient, bearer: Bearer, submissions: Submissions
) -> None:
    submissions.adopt()
    address = f"{CASES}/{_only_case(client)['id']}/{verb}"

    assert client.post(address, json=said).status_code == 401
    assert client.post(address, json=said, headers={"Authorization": "Bearer forged"}).status_code == 401
    assert client.post(address, json=said, headers=bearer("moderator", "member", "door", "privacy")).status_code == 403


@pytest.mark.parametrize(
    ("verb", "said", "field"),
    [
        ("schedule", {}, "session_on"),
        ("schedule", {"session_on": "gestern"}, "session_on"),
        ("decide", {}, "decision"),
        ("decide", {"decision": {"en": "Yes"}}, "decision"),
        ("refer", {}, "addressee"),
        ("refer", {"addressee": {"kind": "king", "name": "X"}}, "addressee.kind"),
        ("refer", {"addressee": {"kind": "authority"}}, "addressee.name"),
        ("acknowledge", {"acknowledged_on": "2999-01-01"}, "acknowledged_on"),
        ("answer", {"answer": ""}, "answer"),
        ("close", {"outcome": "forgotten", "reason": "x"}, "outcome"),
        ("close", {"outcome": "withdrawn"}, "reason"),
        ("triage", {"responsible": "x" * 500}, "responsible"),
        ("triage", {"priority": 1}, "priority"),
    ],
)
def test_bad_input_names_the_field_and_moves_nothing(
    verb: str, said: dict[str, Any], field: str, client: FlaskClient, bearer: Bearer, submissions: Submissions
) -> None:
    submissions.adopt()
    case = _only_case(client)

    answer = client.post(f"{CASES}/{case['id']}/{verb}", json=said, headers=bearer("clerk"))

    assert answer.status_code == 422
    assert list(answer.json["errors"]) == [field]
    assert _only_case(client) == case


def test_the_same_request_under_one_key_moves_a_case_once(
    client: FlaskClient, bearer: Bearer, submissions: Submissions
) -> None:
    submissions.adopt()
    address = f"{CASES}/{_only_case(client)['id']}/triage"
    headers = bearer("clerk") | {"Idempotency-Key": "one"}

    first, second = (client.post(address, json={}, headers=headers) for _ in range(2))

    assert first.status_code == second.status_code == 200
    assert first.get_data() == second.get_data()
    assert len(_only_case(client)["steps"]) == 2
    assert client.post(address, json={"note": "neu"}, headers=headers).status_code == 422


def test_a_petition_is_public_by_its_number_only(client: FlaskClient, bearer: Bearer, submissions: Submissions) -> None:
    submissions.receive_petition(Thing(), uuid4())
    address = f"{CASES}/{_only_case(client)['id']}"

    for who in ({}, bearer("member"), bearer("admin")):
        shown = client.get(address, headers=who)
        assert "petition" not in shown.json
        assert not any(word in shown.get_data(as_text=True) for word in PRIVATE_WORDS)
    seen = client.get(address, headers=bearer("clerk")).json["petition"]
    assert tuple(seen[name] for name in ("title", "text", "petitioner_name", "petitioner_address")) == PRIVATE_WORDS
    listed = client.get(CASES, headers=bearer("chair")).get_data(as_text=True)
    assert not any(word in listed for word in PRIVATE_WORDS)


def test_staff_see_who_did_what_and_what_they_can_do_and_others_do_not(
    client: FlaskClient, bearer: Bearer, submissions: Submissions
) -> None:
    submissions.adopt()
    headers = bearer("clerk")
    client.post(f"{CASES}/{_only_case(client)['id']}/triage", json={"responsible": "Ina Beispiel"}, headers=headers)

    assert "Ina Beispiel" not in client.get(CASES).get_data(as_text=True)
    assert "Person clerk" not in client.get(CASES).get_data(as_text=True)
    shown = _only_case(client, **headers)
    assert shown["responsible"] == "Ina Beispiel"
    assert shown["actions"] == ["schedule", "close"]
    assert shown["steps"][1]["actor"] == "Person clerk"


def test_lists_filter_by_state_and_by_overdue(client: FlaskClient, bearer: Bearer, submissions: Submissions) -> None:
    submissions.adopt()
    case_id = _only_case(client)["id"]
    submissions.adopt()
    headers = bearer("clerk")
    for verb, said in WAY[:4]:
        client.post(f"{CASES}/{case_id}/{verb}", json=said, headers=headers)

    def ids(query: str) -> list[str]:
        return [case["id"] for case in client.get(f"{CASES}?{query}").json["data"]]  # type: ignore[index]

    assert ids("status=referred") == [case_id]
    assert ids("overdue=true") == []
    assert len(ids("overdue=false")) == 2
    with clock.moved(timedelta(weeks=8)):
        assert ids("overdue=true") == [case_id]
        assert client.get(f"{CASES}/{case_id}").json["overdue"] is True
    assert client.get(f"{CASES}?status=nonsense").status_code == 422


def test_long_lists_go_on_where_they_stopped(client: FlaskClient, submissions: Submissions) -> None:
    with submissions.database.write() as session:
        for _ in range(53):
            outbox.add(session, Thing(), an_adopted_recommendation())
    submissions.backbone.settle()

    first = client.get(CASES).json
    second = client.get(first["next"]).json

    assert [len(first["data"]), len(second["data"]), second["next"]] == [50, 3, None]
    numbers = [case["number"] for case in first["data"] + second["data"]]
    assert numbers == sorted(numbers, reverse=True)
    assert len(set(numbers)) == 53


def test_an_unknown_case_is_not_found(client: FlaskClient) -> None:
    assert client.get(f"{CASES}/{uuid4()}").status_code == 404
    assert client.get(f"{CASES}/1").status_code == 404


def test_the_description_names_every_verb(client: FlaskClient) -> None:
    paths = client.get("/api/council/v1/openapi.json").json["paths"]

    assert {f"{CASES}/{{case_id}}/{verb}" for verb, _ in WAY} <= set(paths)
