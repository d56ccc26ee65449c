"""E-mail and SMS go their own ways: a code that holds for minutes doesn't wait until thousands of letters are gone."""

from services.notifications import timers
from services.notifications.models import EMAIL, SMS, Status
from services.notifications.use_cases import sending
from tests.notifications.world import World


def both_are_due(world: World) -> None:
    """A letter and an SMS, neither of them sent."""
    world.happens_unsent(email="ayse@example.org")
    world.happens_unsent(phone="+4915187654321")


def statuses(world: World) -> dict[str, str]:
    return {line.channel: line.status for line in world.log()}


def test_an_sms_goes_out_while_letters_wait(world: World) -> None:
    both_are_due(world)
    timers.send_sms(world.database)
    assert statuses(world) == {SMS: Status.SENT, EMAIL: Status.CREATED}

    timers.send_letters(world.database)
    assert statuses(world) == {SMS: Status.SENT, EMAIL: Status.SENT}


def test_whoever_sends_sms_leaves_the_claims_on_letters_alone(world: World) -> None:
    both_are_due(world)
    with world.database.write() as session:
        assert len(sending.claim_due(session, "a run that is still sending", EMAIL, 10)) == 1

    timers.send_sms(world.database)

    assert statuses(world) == {SMS: Status.SENT, EMAIL: Status.SENDING}
