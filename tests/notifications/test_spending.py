"""SMS cost no more than they may: by day, by month, by range of numbers; what is over waits, and e-mail goes on."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.notifications.config import EURO, Config
from services.notifications.use_cases.spending import forget, spent_since
from shared import clock
from shared.config import Environment, WrongSetting
from shared.database import Database
from tests.notifications.world import Senders, World
from tests.servers.ports import LOCAL, free_port

CENT = EURO // 100


@pytest.fixture
def config(config: Config) -> Config:
    """A part costs eight cents, a day may cost 50, a month a euro, and four a day may go to a range."""
    return replace(config, sms_cost_a_day=50 * CENT, sms_cost_a_month=100 * CENT, sms_a_day_to_range=4)


def reasons(world: World) -> list[str | None]:
    return sorted(
        {line.reason for line in world.log(status="created")} | {it.reason for it in world.log(status="failed")},
        key=str,
    )


def sent(world: World) -> int:
    return len(world.log(status="sent", channel="sms"))


def spent(database: Database) -> int:
    with database.read() as session:
        return spent_since(session, clock.today())


def test_a_sent_sms_costs_what_its_parts_cost(world: World, database: Database) -> None:
    world.idea(phone="+4915123456701")
    (line,) = world.log(channel="sms")

    assert line.parts and spent(database) == line.parts * 8 * CENT


def test_one_range_of_numbers_cannot_be_pumped(world: World) -> None:
    for number in range(7):
        world.idea(phone=f"+49151234567{number:02}")

    assert sent(world) == 4
    assert reasons(world) == ["over_range"]


def test_a_day_costs_no_more_than_it_may_and_email_goes_on(world: World, database: Database) -> None:
    for number in range(9):
        world.idea(phone=f"+4915{number}23456701")
    world.idea(email="ayse@example.org")

    assert spent(database) <= 50 * CENT
    assert 0 < sent(world) < 9
    assert reasons(world) == ["over_day"]
    assert world.letters("ayse@example.org")


def test_what_waits_goes_out_the_next_day_but_not_beyond_the_month(world: World, database: Database) -> None:
    # From the first of a month on, whatever day it is now.
    begins = (clock.today().replace(day=1) + timedelta(days=32)).replace(day=1) - clock.today()
    with clock.moved(begins):
        for number in range(40):
            world.registration(phone=f"+4915{number:02}3456701")
        today = sent(world)
    for days in (1, 2, 3):
        with clock.moved(begins + timedelta(days=days)):
            world.sender.send_due()
            assert days > 1 or sent(world) > today
    with clock.moved(begins), database.read() as session:
        assert spent_since(session, clock.today()) <= 100 * CENT
    assert "over_month" in reasons(world)


def test_a_gateway_that_is_away_costs_nothing_however_often_it_is_asked(world: World, database: Database) -> None:
    gateway = f"kannel+http://user:password@{LOCAL}:{free_port()}"
    world.sender = Senders(replace(world.config, sms_url=gateway), database)
    world.registration(phone="+4915123456701")
    tried = [line.attempts for line in world.log(channel="sms")]
    with clock.moved(timedelta(minutes=5)):
        world.sender.send_due()

    assert [line.attempts for line in world.log(channel="sms")] > tried > [0]
    assert spent(database) == 0


def test_old_spending_is_forgotten(world: World, database: Database) -> None:
    world.idea(phone="+4915123456701")
    with clock.moved(timedelta(days=401)), database.write() as session:
        forget(session)
    assert spent(database) == 0


@pytest.mark.parametrize(("number", "price"), [("+4915123456701", 800), ("+43660123", 900), ("+8816", 900)])
def test_a_price_goes_by_the_longest_prefix_and_unknown_ones_are_dearest(
    config: Config, number: str, price: int
) -> None:
    assert replace(config, sms_prices={"49": 800, "43": 900}).sms_price(number) == price


@pytest.mark.parametrize("wrong", ["49", "49=x", "de=800", "49=-1"])
def test_prices_that_make_no_sense_are_refused_at_the_start(wrong: str) -> None:
    env = Environment({"SMS_PRICES": wrong, "DEMO": "on", "BASE_URL": "http://localhost"})
    with pytest.raises(WrongSetting, match="SMS_PRICES"):
        Config.own_settings(env)
