"""E-mail by SMTP: one connection that stays open, envelope and data in one go where the server offers pipelining."""

import re
import smtplib
import ssl
from collections.abc import Callable
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.policy import SMTPUTF8 as SMTPUTF8_POLICY
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from services.notifications.channels.letter import CannotSend, Later, Letter, Refused, Unclear
from services.notifications.config import Config
from shared import clock

#: Seconds a server may take for one answer.
_PATIENCE = 30
_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class Smtp:
    """The mail server behind MAIL_URL."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._open: smtplib.SMTP | None = None

    def send(self, letter: Letter) -> None:
        """Hand the letter over. Raises Later, Refused or Unclear."""
        data = _lines(as_message(self._config, letter))
        sender, kept_open = self._config.mail_sender, self._open is not None
        try:
            try:
                self._hand_over(self._connection(), sender, letter.to, data)
            except _Gone:
                if not kept_open:
                    raise
                # Servers close idle connections; nothing of this letter was taken yet.
                self._hand_over(self._connection(), sender, letter.to, data)
        except CannotSend:
            raise
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise Later(f"mail server: {type(error).__name__}", is_away=True) from error

    def close(self) -> None:
        """Say goodbye, if there is anybody."""
        connection, self._open = self._open, None
        if connection is not None:
            try:
                connection.quit()
            except (OSError, smtplib.SMTPException):
                connection.close()

    def _connection(self) -> smtplib.SMTP:
        if self._open is None:
            self._open = _connect(self._config.mail_url, self._config.mail_domain)
        return self._open

    def _hand_over(self, connection: smtplib.SMTP, sender: str, to: str, data: bytes) -> None:
        try:
            replies = _envelope(connection, sender, to)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise _Gone from error
        worst = next((reply for reply in replies if reply[0] not in {250, 251, 354}), None)
        if worst is not None:
            self._leave(connection, replies)
            raise _refusal(worst)
        try:
            connection.send(data)
            reply = connection.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise Unclear(f"mail server: {type(error).__name__} after the text") from error
        if reply[0] != 250:
            if reply[0] == 421:
                self.close()
            raise _refusal(reply)

    def _leave(self, connection: smtplib.SMTP, replies: list[tuple[int, bytes]]) -> None:
        if replies[-1][0] == 354 or any(code == 421 for code, _ in replies):
            # It waits for a text that must not come: only hanging up is safe.
            self._open = None
            connection.close()
        else:
            connection.rset()


class _Gone(smtplib.SMTPException):
    """The connection broke before the server had anything."""


def as_message(config: Config, letter: Letter) -> EmailMessage:
    """The letter as a MIME message; the library refuses line ends in headers."""
    policy = SMTP_POLICY if letter.to.isascii() else SMTPUTF8_POLICY
    message = EmailMessage(policy=policy)
    message["From"] = Address(config.web.operator.site_name, addr_spec=config.mail_sender)
    message["To"] = letter.to
    message["Reply-To"] = Address(config.web.operator.name, addr_spec=config.web.operator.email)
    message["Subject"] = " ".join(letter.subject.split())
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<{letter.reference}@{config.mail_domain}>"
    message["Auto-Submitted"] = "auto-generated"
    if letter.stop_url is not None:
        message["List-Unsubscribe"] = f"<{letter.stop_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.text + "\n", cte=_encoding(letter.text))
    message.add_alternative(letter.html, subtype="html", cte=_encoding(letter.html))
    for attachment in letter.attachments:
        kind, *parameters = attachment.media_type.split("; ")
        maintype, _, subtype = kind.partition("/")
        message.add_attachment(
            attachment.content,
            maintype=maintype,
            subtype=subtype,
            filename=attachment.name,
            params=dict(parameter.split("=", 1) for parameter in parameters),
        )
    # Last: setting contents takes every Content- header away.
    message["Content-Language"] = letter.language
    return message


def _encoding(text: str) -> str:
    """What keeps lines short for any server, and the source readable where most letters are ASCII."""
    return "quoted-printable" if sum(map(str.isascii, text)) * 2 > len(text) else "base64"


def _lines(message: EmailMessage) -> bytes:
    """The message as it stands on the wire: leading dots doubled, a dot alone at the end."""
    return re.sub(rb"(?m)^\.", b"..", message.as_bytes()) + b".\r\n"


def _envelope(connection: smtplib.SMTP, sender: str, to: str) -> list[tuple[int, bytes]]:
    """The replies to MAIL, RCPT and DATA, asked together if the server allows it; else up to the first refusal."""
    options = " SMTPUTF8" if not to.isascii() and connection.has_extn("smtputf8") else ""
    if not to.isascii() and not options:
        return [(553, b"the server takes no international addresses")]
    commands = [f"MAIL FROM:<{sender}>{options}", f"RCPT TO:<{to}>", "DATA"]
    if connection.has_extn("pipelining"):
        connection.send("".join(f"{command}\r\n" for command in commands).encode())
        return [connection.getreply() for _ in commands]
    replies: list[tuple[int, bytes]] = []
    for command in commands:
        connection.send(f"{command}\r\n".encode())
        replies.append(connection.getreply())
        if replies[-1][0] >= 400:
            break
    return replies


def _refusal(reply: tuple[int, bytes]) -> CannotSend:
    """The server's words may repeat the address: only its code is kept."""
    code = reply[0]
    status = re.match(rb"[245]\.\d{1,3}\.\d{1,3}", reply[1])
    reason = f"mail server: {code} {status.group().decode() if status else ''}".rstrip()
    return Refused(reason) if 500 <= code < 600 else Later(reason, is_away=code == 421)


def _connect(url: str, own_name: str) -> smtplib.SMTP:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    opening: Callable[..., smtplib.SMTP] = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
    secure = {"context": ssl.create_default_context()} if parts.scheme == "smtps" else {}
    connection = opening(host, port, local_hostname=own_name, timeout=_PATIENCE, **secure)
    connection.ehlo_or_helo_if_needed()
    if parts.scheme == "smtp+starttls":
        connection.starttls(context=ssl.create_default_context())
        connection.ehlo()
    if parts.username:
        connection.login(unquote(parts.username), unquote(parts.password or ""))
    return connection
