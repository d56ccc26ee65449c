"""What really left the house: a mail server and an SMS gateway that write down everything they were given."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.servers.ports import LOCAL, free_port


@dataclass(frozen=True, slots=True)
class Handed:
    """One message that a provider took: `reference` is the id under which the sender knows it."""

    at: float
    channel: str
    to: str
    reference: str
    text: str


@dataclass
class Truth:
    """Everything that was handed over, in order; `mail_url` and `sms_url` say where to hand it."""

    handed: list[Handed] = field(default_factory=list)
    mail_url: str = ""
    sms_url: str = ""
    _by_address: dict[str, list[Handed]] = field(default_factory=dict)
    _news: threading.Condition = field(default_factory=threading.Condition)

    def take(self, channel: str, to: str, reference: str, text: str) -> None:
        """Write one down."""
        handed = Handed(time.time(), channel, to, reference, text)
        with self._news:
            self.handed.append(handed)
            self._by_address.setdefault(to, []).append(handed)
            self._news.notify_all()

    def wait_for(self, to: str, wanted: Callable[[str], str | None], seconds: float) -> str:
        """The first thing that `wanted` finds in a text to this address. Raises AssertionError when nothing comes in time."""
        ends = time.monotonic() + seconds
        with self._news:
            while True:
                for handed in self._by_address.get(to, []):
                    if found := wanted(handed.text):
                        return found
                assert self._news.wait(max(0.0, ends - time.monotonic())), f"waited {seconds:.0f} s for a message"


@contextmanager
def truth() -> Iterator[Truth]:
    """Both providers, on free ports, gone afterwards."""
    written = Truth()
    mail = Controller(_Mail(written), hostname=LOCAL, port=free_port(), enable_SMTPUTF8=True)
    mail.start()
    sms = ThreadingHTTPServer((LOCAL, free_port()), _sms_handler(written))
    threading.Thread(target=sms.serve_forever, name="sms gateway", daemon=True).start()
    written.mail_url = f"smtp://{LOCAL}:{mail.port}"
    written.sms_url = f"kannel+http://chaos:chaos@{LOCAL}:{sms.server_address[1]}"
    try:
        yield written
    finally:
        mail.stop()
        sms.shutdown()
        sms.server_close()


class _Mail:
    def __init__(self, written: Truth) -> None:
        self._written = written

    async def handle_EHLO(
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", responses[-1]]

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        mail = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        body = mail.get_body(("plain",))
        reference = str(mail["Message-ID"]).strip("<>").partition("@")[0]
        self._written.take("email", envelope.rcpt_tos[0], reference, body.get_content() if body else "")
        return "250 OK"


def _sms_handler(written: Truth) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Kannel's /cgi-bin/sendsms: the reference stands in the address for receipts."""

        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
            reference = parse_qs(urlsplit(asked["dlr-url"]).query)["id"][0]
            written.take("sms", asked["to"], reference, asked["text"])
            answer = b"0: Accepted for delivery"
            self.send_response(202)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: what came is in the truth."""

    return Handler
