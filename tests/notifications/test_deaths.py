"""Senders that die: a death is no answer of the provider, so it delays a message and never costs it."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest

from services.notifications.models import EMAIL, PAUSES, Status
from services.notifications.sender import BATCHES, FIRST_BATCH
from services.notifications.use_cases import sending, telling
from shared import clock
from tests.notifications.test_sending import AYSE, by_mail, the_status
from tests.notifications.world import World
from tests.servers.mail import Sink, sink


@pytest.fixture
def server() -> Iterator[Sink]:
    """A mail server whose answers the test chooses."""
    with sink() as behaviour:
        yield behaviour


def die(world: World, times: int) -> None:
    """So many senders claim everything and die before they sent anything."""
    for number in range(times):
        with world.database.write() as session:
            while sending.claim_due(session, f"dead {number}", EMAIL, 10):
                pass
            while sending.claim_suspects(session, f"dead {number}", EMAIL):
                pass
        with world.database.write() as session:
            sending.give_up_claims(session, f"next {number}", EMAIL)


def test_however_many_senders_die_a_message_still_goes_out(world: World, server: Sink) -> None:
    by_mail(world, server)
    world.happens_unsent(AYSE)
    die(world, len(PAUSES) + 3)
    assert world.log()[0].attempts == len(PAUSES) + 3

    world.sender.send_due()

    assert the_status(world) == (Status.SENT, None)
    assert len(server.taken) == 1


def test_after_many_deaths_a_provider_that_asks_for_patience_still_gets_it(world: World, server: Sink) -> None:
    by_mail(world, server)
    world.happens_unsent(AYSE)
    die(world, len(PAUSES) + 3)
    server.to_text = "451 4.3.0 busy"

    world.sender.send_due()

    assert the_status(world) == (Status.CREATED, "mail server: 451 4.3.0")


def test_a_message_whose_senders_die_for_longer_than_the_schedule_waits_for_a_person(world: World) -> None:
    world.happens_unsent(AYSE)
    with clock.moved(sum(PAUSES, timedelta(minutes=1))):
        die(world, len(PAUSES) + 1)

        world.sender.send_due()

    assert the_status(world) == (Status.UNKNOWN, telling.SENDER_DIED)
    assert world.letters() == []


def test_what_died_twice_with_its_sender_goes_with_a_few_then_alone_and_always_behind_others(world: World) -> None:
    world.happens_unsent(AYSE)
    world.happens_unsent("jan@example.org")
    die(world, 2)
    world.happens_unsent("mina@example.org")

    assert batches(world) == ([1, 0], [2, 0, 0])
    assert batches(world) == ([1, 0], [1, 1, 0])


def batches(world: World) -> tuple[list[int], list[int]]:
    """How many are claimed at once, of the others and of those whose senders died twice; their sender dies, too."""
    with world.database.write() as session:
        others = [len(sending.claim_due(session, "this", EMAIL, 10)) for _ in range(2)]
        suspects = [len(sending.claim_suspects(session, "this", EMAIL)) for _ in range(3)]
        sending.give_up_claims(session, "next", EMAIL)
    return others, suspects


def test_what_died_twice_waits_for_one_batch_of_others_and_not_for_all(world: World, server: Sink) -> None:
    by_mail(world, server)
    world.happens_unsent(AYSE)
    die(world, 2)
    for number in range(FIRST_BATCH + 1):
        world.happens_unsent(f"person{number}@example.org")

    world.sender.send_due()

    assert [AYSE in letter.rcpt_tos for letter in server.taken] == [False] * FIRST_BATCH + [True, False]


def test_a_new_sender_begins_with_few_and_takes_twice_as_many_after_each_batch_it_recorded(
    world: World, server: Sink
) -> None:
    by_mail(world, server)
    for number in range(FIRST_BATCH + 2 * FIRST_BATCH + 1):
        world.happens_unsent(f"person{number}@example.org")

    sizes = claimed_at_once(world)

    assert sizes == [FIRST_BATCH, 2 * FIRST_BATCH, 1]
    assert BATCHES[EMAIL] > 2 * FIRST_BATCH


def claimed_at_once(world: World) -> list[int]:
    """How many letters each recorded batch had, by the moment in which it was recorded as sent."""
    world.sender.send_due()
    return list(Counter(sorted(notification.sent_at for notification in world.log() if notification.sent_at)).values())
