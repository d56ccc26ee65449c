"""The JSON contract of conferences."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from flask.testing import FlaskClient

from services.registration.config import Config
from shared import clock
from shared.database import Database
from tests.registration.builders import API, conference_json, events

Bearer = Callable[..., dict[str, str]]


def test_a_draft_is_seen_by_the_office_alone(client: FlaskClient, bearer: Bearer) -> None:
    planned = client.post(f"{API}/conferences", json=conference_json(), headers=bearer("clerk")).json
    assert planned is not None
    address = f"{API}/conferences/{planned['id']}"

    assert planned["status"] == "draft"
    assert client.get(address).status_code == 404
    assert client.get(address, headers=bearer("moderator")).status_code == 404
    assert client.get(address, headers=bearer("clerk")).json == planned
    assert client.get(f"{API}/conferences").json == {"data": [], "next": None}


def test_announcing_makes_it_public_and_says_so(client: FlaskClient, database: Database, opened: str) -> None:
    shown = client.get(opened).json
    assert shown is not None

    assert (shown["status"], shown["places_left"]) == ("open", 2)
    assert shown["venue"]["name"] == "Rieckhof"
    assert events(database) == ["conference.announced"]


def test_a_step_that_the_state_forbids_is_a_conflict(client: FlaskClient, bearer: Bearer, opened: str) -> None:
    answer = client.post(f"{opened}/announce", headers=bearer("clerk"))

    assert answer.status_code == 409
    assert answer.mimetype == "application/problem+json"
    assert client.post(f"{opened}/explode", headers=bearer("clerk")).status_code == 404


def test_only_the_office_plans_conferences(client: FlaskClient, bearer: Bearer) -> None:
    assert client.post(f"{API}/conferences", json=conference_json()).status_code == 401
    assert client.post(f"{API}/conferences", json=conference_json(), headers=bearer("moderator")).status_code == 403


def test_an_end_before_the_beginning_is_named_at_its_field(client: FlaskClient, bearer: Bearer, opened: str) -> None:
    early = (clock.now() - timedelta(days=1)).isoformat()
    posted = client.post(f"{API}/conferences", json=conference_json(ends_at=early), headers=bearer("clerk"))
    patched = client.patch(opened, json={"ends_at": early}, headers=bearer("clerk"))

    assert (posted.status_code, patched.status_code) == (422, 422)
    assert list(posted.json["errors"]) == list(patched.json["errors"]) == ["ends_at"]  # type: ignore[index]


def test_changing_one_thing_leaves_the_others(client: FlaskClient, bearer: Bearer, opened: str) -> None:
    before = client.get(opened).json
    changed = client.patch(opened, json={"capacity": 5, "venue": {"name": "Rathaus"}}, headers=bearer("admin")).json
    assert before is not None and changed is not None

    assert changed["capacity"] == changed["places_left"] == 5
    assert changed["venue"] == before["venue"] | {"name": "Rathaus"}
    assert changed["motto"] == before["motto"]


def test_a_list_is_newest_first_and_goes_on(
    client: FlaskClient, config: Config, database: Database, conference_id: UUID
) -> None:
    listed = client.get(f"{API}/conferences").json
    assert listed is not None

    assert [one["id"] for one in listed["data"]] == [str(conference_id)]
    assert listed["next"] is None
    assert client.get(f"{API}/conferences?page=0").status_code == 422
