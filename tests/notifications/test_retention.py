"""Addresses and what was told to them go by themselves, and whoever still wants to hear from us does."""

from datetime import timedelta

from sqlalchemy import func, select, update

from services.notifications.models import Base, Contact, Following, KeptLetter, Notification, Status
from services.notifications.retention import RULES
from shared import clock
from tests.notifications.strangers import wants_to_follow
from tests.notifications.world import World
from tests.retention import forget

AYSE, JAN = "ayse@example.org", "jan@example.org"
DAY = timedelta(days=1)


def count(world: World, model: type[Base]) -> int:
    with world.database.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_an_address_that_never_answered_goes_after_thirty_days(world: World) -> None:
    wants_to_follow(world, AYSE)
    world.confirmed_idea(JAN)

    with clock.moved(29 * DAY):
        assert forget(world.database, RULES)["unproven"] == 0
    with clock.moved(31 * DAY):
        assert forget(world.database, RULES)["unproven"] == 1
    with world.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Contact).where(Contact.confirmed_at.is_(None))) == 0
    assert count(world, Contact) == 1


def test_how_often_it_was_asked_outlives_the_address(world: World) -> None:
    asked = []
    for day in (0, 40, 80, 120):
        with clock.moved(day * DAY):
            assert forget(world.database, RULES, "unproven") == {"unproven": 1 if day else 0}
            wants_to_follow(world, AYSE)
            asked.append(len(world.letters(AYSE)))
    assert asked == [1, 1, 1, 0]


def test_participants_go_a_month_after_their_conference(world: World) -> None:
    with world.database.read() as session:
        before = session.scalar(select(func.count()).select_from(Contact))
    world.registration(AYSE)
    with clock.moved(60 * DAY):
        assert forget(world.database, RULES, "participants") == {"participants": 0}
    with clock.moved(400 * DAY):
        assert forget(world.database, RULES, "participants") == {"participants": 1}
    assert count(world, Contact) == before
    assert count(world, Following) == 0


def test_whoever_follows_something_else_keeps_hearing_of_it(world: World) -> None:
    world.registration(AYSE)
    world.confirmed_idea(AYSE)
    with clock.moved(400 * DAY):
        forget(world.database, RULES)
    assert count(world, Contact) == 1
    with world.database.read() as session:
        assert session.scalars(select(Following.topic)).all() == ["idea"]


def test_the_log_goes_after_ninety_days(world: World) -> None:
    world.confirmed_idea(AYSE)
    told = count(world, Notification)
    with clock.moved(89 * DAY):
        assert forget(world.database, RULES)["log"] == 0
    with clock.moved(91 * DAY):
        assert forget(world.database, RULES)["log"] == told
    assert count(world, Notification) == 0


def test_words_that_never_arrived_go_after_thirty_days(world: World) -> None:
    world.confirmed_idea(AYSE)
    with world.database.write() as session:
        session.execute(update(Notification).values(facts=b"words", status=Status.FAILED))
    with clock.moved(31 * DAY):
        assert forget(world.database, RULES)["words"] > 0
    with world.database.read() as session:
        assert set(session.scalars(select(Notification.facts))) == {None}


def test_the_mailbox_of_the_demo_is_emptied_too(world: World) -> None:
    world.confirmed_idea(AYSE)
    assert count(world, KeptLetter) > 0
    with clock.moved(31 * DAY):
        forget(world.database, RULES)
    assert count(world, KeptLetter) == 0
