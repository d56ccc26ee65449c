"""What participants hear before and after a conference, and who hears of the next one."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from shared import clock, ids
from shared.events import registration
from tests.notifications.world import STARTS_AT, World, a_participant

AYSE = "ayse@example.org"


def about(own: UUID, conference_id: UUID, **more: Any) -> dict[str, Any]:
    return {"registration_id": own, "conference_id": conference_id, "language": "de", **more}


def wishes(world: World, own: UUID, conference_id: UUID, wanted: bool) -> None:
    fact = registration.RegistrationInvitationsChosen(**about(own, conference_id, wanted=wanted))
    world.happens(fact, own, a_participant(AYSE), ids.internal())


def announced(world: World) -> list[str]:
    """The subjects that went out when one more conference is announced."""
    before = len(world.letters(AYSE))
    world.conference()
    return [letter["subject"] for letter in world.letters(AYSE)[: len(world.letters(AYSE)) - before]]


def test_a_reminder_says_when_and_where_and_shows_the_ticket(world: World) -> None:
    conference_id = world.conference()
    own = world.registration(AYSE, conference_id=conference_id)
    fact = registration.RegistrationReminded(**about(own, conference_id))
    world.happens(fact, own, a_participant(AYSE), ids.internal())
    letter = world.letters(AYSE)[0]

    assert letter["subject"].startswith("Erinnerung: ")
    assert "Freitag, 5. März 2027, 17\u00a0Uhr" in letter["text"]
    assert "Rieckhof" in letter["text"]


def test_a_reminder_that_comes_too_late_is_not_sent(world: World) -> None:
    conference_id = world.conference()
    own = world.registration(AYSE, conference_id=conference_id)
    before = len(world.letters(AYSE))
    fact = registration.RegistrationReminded(**about(own, conference_id))
    world.happens(fact, own, a_participant(AYSE), ids.internal(), send=False)
    with clock.moved(STARTS_AT - clock.now() + timedelta(minutes=1)):
        world.sender.send_due()

    assert len(world.letters(AYSE)) == before


def test_whoever_came_is_thanked(world: World) -> None:
    conference_id = world.conference()
    own = world.registration(AYSE, conference_id=conference_id)
    fact = registration.RegistrationAttended(**about(own, conference_id, people=2))
    world.happens(fact, own, a_participant(AYSE), ids.internal())

    assert world.letters(AYSE)[0]["subject"] == "Danke, dass Sie da waren"


@pytest.mark.parametrize("wanted", [True, False])
def test_whoever_wants_it_hears_of_the_next_conference_once(world: World, wanted: bool) -> None:
    conference_id = world.conference()
    own = world.registration(AYSE, conference_id=conference_id)
    wishes(world, own, conference_id, wanted)
    wishes(world, own, conference_id, wanted)

    assert [subject.partition(":")[0] for subject in announced(world)] == ["Neue Konferenz"] * wanted


def test_whoever_takes_the_wish_back_hears_of_no_other(world: World) -> None:
    conference_id = world.conference()
    own = world.registration(AYSE, conference_id=conference_id)
    wishes(world, own, conference_id, wanted=True)
    wishes(world, own, conference_id, wanted=False)

    assert announced(world) == []
