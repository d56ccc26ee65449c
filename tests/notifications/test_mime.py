"""What stands on the wire is read by Python's e-mail parser as the very message that its own builder makes."""

import email
import re
from dataclasses import replace
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8

import pytest

from services.notifications.channels.letter import Letter
from services.notifications.channels.mime import as_data
from services.notifications.config import Config
from services.notifications.models import EMAIL
from services.notifications.rendering import MESSAGES
from tests.notifications.test_email import a_letter
from tests.notifications.test_messages import LANGUAGES, ROLES, letter_of

TRACE = f"00-{'a' * 32}-{'b' * 16}-01"


def built(config: Config, letter: Letter) -> EmailMessage:
    """The letter as the standard library's builder makes it."""
    operator = config.web.operator
    message = EmailMessage(policy=SMTPUTF8)
    message["From"] = Address(operator.site_name, addr_spec=config.mail_sender)
    message["To"] = letter.to
    message["Reply-To"] = Address(operator.name, addr_spec=operator.email)
    message["Subject"] = " ".join(letter.subject.split())
    message["Message-ID"] = f"<{letter.reference}@{config.mail_domain}>"
    message["Auto-Submitted"] = "auto-generated"
    if letter.traceparent is not None:
        message["traceparent"] = letter.traceparent
    if letter.stop_url is not None:
        message["List-Unsubscribe"] = f"<{letter.stop_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    for attachment in letter.attachments:
        method = re.findall("method=([A-Z]+)", attachment.media_type)[0]
        message.add_attachment(
            attachment.content.decode(),
            subtype="calendar",
            params={"method": method},
            filename=attachment.name,
        )
    # Behind them, for every part that comes moves the headers Content-* into the one before.
    message["Content-Language"] = letter.language
    return message


def parsed(data: bytes) -> EmailMessage:
    """What a mail server gets: the end taken off, dots halved."""
    assert data.endswith(b"\r\n.\r\n")
    assert all(len(line) <= 998 for line in data.split(b"\r\n"))
    plain = re.sub(rb"(?m)^\.\.", b".", data.removesuffix(b".\r\n"))
    message = email.message_from_bytes(plain, policy=SMTP)
    assert isinstance(message, EmailMessage)
    assert not any(part.defects for part in message.walk())
    return message


def told(message: EmailMessage) -> tuple[dict[str, str], list[tuple[str, str | None, str | None, str]]]:
    """Its headers and its leaves, as a reader's program has them."""
    made_by_us = {"date", "mime-version", "content-type", "content-transfer-encoding"}
    headers = {name.lower(): str(value) for name, value in message.items() if name.lower() not in made_by_us}
    leaves = [
        (part.get_content_type(), part.get_param("method"), part.get_filename(), _lines(part.get_content()))
        for part in message.walk()
        if not part.is_multipart()
    ]
    return headers, leaves


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").rstrip("\n")


@pytest.mark.parametrize("name", sorted(MESSAGES))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_read_as_if_the_library_had_built_it(config: Config, name: str, language: str) -> None:
    for role in ROLES:
        letter = replace(letter_of(config, name, language, EMAIL, role), traceparent=TRACE)
        ours, theirs = parsed(as_data(config, letter)), parsed(_on_the_wire(built(config, letter)))

        assert told(ours) == told(theirs)
        assert [part.get_content_type() for part in ours.walk()] == [part.get_content_type() for part in theirs.walk()]


@pytest.mark.parametrize(
    "text", ["Zeile\n.Punkt\n..zwei\n\n.", "ä" * 3000, "مرحبًا بكم " * 90 + ".", "=20\n--=_mixed\nFrom x"]
)
@pytest.mark.parametrize("subject", ["Bürgerbüro: مؤتمر هاربورغ", "Wort " * 60, "a =?utf-8?q?x?= b", "  a\n b"])
def test_odd_texts_and_subjects_are_read_alike(config: Config, subject: str, text: str) -> None:
    letter = a_letter(subject=subject, text=text)
    headers, leaves = told(parsed(as_data(config, letter)))

    assert headers["subject"] == " ".join(subject.split())
    assert [leaf[3] for leaf in leaves] == [text, f"<p>{text}</p>"]


def _on_the_wire(message: EmailMessage) -> bytes:
    # Unfolded and unencoded: the library breaks addresses that are longer than a line, and loses spaces in subjects.
    return re.sub(rb"(?m)^\.", b"..", message.as_bytes(policy=SMTPUTF8.clone(max_line_length=0))) + b".\r\n"
