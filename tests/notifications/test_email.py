"""E-mail through real servers: what arrives is what was meant, and every answer of a server has its consequence."""

from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from uuid import uuid4

import pytest

from services.notifications.channels.letter import CannotSend, Later, Letter, Refused, Unclear
from services.notifications.channels.smtp import Smtp
from services.notifications.config import Config
from services.notifications.models import EMAIL
from tests.notifications.world import Senders, World
from tests.servers.mail import DOMAIN, REFUSED, Postfix, Sink, postfix, sink
from tests.servers.parts import part
from tests.servers.ports import free_port


@pytest.fixture(scope="module")
def mta() -> Iterator[Postfix]:
    """A real Postfix."""
    with part("postfix", postfix) as server:
        yield server


@pytest.fixture
def server() -> Iterator[Sink]:
    """A server whose answers the test chooses."""
    with sink() as behaviour:
        yield behaviour


def a_letter(
    to: str = f"ayse@{DOMAIN}", subject: str = "Ihr Platz ist sicher", text: str = "Grüße aus Harburg"
) -> Letter:
    """A letter with some of everything."""
    return Letter(
        reference=uuid4(),
        channel=EMAIL,
        to=to,
        subject=subject,
        text=text,
        html=f"<p>{text}</p>",
        language="de",
        stop_url="http://localhost/mitteilungen/abbestellen/token",
    )


def send(way: Smtp, letter: Letter) -> None:
    """Hand one letter over. Raises what became of it, if it wasn't taken."""
    ((_, outcome),) = way.send_all([letter])
    if isinstance(outcome, CannotSend):
        raise outcome


def body(mail: EmailMessage, kind: str) -> str:
    """The plain or html part of a mail."""
    found = mail.get_body((kind,))
    assert found is not None
    return str(found.get_content()).strip()


def test_a_real_mta_delivers_umlauts_arabic_and_dots_as_written(config: Config, mta: Postfix) -> None:
    text = "Zeile eins\n.ein Punkt am Anfang\n..zwei\nمرحبًا بكم في المؤتمر\nStraße, Łódź, Привет, ığş"
    letter = a_letter(subject="Bürgerbüro: مؤتمر هاربورغ", text=text)
    way = Smtp(replace(config, mail_url=mta.url))

    send(way, letter)
    way.close()

    (mail,) = mta.mail(letter.to)
    assert mail["Subject"] == "Bürgerbüro: مؤتمر هاربورغ"
    assert body(mail, "plain").replace("\r\n", "\n") == text
    assert "مرحبًا" in body(mail, "html")
    assert mail["From"].addresses[0].display_name == "Harburger Integrationskonferenz"
    assert mail["From"].addresses[0].addr_spec == config.mail_sender
    assert mail["Message-ID"] == f"<{letter.reference}@mitsprache.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "de"
    assert mail["List-Unsubscribe"] == f"<{letter.stop_url}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_real_mta_gets_what_happened_to_a_registration(config: Config, mta: Postfix, world: World) -> None:
    world.sender = Senders(replace(config, mail_url=mta.url), world.database)

    world.registration(f"mehmet@{DOMAIN}", language="ar")

    (mail,) = mta.mail(f"mehmet@{DOMAIN}")
    assert mail["Content-Language"] == "ar"
    assert mail["List-Unsubscribe"] is None
    assert 'dir="rtl"' in body(mail, "html")
    (calendar,) = mail.iter_attachments()
    assert calendar.get_content_type() == "text/calendar"
    assert calendar.get_param("method") == "PUBLISH"
    assert "BEGIN:VEVENT" in calendar.get_content()


def test_a_real_mta_that_refuses_an_address_is_believed(config: Config, mta: Postfix) -> None:
    way = Smtp(replace(config, mail_url=mta.url))

    with pytest.raises(Refused, match=r"550 5\.1\.1") as refusal:
        send(way, a_letter(REFUSED))

    assert REFUSED not in str(refusal.value)
    letter = a_letter(f"next@{DOMAIN}")
    send(way, letter)
    way.close()
    assert mta.mail(letter.to)


def test_one_connection_serves_many_letters(config: Config, server: Sink) -> None:
    way = Smtp(replace(config, mail_url=server.url))

    for _ in range(5):
        send(way, a_letter())
    way.close()

    assert len(server.taken) == 5
    assert server.connections == 1


def test_a_line_end_in_a_subject_makes_no_header(config: Config, server: Sink) -> None:
    letter = a_letter(subject="Konferenz\r\nBcc: victim@example.org\nX-Evil: 1")
    way = Smtp(replace(config, mail_url=server.url))

    send(way, letter)
    way.close()

    (mail,) = server.mails
    assert mail["Bcc"] is None and mail["X-Evil"] is None
    assert mail["Subject"] == "Konferenz Bcc: victim@example.org X-Evil: 1"
    assert server.taken[0].rcpt_tos == [letter.to]


@pytest.mark.parametrize("to", ["a@example.org\r\nRCPT TO:<b@example.org>", "a@example.org>\r\nDATA"])
def test_a_line_end_in_an_address_sends_nothing(config: Config, server: Sink, to: str) -> None:
    way = Smtp(replace(config, mail_url=server.url))

    with pytest.raises(Refused):
        send(way, a_letter(to))
    way.close()

    assert server.taken == []


def test_an_address_with_umlauts_arrives(config: Config, server: Sink) -> None:
    way = Smtp(replace(config, mail_url=server.url))

    send(way, a_letter("jürgen@bücher.example"))
    way.close()

    assert server.taken[0].rcpt_tos == ["jürgen@bücher.example"]


@pytest.mark.parametrize(
    ("to_recipient", "to_text", "outcome"),
    [
        ("450 4.2.1 greylisted", "250 OK", Later),
        ("550 5.1.1 unknown", "250 OK", Refused),
        ("250 OK", "451 4.3.0 busy", Later),
        ("250 OK", "554 5.7.1 spam", Refused),
        ("421 4.3.2 going down", "250 OK", Later),
    ],
)
def test_an_answer_decides_whether_it_is_tried_again(
    config: Config, server: Sink, to_recipient: str, to_text: str, outcome: type[Exception]
) -> None:
    server.to_recipient, server.to_text = to_recipient, to_text
    way = Smtp(replace(config, mail_url=server.url))

    with pytest.raises(outcome):
        send(way, a_letter())

    server.to_recipient = server.to_text = "250 OK"
    send(way, a_letter())
    way.close()
    assert len(server.taken) == 1


def test_a_server_that_hangs_up_after_the_text_leaves_it_unclear(config: Config, server: Sink) -> None:
    server.hangs_up = True
    way = Smtp(replace(config, mail_url=server.url))

    with pytest.raises(Unclear):
        send(way, a_letter())
    way.close()

    assert len(server.taken) == 1


def test_a_server_that_is_away_is_waited_for(config: Config) -> None:
    way = Smtp(replace(config, mail_url=f"smtp://127.0.0.1:{free_port()}"))

    with pytest.raises(Later) as reason:
        send(way, a_letter())

    assert reason.value.is_away


def test_a_connection_that_went_to_sleep_is_opened_again(config: Config) -> None:
    with sink() as first:
        way = Smtp(replace(config, mail_url=first.url))
        send(way, a_letter())
        port = first.port
    with sink(port) as second:
        send(way, a_letter())
        way.close()

        assert len(second.taken) == 1
