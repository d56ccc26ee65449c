"""SMS: the right alphabet and number of parts, and through a real Kannel every language arrives as it was written."""

from collections.abc import Iterator
from dataclasses import replace
from threading import Thread
from urllib.parse import urlsplit
from uuid import uuid4
from zlib import crc32

import pytest
from flask import Flask
from werkzeug.serving import make_server

from services.notifications.channels import gsm
from services.notifications.channels.kannel import Kannel as Way
from services.notifications.channels.letter import Later, Letter, Refused
from services.notifications.config import Config
from services.notifications.models import SMS
from tests.notifications.world import Senders, World
from tests.servers.kannel import Kannel, kannel
from tests.servers.parts import part
from tests.servers.ports import LOCAL, free_port
from tests.waiting import until


@pytest.fixture(scope="module")
def gateway() -> Iterator[Kannel]:
    """A real Kannel and its fake network."""
    with part("kannel", kannel) as running:
        yield running


def an_sms(text: str, to: str) -> Letter:
    """A text for a number."""
    return Letter(reference=uuid4(), channel=SMS, to=to, subject="", text=text, html="", language="de")


@pytest.mark.parametrize(
    ("text", "is_ucs2", "parts"),
    [
        ("ä" * 160, False, 1),
        ("ä" * 161, False, 2),
        ("a" * 306, False, 2),
        ("a" * 307, False, 3),
        ("€" * 80, False, 1),
        ("€" * 81, False, 2),
        ("ş" * 70, True, 1),
        ("ş" * 71, True, 2),
        ("م" * 134, True, 2),
        ("م" * 135, True, 3),
        ("🙂" * 35, True, 1),
        ("🙂" * 36, True, 2),
        ("ç", True, 1),
        ("Çok", False, 1),
        ("„Vielfalt“ – Ihr Platz …", False, 1),
    ],
)
def test_a_text_takes_as_many_parts_as_its_alphabet_says(text: str, is_ucs2: bool, parts: int) -> None:
    sms = gsm.fit(text)

    assert (sms.is_ucs2, sms.parts) == (is_ucs2, parts)


def test_typographic_marks_become_plain_only_where_that_keeps_the_short_alphabet() -> None:
    assert gsm.fit("„Vielfalt“ – jetzt…").text == '"Vielfalt" - jetzt...'
    assert gsm.fit("„Łódź“ – teraz").text == "„Łódź“ – teraz"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Grüße aus Harburg: Ihr Platz kostet 0 € [sicher]. Straße, Ämter, Öl, Übermut"),
        ("tr", "Değerli İsmail, şifreniz ığüşöç 482913. Çağrı İçin Teşekkürler"),
        ("pl", "Łódź, źdźbło, ćma, ęą ńó: kod 482913"),
        ("ru", "Ваш код 482913. Он действует 30 минут. Ёж"),
        ("uk", "Ваш код 482913. Її, є, ґ"),
        ("ar", "رمزكم للإشعارات هو 482913، وهو صالح لمدة 30 دقيقة."),
        ("fa", "کد شما ۴۸۲۹۱۳ است. پ چ ژ گ"),
        ("emoji", "Danke 🙂 bis bald"),
        ("long ar", "وصلت فكرتكم إلينا. " * 8),
        ("long de", "Ihr Anliegen ist bei uns angekommen, schöne Grüße. " * 5),
    ],
)
def test_every_language_arrives_at_the_network_as_written(
    config: Config, gateway: Kannel, language: str, text: str
) -> None:
    to = f"+49151{crc32(language.encode()) % 10**8:08d}"
    way = Way(replace(config, sms_url=gateway.url))

    parts = way.send(an_sms(text, to))
    way.close()

    assert gateway.text(to, parts) == text
    assert len(gateway.parts(to)) == parts
    assert {part.sender for part in gateway.parts(to)} == {"HIR Harburg"}


def test_receipts_of_a_real_gateway_come_back_to_their_notification(
    config: Config, gateway: Kannel, world: World, app: Flask
) -> None:
    server = make_server(LOCAL, free_port(), app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    wired = replace(config, sms_url=gateway.url, receipts_url=f"http://{LOCAL}:{server.port}")
    world.sender = Senders(wired, world.database)
    try:
        world.idea(phone="+4915187654321", language="tr")
        until(lambda: [line for line in world.log() if line.receipt == "delivered"], "a receipt")
    finally:
        server.shutdown()
        thread.join()

    (line,) = world.log()
    assert (line.status, line.receipt, line.parts) == ("sent", "delivered", 1)
    assert "482913" in gateway.text("+4915187654321")


def test_a_number_abroad_is_refused_before_it_costs_anything(config: Config, gateway: Kannel) -> None:
    with pytest.raises(Refused):
        Way(replace(config, sms_url=gateway.url)).send(an_sms("Hallo", "+881612345678"))

    assert gateway.parts("+881612345678") == []


def test_a_gateway_that_is_away_or_refuses_our_account_is_waited_for(config: Config, gateway: Kannel) -> None:
    wrong = gateway.url.replace(":mitsprache@", ":wrong@")

    for url in (f"kannel+http://a:b@{LOCAL}:{free_port()}", wrong):
        with pytest.raises(Later) as reason:
            Way(replace(config, sms_url=url)).send(an_sms("Hallo", "+4915123456789"))
        assert reason.value.is_away
        assert str(urlsplit(url).password) not in str(reason.value)
