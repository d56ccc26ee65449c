"""Claim, send, record: nothing is sent twice by itself, and nothing is lost in silence."""

import itertools
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from services.notifications.channels import kannel
from services.notifications.channels.mailbox import Mailbox
from services.notifications.config import Config
from services.notifications.models import EMAIL, PAUSES, RECEIPTS, SMS, Notification, Status
from services.notifications.rendering import render
from services.notifications.use_cases import sending, telling
from shared import clock, ids
from shared.database import Database
from shared.events.submissions import IdeaPublished
from shared.messaging.tables import stream
from shared.rules import IllegalTransition
from tests.notifications.world import Senders, World
from tests.servers.mail import Sink, sink
from tests.servers.ports import free_port

AYSE = "ayse@example.org"

# What the worker's timer does, as a process that can die.
_WORKER = """
from services.notifications.config import Config
from services.notifications.sender import Sender
from shared.config import Environment
config = Config.from_environment(Environment())
Sender(config, config.open_database("notifications"), "email").send_due()
"""


@pytest.fixture
def server() -> Iterator[Sink]:
    """A mail server whose answers the test chooses."""
    with sink() as behaviour:
        yield behaviour


def by_mail(world: World, server: Sink) -> Config:
    """Let the world send through `server`."""
    config = replace(world.config, mail_url=server.url)
    world.sender = Senders(config, world.database)
    return config


def run_worker(config: Config, server: Sink, failpoint: str = "") -> int:
    """Send what is due in a process of its own, which dies at `failpoint`; returns its exit code."""
    environment = {
        "DATABASE_URL": config.database_url,
        "AMQP_URL": config.amqp_url,
        "SEAL_PRIVATE_KEYS": "{}",
        "SEAL_PUBLIC_KEYS": "{}",
        "COLUMN_KEY": config.column_key,
        "LINK_KEY": config.link_key,
        "BASE_URL": config.web.base_url,
        "SECRET_KEY": config.web.secret_key,
        "STAFF_PUBLIC_KEYS": config.web.staff_public_keys,
        "MAIL_URL": server.url,
        "SMS_URL": config.sms_url,
        "FAILPOINT": failpoint,
    }
    return subprocess.run([sys.executable, "-c", _WORKER], env=environment, check=False).returncode


def the_status(world: World) -> tuple[str, str | None]:
    """State and reason of the only notification."""
    (line,) = world.log()
    return line.status, line.reason


def release(world: World) -> None:
    """A person releases or retries the only notification."""
    with world.database.write() as session:
        sending.send_again(session, world.log()[0].id)


def test_an_event_that_is_handled_again_tells_nobody_again(world: World, server: Sink) -> None:
    by_mail(world, server)
    world.idea(AYSE)
    with world.database.write() as session:
        notification = session.query(Notification).one()
        following = notification.following
        news = telling.News(event_id=notification.event_id, message=notification.message, root_at=clock.now(), facts={})
        telling.tell(session, world.config, news, [following, following])

    world.sender.send_due()

    assert len(server.taken) == 1
    assert len(world.log()) == 1


def test_a_server_that_was_away_gets_it_later(world: World, server: Sink) -> None:
    world.sender = Senders(replace(world.config, mail_url=f"smtp://127.0.0.1:{free_port()}"), world.database)
    world.idea(AYSE)
    assert the_status(world)[0] == Status.CREATED
    by_mail(world, server)

    world.sender.send_due()
    assert server.taken == []
    with clock.moved(timedelta(minutes=1)):
        world.sender.send_due()

    assert len(server.taken) == 1
    assert the_status(world) == (Status.SENT, None)


def test_patience_ends_after_the_last_pause(world: World, server: Sink) -> None:
    by_mail(world, server)
    server.to_text = "451 4.3.0 busy"
    world.idea(AYSE)
    for done in range(len(PAUSES)):
        with clock.moved(sum(PAUSES[: done + 1], timedelta(minutes=1))):
            world.sender.send_due()

    assert the_status(world) == (Status.FAILED, "mail server: 451 4.3.0")
    assert world.log()[0].attempts == len(PAUSES) + 1


def test_a_refusal_is_final_until_a_person_retries(world: World, server: Sink) -> None:
    by_mail(world, server)
    server.to_recipient = "550 5.1.1 unknown"
    world.idea(AYSE)
    assert the_status(world) == (Status.FAILED, "mail server: 550 5.1.1")

    server.to_recipient = "250 OK"
    world.sender.send_due()
    assert server.taken == []
    release(world)
    world.sender.send_due()

    assert len(server.taken) == 1


def test_an_unclear_one_goes_out_again_under_the_same_message_id(world: World, server: Sink) -> None:
    by_mail(world, server)
    server.hangs_up = True
    world.idea(AYSE)
    assert the_status(world)[0] == Status.UNKNOWN

    server.hangs_up = False
    world.sender.send_due()
    assert len(server.taken) == 1
    with clock.moved(timedelta(minutes=1)):
        world.sender.send_due()

    first, second = server.mails
    assert first["Message-ID"] == second["Message-ID"]
    assert the_status(world) == (Status.SENT, None)


