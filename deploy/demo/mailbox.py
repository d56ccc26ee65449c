"""`python -m deploy.demo.mailbox`: takes every letter (SMTP, port 1025) and short message (Kannel), shows them on 8000.

Nothing is kept beyond the process, nothing is sent on. For demonstrations and for the test of the compose file.
"""

import json
import subprocess
import threading
from collections import deque
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.demo import page, short_messages
from deploy.demo.letters import Letter, shown
from deploy.demo.short_messages import ShortMessage

FAKESMSC = ("/usr/lib/kannel/test/fakesmsc", "-H", "kannel-bearerbox", "-r", "10000", "-i", "1", "-m", "1000000000")
PAUSE_SECONDS = 2


class Mailbox:
    """What arrived last, newest first."""

    def __init__(self, size: int = 5000) -> None:
        self._messages: deque[tuple[Letter | ShortMessage, datetime]] = deque(maxlen=size)

    def take(self, message: Letter | ShortMessage) -> None:
        """Keep `message` as arrived now."""
        self._messages.appendleft((message, datetime.now(UTC)))

    def messages(self, to: str | None = None) -> list[dict[str, Any]]:
        """Everything, or what was sent to the address or number `to`."""
        everything = [shown(message, sent_at) for message, sent_at in tuple(self._messages)]
        return [message for message in everything if to in (None, message["to"])]


class LetterBox:
    """aiosmtpd's handler: accepts every letter."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Keep the letter of this transaction."""
        raw = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        self._mailbox.take(Letter(tuple(envelope.rcpt_tos), raw))
        return "250 kept"


def receive_short_messages(mailbox: Mailbox, stop: threading.Event) -> None:
    """Be the SMS centre that Kannel connects through; come back whenever Kannel was away."""
    while not stop.is_set():
        # fakesmsc ends when its input does: the pipe stays open as long as this block.
        with subprocess.Popen(
            FAKESMSC, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace"
        ) as centre:
            for message in short_messages.read(centre.stderr or ()):
                mailbox.take(message)
        stop.wait(PAUSE_SECONDS)


class Desk(BaseHTTPRequestHandler):
    """The page and its JSON."""

    mailbox: Mailbox

    def do_GET(self) -> None:
        """Answer `/postfach`, `/api/notifications/v1/mailbox` and `/healthz`."""
        address = urlsplit(self.path)
        to = parse_qs(address.query).get("to", [None])[0]
        if address.path == "/healthz":
            self._answer(HTTPStatus.OK, "text/plain", "ok\n")
        elif address.path == "/postfach":
            self._answer(HTTPStatus.OK, "text/html", page.page(self.mailbox.messages(to)))
        elif address.path == "/api/notifications/v1/mailbox":
            body = {"data": self.mailbox.messages(to), "next": None}
            self._answer(HTTPStatus.OK, "application/json", json.dumps(body, ensure_ascii=False))
        else:
            self._answer(HTTPStatus.NOT_FOUND, "text/plain", "404\n")

    def log_message(self, format: str, *arguments: object) -> None:
        """Write nothing: addresses stand in the query."""

    def _answer(self, status: HTTPStatus, kind: str, body: str) -> None:
        content = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        self.end_headers()
        self.wfile.write(content)


def main() -> None:
    """Serve until the container ends."""
    mailbox = Mailbox()
    Controller(LetterBox(mailbox), hostname="", port=1025, enable_SMTPUTF8=True).start()
    threading.Thread(target=receive_short_messages, args=(mailbox, threading.Event()), daemon=True).start()
    Desk.mailbox = mailbox
    ThreadingHTTPServer(("", 8000), Desk).serve_forever()


if __name__ == "__main__":
    main()
