"""The JSON contract of registrations."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from shared import clock
from shared.database import Database
from tests.registration.builders import API, messages, path_of, token_of

Bearer = Callable[..., dict[str, str]]


def test_a_registration_is_asked_for_confirmed_shown_changed_and_cancelled(
    client: FlaskClient, database: Database, opened: str
) -> None:
    wish = {
        "email": "leyla@example.org",
        "name": "Leyla Yıldız",
        "language": "tr",
        "household": {"children_3_5": 1},
        "childcare": 1,
        "interpretation": ["tr"],
        "assistance": ["wheelchair"],
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
    assert (shown["name"], shown["places"], shown["assistance"]) == ("Leyla Yıldız", 2, ["wheelchair"])
    assert (shown["companions"], shown["household"]["children_3_5"], shown["childcare"]) == (1, 1, 1)
    changed = client.patch(own, json={"household": {}, "childcare": 0, "assistance": []}, headers=headers).json
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
    other = client.post(f"{opened}/registrations", json=wish | {"household": {"adults": 2}}, headers=headers)

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
        ({"email": "leyla@example.org", "language": "de", "household": {"adults": -1}}, "household.adults"),
        ({"email": "leyla@example.org", "language": "de", "household": {"adults": 10}}, "household.adults"),
        ({"email": "leyla@example.org", "language": "de", "household": {"adults": 1.5}}, "household.adults"),
        ({"email": "leyla@example.org", "language": "de", "household": {"adults": "1"}}, "household.adults"),
        ({"email": "leyla@example.org", "language": "de", "household": {"adults": 5, "youths": 5}}, "household"),
        ({"email": "leyla@example.org", "language": "de", "household": {"babies": 1}}, "household.babies"),
        ({"email": "leyla@example.org", "language": "de", "household": {}, "companions": 1}, "companions"),
        ({"email": "leyla@example.org", "language": "de", "household": 3}, "household"),
        ({"email": "leyla@example.org", "language": "de", "childcare": 1}, "childcare"),
        ({"email": "leyla@example.org", "language": "de", "household": {"youths": 1}, "childcare": 1}, "childcare"),
        ({"email": "leyla@example.org", "language": "de", "forums": ["one"]}, "forums.0"),
        ({"email": "leyla@example.org", "language": "de", "forums": [str(uuid4()) for _ in range(9)]}, "forums"),
        ({"email": "leyla@example.org", "language": "de", "assistance": ["childcare"]}, "assistance.0"),
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