def test_one_that_stays_unclear_waits_for_a_person_in_the_end(world: World, server: Sink) -> None:
    by_mail(world, server)
    server.hangs_up = True
    world.idea(AYSE)
    for done in range(1, len(PAUSES) + 1):
        with clock.moved(timedelta(days=done)):
            world.sender.send_due()
    tries = len(server.taken)

    with clock.moved(timedelta(days=100)):
        world.sender.send_due()
        assert (len(server.taken), the_status(world)[0]) == (tries, Status.UNKNOWN)
        release(world)
        world.sender.send_due()

    assert len(server.taken) == tries + 1


def test_what_a_dead_process_may_have_sent_goes_out_again_under_the_same_message_id(world: World, server: Sink) -> None:
    world.happens_unsent(AYSE)
    world.happens_unsent("jan@example.org")

    assert run_worker(world.config, server, "sender.sent") == -signal.SIGKILL
    assert len(server.taken) == 2
    assert {line.status for line in world.log()} == {Status.SENDING}
    assert run_worker(world.config, server) == 0

    assert {line.status for line in world.log()} == {Status.SENT}
    assert len(server.taken) == 4
    assert len({mail["Message-ID"] for mail in server.mails}) == 2


def test_the_mailbox_keeps_what_was_sent_twice_only_once(world: World) -> None:
    world.happens_unsent(AYSE)
    with world.database.write() as session:
        (claimed,) = sending.claim_due(session, "dead", EMAIL, 10)
    Mailbox(world.config, world.database).send(render(world.config, claimed))

    world.sender.send_due()

    assert the_status(world) == (Status.SENT, None)
    assert len(world.letters(AYSE)) == 1


def test_a_slow_process_may_not_speak_for_what_another_sends_again(world: World) -> None:
    world.happens_unsent(AYSE)
    with world.database.write() as session:
        (claimed,) = sending.claim_due(session, "slow", EMAIL, 10)
    with world.database.write() as session:
        sending.give_up_claims(session, "other", EMAIL)
        sending.claim_due(session, "other", EMAIL, 10)

    with world.database.write() as session:
        sending.record(session, [(claimed.id, lambda it: it.note_failure("slow", "too late"))])

    assert the_status(world)[0] == Status.SENDING


def test_a_code_that_has_expired_is_not_sent_any_more(world: World) -> None:
    world.happens_unsent(phone="+4915123456789")

    with clock.moved(timedelta(hours=1)):
        world.sender.send_due()

    assert the_status(world) == (Status.FAILED, telling.TOO_LATE)
    assert world.letters() == []


def test_after_a_restore_old_news_waits_for_a_person(world: World) -> None:
    idea_id = world.confirmed_idea(AYSE)
    with world.database.write() as session:
        session.execute(update(stream).values(restored_at=clock.now() + timedelta(hours=1)))

    world.happens(IdeaPublished(idea_id=idea_id, language="de", title="Bänke am Teich"), idea_id)
    assert world.log()[0].status == Status.UNKNOWN
    assert world.log()[0].reason == telling.RESTORED
    with world.database.write() as session:
        sending.send_again(session, world.log()[0].id)
    world.sender.send_due()

    assert world.letters(AYSE)[0]["subject"] == "Ihre Idee ist veröffentlicht"


def test_facts_are_gone_once_they_were_sent(world: World) -> None:
    world.idea(AYSE)

    with world.database.read() as session:
        assert session.query(Notification).one().facts is None


def test_only_unknown_and_failed_ones_can_be_sent_again(world: World) -> None:
    world.idea(AYSE)

    with pytest.raises(IllegalTransition):
        release(world)


@pytest.mark.parametrize("order", itertools.permutations(["accepted", "buffered", "delivered"]))
def test_receipts_end_the_same_in_every_order(world: World, order: tuple[str, ...]) -> None:
    world.idea(phone="+4915123456789")

    for receipt in (*order, *order):
        with world.database.write() as session:
            sending.note_receipt(session, world.log()[0].id, receipt)

    assert world.log()[0].receipt == "delivered"
    assert set(order) <= set(RECEIPTS)


def test_a_receipt_proves_that_an_unknown_one_went_out(world: World, database: Database) -> None:
    world.happens_unsent(phone="+4915123456789")
    with database.write() as session:
        sending.claim_due(session, "dead", SMS, 1)
    with database.write() as session:
        sending.give_up_claims(session, "next", SMS)

    with database.write() as session:
        sending.note_receipt(session, world.log()[0].id, "accepted")

    assert the_status(world) == (Status.SENT, None)


def test_a_receipt_that_we_did_not_ask_for_is_refused(config: Config) -> None:
    reference = ids.internal()
    url = kannel.receipt_url(config, reference)
    given = url.partition("mark=")[2].partition("&")[0]
    flipped = given[:-1] + ("0" if given[-1] != "0" else "1")

    assert kannel.read_receipt(config, str(reference), given, "1") == (reference, "delivered")
    assert kannel.read_receipt(config, str(reference), flipped, "1") is None
    assert kannel.read_receipt(config, str(UUID(int=7)), given, "1") is None
    assert kannel.read_receipt(config, str(reference), given, "3") is None
