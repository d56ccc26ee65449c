"""The JSON doors, as ARCHITECTURE.md promises them."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.notifications.channels import kannel
from services.notifications.config import Config
from shared import ids
from shared.events.submissions import IdeaPublished
from tests.notifications.world import World

BASE = "/api/notifications/v1"
AYSE, OMAR = "ayse@example.org", "+4915123456789"


def content(answer: TestResponse) -> Any:
    """The JSON of an answer, which must be there."""
    assert answer.json is not None
    return answer.json


def test_follow_by_email_and_confirm_by_the_token_of_its_link(world: World, client: FlaskClient) -> None:
    idea_id = world.confirmed_idea("author@example.org")
    wish = {"topic": "idea", "id": str(idea_id), "email": AYSE, "language": "en"}
    asked = client.post(f"{BASE}/follows", json=wish)
    world.sender.send_due()
    token = world.letters(AYSE)[0]["links"][0].rpartition("/")[2]

    confirmed = client.post(f"{BASE}/follows/confirm", json={"token": token})
    world.happens(IdeaPublished(idea_id=idea_id, language="de", title="Bänke"), idea_id)

    assert (asked.status_code, content(asked)["status"]) == (202, "pending")
    assert (confirmed.status_code, content(confirmed)) == (200, {"id": content(asked)["id"], "status": "confirmed"})
    assert world.letters(AYSE)[0]["language"] == "en"


def test_follow_by_phone_and_confirm_by_the_code(world: World, client: FlaskClient) -> None:
    asked = client.post(f"{BASE}/follows", json={"topic": "council", "phone": "0151 23456789", "language": "de"})
    world.sender.send_due()
    letter = world.letters(OMAR)[0]

    wrong = client.post(f"{BASE}/follows/confirm", json={"id": content(asked)["id"], "code": "12"})
    right = client.post(f"{BASE}/follows/confirm", json={"id": content(asked)["id"], "code": letter["code"]})

    assert wrong.status_code == 422 and "code" in content(wrong)["errors"]
    assert content(right)["status"] == "confirmed"


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"topic": "council", "language": "de"}, "email"),
        ({"topic": "idea", "email": AYSE, "language": "de"}, "id"),
        ({"topic": "weather", "email": AYSE, "language": "de"}, "topic"),
        ({"topic": "council", "email": "x", "language": "de"}, "email"),
        ({"topic": "council", "phone": "040 115", "language": "de"}, "phone"),
        ({"topic": "council", "email": AYSE, "language": "xx"}, "language"),
        ({"topic": "council", "email": AYSE, "language": "de", "sudo": True}, "sudo"),
    ],
)
def test_a_wrong_wish_names_the_field(client: FlaskClient, wish: dict[str, object], field: str) -> None:
    answer = client.post(f"{BASE}/follows", json=wish)

    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert field in content(answer)["errors"]


def test_the_same_key_gets_the_same_answer_and_one_message(world: World, client: FlaskClient) -> None:
    wish = {"topic": "council", "email": AYSE, "language": "de"}
    answers = [client.post(f"{BASE}/follows", json=wish, headers={"Idempotency-Key": "k1"}) for _ in range(3)]
    world.sender.send_due()

    assert len({answer.text for answer in answers}) == 1
    assert len(world.letters(AYSE)) == 1 and len(world.log()) == 1


def test_an_invented_token_is_worth_nothing(client: FlaskClient) -> None:
    token = "CoBAcV80V_eGuoWrveQdrg.9984e0393cc89e0ef33a1a8cc2f7f12b"

    assert client.post(f"{BASE}/follows/confirm", json={"token": token}).status_code == 404
    assert client.post(f"{BASE}/follows/confirm", json={"id": str(uuid4()), "code": "1"}).status_code == 422
    assert client.post(f"{BASE}/follows/confirm", json={}).status_code == 422


def test_staff_find_what_an_event_led_to(
    world: World, client: FlaskClient, bearer: Callable[..., dict[str, str]]
) -> None:
    world.idea(AYSE)
    world.idea(phone=OMAR)
    (line,) = world.log(channel="sms")
    query = {"event_id": str(line.event_id), "status": "sent", "channel": "sms", "recipient_id": str(line.recipient_id)}

    found = client.get(f"{BASE}/notifications", query_string=query, headers=bearer("clerk"))

    assert [row["id"] for row in content(found)["data"]] == [str(line.id)]
    assert content(found)["next"] is None
    assert content(found)["data"][0]["masked_address"] == "+49 •••• 789"
    assert OMAR not in found.text
    assert client.get(f"{BASE}/notifications").status_code == 401
    assert client.get(f"{BASE}/notifications", headers=bearer("door")).status_code == 403
    nothing = client.get(
        f"{BASE}/notifications", query_string={"event_id": str(ids.internal())}, headers=bearer("clerk")
    )
    assert content(nothing)["data"] == []


def test_what_was_sent_cannot_be_sent_again(
    world: World, client: FlaskClient, bearer: Callable[..., dict[str, str]]
) -> None:
    world.idea(AYSE)
    (line,) = world.log()

    assert client.post(f"{BASE}/notifications/{line.id}/send", headers=bearer("clerk")).status_code == 409
    assert client.post(f"{BASE}/notifications/{uuid4()}/send", headers=bearer("clerk")).status_code == 404


def test_the_mailbox_lists_letters_newest_first(world: World, client: FlaskClient) -> None:
    world.idea(AYSE)
    world.idea(phone=OMAR, language="ar")

    newest, oldest = content(client.get(f"{BASE}/mailbox"))["data"]

    assert (newest["channel"], newest["to"], newest["code"], newest["language"]) == ("sms", OMAR, "482913", "ar")
    assert (oldest["channel"], oldest["to"]) == ("email", AYSE)
    assert oldest["links"][0] == "http://localhost/ideen/bestaetigen/abc"
    assert oldest["subject"] and oldest["text"] and oldest["html"] and oldest["sent_at"]
    assert [letter["to"] for letter in content(client.get(f"{BASE}/mailbox?to={AYSE}"))["data"]] == [AYSE]


def test_a_signed_receipt_is_taken_and_a_forged_one_refused(world: World, client: FlaskClient, config: Config) -> None:
    world.idea(phone=OMAR)
    (line,) = world.log()
    url = kannel.receipt_url(config, line.id).removeprefix("http://localhost")

    assert client.get(url.replace("%d", "8")).status_code == 202
    assert client.post(url.replace("%d", "1")).status_code == 202
    assert client.get(url.replace("mark=", "mark=0").replace("%d", "2")).status_code == 401
    assert client.get(url.replace("%d", "77")).status_code == 401
    assert client.get(f"{BASE}/webhooks/kannel").status_code == 422
    assert world.log()[0].receipt == "delivered"
