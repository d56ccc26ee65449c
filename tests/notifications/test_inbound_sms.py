"""SMS that come in: stop is obeyed, a participant's yes or no travels sealed to registration, all else is helped once a day."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from services.notifications.channels import kannel
from services.notifications.channels.answers import Answer, meaning
from services.notifications.config import Config
from services.notifications.use_cases import answers
from shared import clock
from shared.database import Database
from shared.messaging import tables
from tests.backbone import seals_of
from tests.notifications.world import World

PHONE = "+4915123456789"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        *(
            (yes, Answer.YES)
            for yes in (
                "JA",
                "ja.",
                " J a ",
                "„Ja“",
                "Ja, bitte",
                "Yes!",
                "EVET",
                "нет да"[4:],
                "tak",
                "так",
                "نعم",
                "نَعَم",
                "بله",
            )
        ),
        *(
            (no, Answer.NO)
            for no in ("NEIN", "nein danke", "No", "HAYIR", "hayır", "нет", "nie", "ні", "لا", "لأ", "خیر", "خير")
        ),
        *((stop, Answer.STOP) for stop in ("STOP", "Stopp.", "stop stop", "СТОП", "توقف", "İptal")),
        *(
            (odd, Answer.UNKNOWN)
            for odd in ("", "?", "Ja oder nein", "Ja, aber später", "Jacke", "No problem", "12", "👍")
        ),
    ],
)
def test_a_word_is_understood_however_it_is_typed(text: str, said: Answer) -> None:
    assert meaning(text) is said


def sms(config: Config, client: FlaskClient, text: str, sender: str = PHONE, **sent: Any) -> int:
    """What Kannel posts when this text comes in."""
    address = kannel.inbound_url(config).partition("localhost")[2]
    filled = address.replace("%I", sent.pop("reference", uuid4().hex)).replace("%p", sender.replace("+", "%2B"))
    body = sent.pop("body", text.encode())
    return client.post(filled, data=body, content_type=sent.pop("kind", 'text/plain; charset="UTF-8"')).status_code


def answered(database: Database) -> list[dict[str, Any]]:
    """What was sealed for registration, oldest first."""
    with database.read() as session:
        rows = session.execute(
            select(tables.outbox).where(tables.outbox.c.name == "sms.received").order_by(tables.outbox.c.position)
        ).all()
    seals = seals_of("registration")
    return [seals.open(json.loads(row.sealed)["registration"], "sms.received", row.subject_id) for row in rows]


@pytest.fixture
def registered(world: World) -> Iterator[World]:
    """Somebody registered with a number."""
    world.registration(phone=PHONE)
    yield world


@pytest.mark.usefixtures("registered")
def test_a_yes_and_a_no_travel_sealed_to_registration(config: Config, client: FlaskClient, database: Database) -> None:
    assert sms(config, client, "Ja") == 202
    assert sms(config, client, "nein", sender="4915123456789") == 202
    assert sms(config, client, "", body="نعم".encode("utf-16-be"), kind='text/plain; charset="UTF-16BE"') == 202
    assert sms(config, client, "", body="Ja".encode("utf-16-be"), kind="application/octet-stream") == 202

    assert answered(database) == [{"phone": PHONE, "is_yes": yes} for yes in (True, False, True, True)]


@pytest.mark.usefixtures("registered")
def test_the_same_sms_counts_once_and_a_forged_one_never(
    config: Config, client: FlaskClient, database: Database
) -> None:
    for _ in range(3):
        assert sms(config, client, "Ja", reference="7") == 202
    forged = "/api/notifications/v1/webhooks/kannel/sms?mark=00&id=8&from=%2B4915123456789"
    assert client.post(forged, data=b"Nein").status_code == 401

    assert answered(database) == [{"phone": PHONE, "is_yes": True}]


def test_what_was_written_stands_nowhere(
    config: Config, client: FlaskClient, database: Database, registered: World
) -> None:
    sms(config, client, "Ja, bitte")
    sms(config, client, "Mein Name ist Ayşe")
    with database.read() as session:
        rows = repr([session.execute(select(table)).all() for table in (tables.outbox, tables.inbox)])

    assert "Ayşe" not in rows and PHONE not in rows and "bitte" not in rows
    assert registered.letters(PHONE)


def test_stop_ends_everything_and_nobody_is_told(config: Config, client: FlaskClient, registered: World) -> None:
    before = len(registered.letters(PHONE))

    assert sms(config, client, "STOPP") == 202
    assert sms(config, client, "was") == 202
    registered.registration(phone=PHONE)
    registered.send_soon()

    assert len(registered.letters(PHONE)) == before
    assert registered.log()[0].reason == "blocked"


def test_whoever_is_not_understood_is_helped_once_a_day(config: Config, client: FlaskClient, registered: World) -> None:
    for text in ("hallo", "wer sind Sie", "?"):
        sms(config, client, text)
    registered.send_soon()
    helped = [letter for letter in registered.letters(PHONE) if "verstehen Ihre SMS nicht" in letter["text"]]
    assert len(helped) == 1
    with clock.moved(timedelta(hours=25)):
        sms(config, client, "hallo")
        registered.send_soon()

    assert len([it for it in registered.letters(PHONE) if "verstehen Ihre SMS nicht" in it["text"]]) == 2


def test_a_stranger_gets_no_answer(config: Config, client: FlaskClient, world: World, database: Database) -> None:
    for text in ("Ja", "hallo", "STOP"):
        assert sms(config, client, text, sender="+4915199999999") == 202
    assert sms(config, client, "Ja", sender="Bank") == 202
    world.send_soon()

    assert world.letters() == [] and answered(database) == []


def test_received_sms_are_forgotten_after_a_month(config: Config, client: FlaskClient, database: Database) -> None:
    sms(config, client, "Ja", reference="7")
    with clock.moved(timedelta(days=31)), database.write() as session:
        answers.forget_received(session)
        assert session.scalars(select(answers.ReceivedSms)).all() == []


def test_the_mailbox_page_answers_like_the_gateway(client: FlaskClient, database: Database, registered: World) -> None:
    page = client.get("/postfach").get_data(as_text=True)
    token = page.split('name="csrf_token" value="')[1].split('"')[0]

    sent = client.post("/postfach/antworten", data={"csrf_token": token, "phone": PHONE, "text": "Ja"})

    assert sent.status_code == 303
    assert answered(database) == [{"phone": PHONE, "is_yes": True}]
    assert registered.letters(PHONE)
