"""The journey over HTTP on real servers: PostgreSQL, RabbitMQ, Postfix and an SMS gateway, with eight processes."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.tree import SERVICES
from tests.e2e.journey import walk
from tests.processes import Processes
from tests.servers.kannel import Kannel
from tests.servers.mail import Postfix
from tests.servers.postgresql import PostgreSQL
from tests.servers.rabbitmq import RabbitMQ

#: What browsers send along, or would if they traced.
OF_RESIDENTS = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
OF_STAFF = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"


@pytest.fixture
def processes(
    tmp_path: Path, postgres: PostgreSQL, broker: RabbitMQ, postfix_server: Postfix, kannel_gateway: Kannel
) -> Iterator[Processes]:
    extra = {"MAIL_URL": postfix_server.url, "MAIL_SENDER": "mitteilungen@example.org", "SMS_URL": kannel_gateway.url}
    urls = {
        service: {"DATABASE_URL": postgres.database(service), "AMQP_URL": broker.url(service)} for service in SERVICES
    }
    running = Processes(tmp_path, extra, urls)
    running.start()
    yield running
    running.stop()


def test_one_recommendation_travels_while_processes_die_and_every_mail_leads_back_to_its_request(
    processes: Processes, postfix_server: Postfix, kannel_gateway: Kannel, tmp_path: Path
) -> None:
    def mailbox(to: str) -> list[dict[str, Any]]:
        if "@" in to:
            return [read(mail.get_body(("plain",)).get_content()) for mail in reversed(postfix_server.mail(to, 0))]
        return [read("".join(part.text for part in kannel_gateway.parts(to)))]

    def interrupt(step: str) -> None:
        victims = {
            "registered": ("notifications", "worker"),
            "adopted": ("council", "worker"),
            "refer": ("submissions", "web"),
        }
        if step in victims:
            processes.kill(*victims[step])
            processes.begin(*victims[step])

    walked = walk(processes.api.traced(OF_RESIDENTS), processes.staff().traced(OF_STAFF), mailbox, interrupt)

    assert walked.story[0] == "case.closed"
    assert walked.story[-1] == "idea.received"
    assert len(walked.story) == len(set(walked.story))
    assert walked.case["number"].startswith("V-")

    told = {mail["Subject"]: mail["traceparent"] for mail in postfix_server.mail(walked.email)}
    assert {traceparent[:35] for traceparent in told.values()} == {OF_RESIDENTS[:35], OF_STAFF[:35]}
    about_the_case = [trace for subject, trace in told.items() if walked.case["number"] in subject]
    assert {traceparent[:35] for traceparent in about_the_case} <= {OF_STAFF[:35]}
    access_log = (tmp_path / "registration-web.log").read_text(encoding="utf-8")
    assert f'"trace_id": "{OF_RESIDENTS[3:35]}"' in access_log


def read(text: str) -> dict[str, Any]:
    """A message as the mailbox page would show it: text, links, six digits."""
    code = re.search(r"(?<!\d)\d{6}(?!\d)", text)
    return {"text": text, "links": re.findall(r"https?://\S+", text), "code": code and code.group()}
