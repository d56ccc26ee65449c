"""Where processes are killed: real servers, the eight processes, everything that arrived, and the books."""

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

from tests.architecture.tree import ROOT, SERVICES
from tests.kill_points.books import UNSENT, Books
from tests.kill_points.mortals import Mortals
from tests.servers.kannel import Kannel, kannel
from tests.servers.mail import Sink, sink
from tests.servers.postgresql import PostgreSQL, postgresql
from tests.servers.rabbitmq import RabbitMQ, rabbitmq

#: Where the processes write their logs.
FOLDER = ROOT / "var" / "kill-points"


class Ground:
    """Everything that runs."""

    def __init__(self, processes: Mortals, mails: Sink, gateway: Kannel, books: Books) -> None:
        self.processes = processes
        self.books = books
        self._mails = mails
        self._gateway = gateway

    def letters(self, address: str) -> Counter[str]:
        """How often each message arrived at one address, by Message-ID, or by text where it is a number."""
        return Counter(key for key, _ in self._arrived(address))

    def latest(self, address: str) -> str:
        """The text that arrived last at one address, or nothing."""
        return next((text for _, text in reversed(self._arrived(address))), "")

    def is_settled(self) -> bool:
        """Whether nothing moves and nothing is left to send."""
        if self.books.moving():
            return False
        rows = self.books.rows()
        return not any(rows[f"notifications.notifications.{state}"] for state in UNSENT)

    def _arrived(self, address: str) -> list[tuple[str, str]]:
        if "@" not in address:
            return [(part.text, part.text) for part in self._gateway.parts(address)]
        return [(mail["Message-ID"], _text(mail)) for mail in self._mails.mails_to(address)]


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    return str(body.get_content()) if body else ""


@contextmanager
def ground() -> Iterator[Ground]:
    """Start everything, and end it afterwards; the logs stay in FOLDER until the next time."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    with (
        postgresql() as postgres,
        rabbitmq() as broker,
        sink() as mails,
        kannel() as gateway,
        ground_on(FOLDER, postgres, broker, mails, gateway) as ready,
    ):
        yield ready


@contextmanager
def ground_on(folder: Path, postgres: PostgreSQL, broker: RabbitMQ, mails: Sink, gateway: Kannel) -> Iterator[Ground]:
    """Start the eight processes on servers that run, and end them afterwards."""
    databases = {service: postgres.database(service) for service in SERVICES}
    urls = {service: {"DATABASE_URL": url, "AMQP_URL": broker.url(service)} for service, url in databases.items()}
    extra = {"MAIL_URL": mails.url, "MAIL_SENDER": "mitteilungen@example.org", "SMS_URL": gateway.url}
    processes = Mortals(folder, extra, urls)
    try:
        processes.start()
        books = Books(databases)
        yield Ground(processes, mails, gateway, books)
        books.close()
    finally:
        processes.stop()
