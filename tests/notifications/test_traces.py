"""A letter and a short message lead back to the request that caused them."""

from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from sqlalchemy import select

from services.notifications.channels.kannel import Kannel
from services.notifications.config import Config
from services.notifications.models import Notification
from shared import tracing
from tests.notifications.test_sms import an_sms
from tests.notifications.world import Senders, World
from tests.observing.test_traces import GIVEN, TRACE
from tests.servers.mail import sink
from tests.servers.ports import LOCAL


def test_the_mail_of_a_request_carries_its_trace_and_a_span_of_its_own(config: Config, world: World) -> None:
    with sink() as server:
        world.sender = Senders(replace(config, mail_url=server.url), world.database)
        with tracing.following(GIVEN):
            world.idea("leyla@example.org")
        (mail,) = server.mails

    with world.database.read() as session:
        kept = session.scalars(select(Notification.traceparent)).one()
    assert kept is not None
    assert (mail["traceparent"][3:35], kept[3:35]) == (TRACE, TRACE)
    assert mail["traceparent"] != kept
    assert len(mail.get_all("traceparent")) == 1


def test_what_was_told_before_traces_were_kept_is_sent_all_the_same(config: Config, world: World) -> None:
    with sink() as server:
        world.sender = Senders(replace(config, mail_url=server.url), world.database)
        world.happens_unsent("leyla@example.org")
        with world.database.write() as session:
            session.scalars(select(Notification)).one().traceparent = None
        world.sender.send_due()
        (mail,) = server.mails

    assert tracing.well_formed(mail["traceparent"])


@pytest.fixture
def gateway() -> Iterator[tuple[str, list[str | None]]]:
    """The address of an SMS gateway that takes everything, and the traces it was told."""
    told: list[str | None] = []

    class Gateway(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.append(self.headers["traceparent"])
            self.send_response(202)
            self.end_headers()
            self.wfile.write(b"0: Accepted for delivery")

        def log_message(self, *_arguments: object) -> None:
            """Quietly."""

    server = HTTPServer((LOCAL, 0), Gateway)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"kannel+http://a:b@{LOCAL}:{server.server_port}", told
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_sms_gateway_is_told_the_trace(config: Config, gateway: tuple[str, list[str | None]]) -> None:
    url, told = gateway
    channel = Kannel(replace(config, sms_url=url))
    channel.send(replace(an_sms("Hallo", "+4915112345678"), traceparent=GIVEN))
    channel.close()
    assert told == [GIVEN]
