"""One open connection to a mail server, and the talk over it: RFC 2920 pipelining where the server offers it.

A write takes the text of one letter and the envelope of the next, so that a letter costs one round trip instead of four.
"""

import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from services.notifications.channels.letter import CannotSend, Later, Refused, Unclear

#: Seconds a server may take for one answer.
_PATIENCE = 30
_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
_BROKEN = (OSError, smtplib.SMTPException)
_GO_ON, _GOING_DOWN = 354, 421
_NO_ADDRESS = re.compile(r"[\x00-\x20\x7f<>]")

Reply = tuple[int, bytes]


class Gone(Exception):
    """The connection broke, or the server is about to close it."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """From whom and to whom. Raises ValueError for what would be more than an address to a mail server."""

    sender: str
    to: str

    def __post_init__(self) -> None:
        if _NO_ADDRESS.search(self.sender + self.to):
            raise ValueError("no address holds such a character")


class Line:
    """A connection, opened and signed in. Raises OSError or smtplib.SMTPException where that fails.

    `answered` counts envelopes and texts that the server has judged.
    """

    def __init__(self, url: str, own_name: str) -> None:
        self._connection = _connect(url, own_name)
        self._is_pipelining = self._connection.has_extn("pipelining")
        self.is_open = True
        self.answered = 0

    def write(self, text: bytes, envelope: Envelope | None) -> None:
        """Hand over the text that the server waits for, and at once the next envelope if it allows that."""
        ahead = _commands(envelope) if envelope and self._is_pipelining and self._takes(envelope) else []
        self._write(text + b"".join(ahead))

    def judge_text(self) -> CannotSend | None:
        """Whether the server took the text that was written."""
        try:
            reply = self._reply()
        except Gone as error:
            return Unclear(f"mail server: {error} after the text")
        self.answered += 1
        return _judged(reply)

    def judge_envelope(self, envelope: Envelope) -> CannotSend | None:
        """Whether the server now waits for the text. Raises Gone; then it has nothing of this letter."""
        if not self._takes(envelope):
            return Refused("mail server: no international addresses")
        replies: list[Reply] = []
        for command in _commands(envelope):
            if not self._is_pipelining:
                self._write(command)
            replies.append(self._reply())
            if replies[-1][0] >= 400 and not self._is_pipelining:
                break
        self.answered += 1
        worst = next((reply for reply in replies if reply[0] >= 400), None)
        if worst is None:
            return None
        if replies[-1][0] == _GO_ON:
            # It waits for a text that must not come: only hanging up is safe.
            self._hang_up()
        else:
            self._write(b"RSET\r\n")
            self._reply()
        return _judged(worst)

    def close(self) -> None:
        """Say goodbye, if there is anybody."""
        if self.is_open:
            self.is_open = False
            with suppress(*_BROKEN):
                self._connection.quit()
        self._connection.close()

    def _takes(self, envelope: Envelope) -> bool:
        return envelope.to.isascii() or self._connection.has_extn("smtputf8")

    def _write(self, raw: bytes) -> None:
        try:
            self._connection.send(raw)
        except _BROKEN:
            self._hang_up()

    def _reply(self) -> Reply:
        """The next answer. Raises Gone; a server that says 421 is as good as gone."""
        if not self.is_open:
            raise Gone("connection lost")
        try:
            reply = self._connection.getreply()
        except _BROKEN as error:
            self._hang_up()
            raise Gone(type(error).__name__) from error
        if reply[0] == _GOING_DOWN:
            self._hang_up()
        return reply

    def _hang_up(self) -> None:
        self.is_open = False
        self._connection.close()


def _commands(envelope: Envelope) -> list[bytes]:
    options = "" if envelope.to.isascii() else " SMTPUTF8"
    lines = (f"MAIL FROM:<{envelope.sender}>{options}", f"RCPT TO:<{envelope.to}>", "DATA")
    return [f"{line}\r\n".encode() for line in lines]


def _judged(reply: Reply) -> CannotSend | None:
    """The server's words may repeat the address: only its code is kept."""
    code = reply[0]
    if code == 250:
        return None
    status = re.match(rb"[245]\.\d{1,3}\.\d{1,3}", reply[1])
    reason = f"mail server: {code} {status.group().decode() if status else ''}".rstrip()
    return Refused(reason) if 500 <= code < 600 else Later(reason)


def _connect(url: str, own_name: str) -> smtplib.SMTP:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    opening: Callable[..., smtplib.SMTP] = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
    secure = {"context": ssl.create_default_context()} if parts.scheme == "smtps" else {}
    connection = opening(host, port, local_hostname=own_name, timeout=_PATIENCE, **secure)
    if connection.sock is not None:
        # Else the end of a letter waits for the server's word that the beginning came.
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.ehlo_or_helo_if_needed()
    if parts.scheme == "smtp+starttls":
        connection.starttls(context=ssl.create_default_context())
        connection.ehlo()
    if parts.username:
        connection.login(unquote(parts.username), unquote(parts.password or ""))
    return connection
