"""A letter as it stands on the wire: MIME, ready to follow an SMTP server's 354.

Most of it is the same for thousands of letters, so it is put together here; the standard library writes every header that isn't
short plain ASCII. A boundary can't occur in a text: quoted-printable never holds "=_", base64 holds no underscore.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.policy import SMTPUTF8
from email.utils import format_datetime
from functools import lru_cache

from services.notifications.channels.letter import Attachment, Letter
from services.notifications.config import Config
from shared import clock

_WIDTH = 78
_END = "\r\n"
#: No line of a message may be longer (RFC 5321, 4.5.3.1.6, without its end).
_LONGEST_LINE = 998
# What needs neither encoding nor quoting. Nothing that looks like an encoded word.
_PLAIN = re.compile(r"(?!.*=\?)[!-~]+(?: [!-~]+)*")
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9.-]+")
_URL = re.compile(r"https?://[!-;=?-~]+")

_MIXED, _ALTERNATIVE = "=_mixed", "=_alternative"


def as_data(config: Config, letter: Letter) -> bytes:
    """The letter with leading dots doubled and the dot at its end. Raises ValueError for a line end in a header."""
    lines = b"".join((*_headers(config, letter), *_content(letter)))
    return lines.replace(b"\n.", b"\n..") + b".\r\n"


def _headers(config: Config, letter: Letter) -> Iterator[bytes]:
    operator = config.web.operator
    yield _mailbox("From", operator.site_name, config.mail_sender)
    yield _recipient(letter.to)
    yield _mailbox("Reply-To", operator.name, operator.email)
    yield _text("Subject", " ".join(letter.subject.split()))
    yield _text("Date", format_datetime(clock.now()))
    yield _text("Message-ID", f"<{letter.reference}@{config.mail_domain}>")
    yield _text("Auto-Submitted", "auto-generated")
    if letter.traceparent is not None:
        # Named as W3C names it for HTTP and as CloudEvents do; the ids in it are random and tell nothing of anybody.
        yield _text("traceparent", letter.traceparent)
    if letter.stop_url is not None:
        yield _link("List-Unsubscribe", letter.stop_url)
        yield _text("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
    yield _text("Content-Language", letter.language)
    yield b"MIME-Version: 1.0\r\n"


def _content(letter: Letter) -> Iterator[bytes]:
    """The two texts of which a mail program shows one, and what goes along with them."""
    if not letter.attachments:
        yield from _texts(letter)
        return
    yield f'Content-Type: multipart/mixed; boundary="{_MIXED}"\r\n\r\n--{_MIXED}\r\n'.encode()
    yield from _texts(letter)
    for attachment in letter.attachments:
        yield f"--{_MIXED}\r\n".encode()
        yield from _attached(attachment)
    yield f"--{_MIXED}--\r\n".encode()


def _texts(letter: Letter) -> Iterator[bytes]:
    yield f'Content-Type: multipart/alternative; boundary="{_ALTERNATIVE}"\r\n\r\n'.encode()
    for kind, text in (("plain", letter.text), ("html", letter.html)):
        encoding, encoded = _encoded(f"{text}\n")
        yield f'--{_ALTERNATIVE}\r\nContent-Type: text/{kind}; charset="utf-8"\r\n'.encode()
        yield f"Content-Transfer-Encoding: {encoding}\r\n\r\n".encode()
        yield encoded
    yield f"--{_ALTERNATIVE}--\r\n".encode()


def _encoded(text: str) -> tuple[str, bytes]:
    """What keeps lines short for any server, and the source readable where most letters are ASCII."""
    raw = text.encode()
    # Every letter beyond ASCII takes two bytes at least.
    if len(raw) < len(text) * 3 / 2:
        return "quoted-printable", binascii.b2a_qp(raw, istext=True).replace(b"\n", b"\r\n")
    return "base64", base64.encodebytes(raw).replace(b"\n", b"\r\n")


def _attached(attachment: Attachment) -> Iterator[bytes]:
    yield _text("Content-Type", attachment.media_type)
    yield _text("Content-Disposition", f'attachment; filename="{attachment.name}"')
    yield b"Content-Transfer-Encoding: base64\r\n\r\n"
    yield base64.encodebytes(attachment.content).replace(b"\n", b"\r\n")


def _recipient(to: str) -> bytes:
    line = f"To: {to}"
    if len(line) <= _WIDTH and _ADDRESS.fullmatch(to):
        return f"{line}\r\n".encode()
    return _odd_recipient(to)


def _link(name: str, url: str) -> bytes:
    """One address in angle brackets; never folded, since programs read it whole."""
    if len(url) > _LONGEST_LINE - len(name) - 4 or not _URL.fullmatch(url):
        raise ValueError(f"no address that a header {name} could hold")
    return f"{name}: <{url}>\r\n".encode()


def _text(name: str, value: str) -> bytes:
    line = f"{name}: {value}"
    if len(line) <= _WIDTH and _PLAIN.fullmatch(value):
        return f"{line}\r\n".encode()
    return _encoded_text(name, value)


@lru_cache
def _encoded_text(name: str, value: str) -> bytes:
    """Encoded as a whole: where single words are, the library loses spaces between them. Raises ValueError for a line end."""
    if len(value.splitlines()) > 1:
        raise ValueError(f"a line end in a header {name}")
    return f"{name}: {Header(value, 'utf-8', header_name=name).encode(linesep=_END)}\r\n".encode()


@lru_cache
def _mailbox(name: str, display_name: str, address: str) -> bytes:
    message = EmailMessage(policy=SMTP_POLICY)
    message[name] = Address(display_name, addr_spec=address)
    return _only_header(message)


@lru_cache
def _odd_recipient(to: str) -> bytes:
    """With everything quoted that needs it. Raises ValueError for a line end in it."""
    message = EmailMessage(policy=SMTP_POLICY if to.isascii() else SMTPUTF8)
    message["To"] = to
    return _only_header(message)


def _only_header(message: EmailMessage) -> bytes:
    return message.as_bytes().removesuffix(b"\r\n")
