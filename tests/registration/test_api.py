"""The JSON contract of conferences and registrations."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from services.registration.config import Config
from shared import clock
from shared.database import Database
from tests.registration.builders import events, messages, path_of

API = "/api/registration/v1"
Bearer = Callable[..., dict[str, str]]


def a_conference(**changes: Any) -> dict[str, Any]:
    """The JSON of a conference in thirty days."""
    starts = clock.now().replace(microsecond=0) + timedelta(days=30)
    body = {
        "title": {"de": "17. Harburger Integrationskonferenz"},
        "motto": {"de": "Zusammenleben in Vielfalt"},
        "starts_at": starts.isoformat(),
        "ends_at": (starts + timedelta(hours=3)).isoformat(),
        "venue": {"name": "Rieckhof", "street": "Rieckhoffstraße 12", "postal_code": "21073", "locality": "Hamburg"},
        "capacity": 2,
        "waiting_list": True,
        "registration_opens_at": (starts - timedelta(days=60)).isoformat(),
        "registration_closes_at": (starts - timedelta(days=1)).isoformat(),
    }
    return body | changes


@pytest.fixture
def opened(client: FlaskClient, bearer: Bearer) -> str:
    """The address of an open conference with two places."""
    planned = client.post(f"{API}/conferences", json=a_conference(), headers=bearer("clerk"))
    assert planned.status_code == 201, planned.get_data(as_text=True)
    address = f"{API}/conferences/{planned.json['id']}"  # type: ignore[index]
    for verb in ("announce", "open"):
        assert client.post(f"{address}/{verb}", headers=bearer("clerk")).status_code == 200
    return address


def token_of(url: str) -> str:
    return url.rpartition("/")[2]


def test_a_draft_is_seen_by_the_office_alone(client: FlaskClient, bearer: Bearer) -> None:
    planned = client.post(f"{API}/conferences", json=a_conference(), headers=bearer("clerk")).json
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
    assert client.post(f"{API}/conferences", json=a_conference()).status_code == 401
    assert client.post(f"{API}/conferences", json=a_conference(), headers=bearer("moderator")).status_code == 403


def test_an_end_before_the_beginning_is_named_at_its_field(client: FlaskClient, bearer: Bearer, opened: str) -> None:
    early = (clock.now() - timedelta(days=1)).isoformat()
    posted = client.post(f"{API}/conferences", json=a_conference(ends_at=early), headers=bearer("clerk"))
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


def test_a_registration_is_asked_for_confirmed_shown_changed_and_cancelled(
    client: FlaskClient, database: Database, opened: str
) -> None:
    wish = {
        "email": "leyla@example.org",
        "name": "Leyla Yıldız",
        "language": "tr",
        "companions": 1,
        "interpretation": ["tr"],
        "assistance": ["childcare"],
        "consents": {"invitations": True},
    }
    asked = client.post(f"{opened}/registrations", json=wish)
    assert (asked.status_code, asked.json["status"]) == (202, "pending")  # type: ignore[index]
    token = token_of(messages(database, "registration.requested")[0]["confirm_url"])
    settled = client.post(f"{API}/registrations/confirm", json={"token": token})
    assert settled.status_code == 200
    assert settled.json["id"] == asked.json["id"]  # type: ignore[index]
    assert settled.json["status"] == "confirmed"  # type: ignore[index]
    assert client.get(path_of(settled.json["ticket_url"])).status_code == 200  # type: ignore[index]
    own = f"{API}/registrations/{settled.json['id']}"  # type: ignore[index]
    manage = messages(database, "registration.confirmed")[0]["manage_url"]
    headers = {"Authorization": f"Bearer {token_of(manage)}"}
    shown = client.get(own, headers=headers).json
    assert shown is not None
    assert (shown["name"], shown["places"], shown["assistance"]) == ("Leyla Yıldız", 2, ["childcare"])
    changed = client.patch(own, json={"companions": 0, "assistance": []}, headers=headers).json
    assert changed is not None
    assert (changed["places"], changed["assistance"], changed["interpretation"]) == (1, [], ["tr"])
    assert client.get(opened).json["places_left"] == 1  # type: ignore[index]
    assert client.delete(own, headers=headers).json == {"id": shown["id"], "status": "cancelled"}
    assert client.delete(own, headers=headers).status_code == 409
    assert client.get(opened).json["places_left"] == 2  # type: ignore[index]


def test_a_registration_by_phone_is_confirmed_by_its_code(client: FlaskClient, database: Database, opened: str) -> None:
    asked = client.post(f"{opened}/registrations", json={"phone": "+4915123456789", "language": "ar"}).json
    assert asked is not None
    code = messages(database, "registration.requested")[0]["code"]
    confirm = f"{API}/registrations/confirm"
    wrong = f"{(int(code) + 1) % 1_000_000:06}"

    assert client.post(confirm, json={"id": asked["id"], "code": wrong}).status_code == 422
    assert client.post(confirm, json={"id": str(uuid4()), "code": code}).status_code == 422
    assert client.post(confirm, json={"id": asked["id"], "code": code}).json["status"] == "confirmed"  # type: ignore[index]


def test_five_wrong_codes_end_the_right_one(client: FlaskClient, database: Database, opened: str) -> None:
    asked = client.post(f"{opened}/registrations", json={"phone": "+4915123456789", "language": "de"}).json
    assert asked is not None
    code = messages(database, "registration.requested")[0]["code"]
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    for _ in range(5):
        client.post(f"{API}/registrations/confirm", json={"id": asked["id"], "code": wrong})

    assert client.post(f"{API}/registrations/confirm", json={"id": asked["id"], "code": code}).status_code == 422


def test_the_same_person_again_gets_the_same_answer_and_no_second_place(
    client: FlaskClient, database: Database, opened: str
) -> None:
    wish = {"email": "leyla@example.org", "language": "de"}
    first = client.post(f"{opened}/registrations", json=wish)
    token = token_of(messages(database, "registration.requested")[0]["confirm_url"])
    client.post(f"{API}/registrations/confirm", json={"token": token})
    again = client.post(f"{opened}/registrations", json=wish | {"email": "Leyla@Example.org"})

    assert (again.status_code, again.json) == (first.status_code, first.json)
    assert client.get(opened).json["places_left"] == 1  # type: ignore[index]
    assert len(messages(database, "registration.requested")) == 1
    assert "/anmeldung/meine/" in messages(database, "registration.repeated")[0]["manage_url"]


def test_an_address_is_asked_once_a_day_whatever_is_posted(
    client: FlaskClient, database: Database, opened: str
) -> None:
    for tag in ("", "+a", "+b"):
        client.post(f"{opened}/registrations", json={"email": f"leyla{tag}@example.org", "language": "de"})
    assert len(messages(database, "registration.requested")) == 1
    for day in range(1, 6):
        with clock.moved(timedelta(days=day, minutes=day)):
            client.post(f"{opened}/registrations", json={"email": "leyla@example.org", "language": "de"})

    assert len(messages(database, "registration.requested")) == 3


def test_a_message_to_an_unproven_address_holds_no_word_of_the_sender(
    client: FlaskClient, database: Database, opened: str
) -> None:
    wish = {"email": "leyla@example.org", "phone": "+4915123456789", "name": "Kauft jetzt", "language": "de"}
    client.post(f"{opened}/registrations", json=wish)
    sealed = messages(database, "registration.requested")[0]

    assert (sealed["participant_name"], sealed["phone"], sealed["code"]) == (None, None, None)


def test_the_same_key_gets_the_first_answer_again(client: FlaskClient, opened: str) -> None:
    headers = {"Idempotency-Key": "one"}
    wish = {"email": "leyla@example.org", "language": "de"}
    first = client.post(f"{opened}/registrations", json=wish, headers=headers)
    again = client.post(f"{opened}/registrations", json=wish, headers=headers)
    other = client.post(f"{opened}/registrations", json=wish | {"companions": 2}, headers=headers)

    assert again.json == first.json
    assert other.status_code == 422


def test_nobody_sees_a_registration_without_its_token(
    client: FlaskClient, bearer: Bearer, database: Database, opened: str
) -> None:
    asked = client.post(f"{opened}/registrations", json={"email": "leyla@example.org", "language": "de"}).json
    assert asked is not None
    own = f"{API}/registrations/{asked['id']}"
    confirm = token_of(messages(database, "registration.requested")[0]["confirm_url"])

    assert client.get(own).status_code == 401
    assert client.get(own, headers={"Authorization": f"Bearer {confirm}"}).status_code == 404
    assert client.get(own, headers=bearer("moderator")).status_code == 404
    assert client.get(own, headers=bearer("clerk")).json["email"] == "l…@example.org"  # type: ignore[index]


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"language": "de"}, "email"),
        ({"email": "leyla@", "language": "de"}, "email"),
        ({"phone": "040 1234", "language": "de"}, "phone"),
        ({"email": "leyla@example.org", "language": "xx"}, "language"),
        ({"email": "leyla@example.org"}, "language"),
        ({"email": "leyla@example.org", "language": "de", "companions": -1}, "companions"),
        ({"email": "leyla@example.org", "language": "de", "companions": 10}, "companions"),
        ({"email": "leyla@example.org", "language": "de", "assistance": ["diagnosis"]}, "assistance.0"),
        ({"email": "leyla@example.org", "language": "de", "name": "a\u202eb"}, "name"),
    ],
)
def test_a_wrong_field_is_named(client: FlaskClient, opened: str, wish: dict[str, Any], field: str) -> None:
    answer = client.post(f"{opened}/registrations", json=wish)

    assert answer.status_code == 422
    assert list(answer.json["errors"]) == [field]  # type: ignore[index]


def test_registration_is_open_only_in_its_time(client: FlaskClient, bearer: Bearer, opened: str) -> None:
    wish = {"email": "leyla@example.org", "language": "de"}
    with clock.moved(timedelta(days=29, hours=1)):
        late = client.post(f"{opened}/registrations", json=wish)
    client.post(f"{opened}/close", headers=bearer("clerk"))
    closed = client.post(f"{opened}/registrations", json=wish)

    assert (late.status_code, closed.status_code) == (409, 409)


def test_a_list_is_newest_first_and_goes_on(
    client: FlaskClient, config: Config, database: Database, conference_id: UUID
) -> None:
    listed = client.get(f"{API}/conferences").json
    assert listed is not None

    assert [one["id"] for one in listed["data"]] == [str(conference_id)]
    assert listed["next"] is None
    assert client.get(f"{API}/conferences?page=0").status_code == 422
