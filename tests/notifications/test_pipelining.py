"""Many letters over one connection: each gets its own answer, nothing is lost, and only what got no answer goes out again."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from services.notifications.channels.letter import Later, Letter, Outcome, Refused, Unclear
from services.notifications.channels.smtp import Smtp
from services.notifications.config import Config
from services.notifications.models import EMAIL, PAUSES, Status
from shared import clock
from tests.notifications.world import Senders, World
from tests.servers.mail import Sink, sink
from tests.servers.ports import free_port
from tests.servers.scripted_mail import BUSY, DROPPED, GOING_DOWN, LOST, REFUSED, scripted_mail


@pytest.fixture(params=[True, False], ids=["pipelined", "step by step"])
def offers_pipelining(request: pytest.FixtureRequest) -> bool:
    """With and without the server's help."""
    return bool(request.param)


def letters(*names: str) -> list[Letter]:
    """One letter to each name."""
    return [
        Letter(uuid4(), EMAIL, f"{name}@example.org", "Betreff", f".Text\n..an {name}", f"<p>{name}</p>", "de")
        for name in names
    ]


def outcomes(config: Config, url: str, wanted: list[Letter]) -> list[Outcome]:
    """What became of each letter, in the order in which they were given."""
    way = Smtp(replace(config, mail_url=url))
    found = {letter.reference: outcome for letter, outcome in way.send_all(iter(wanted))}
    way.close()
    return [found[letter.reference] for letter in wanted]


def kinds(found: list[Outcome]) -> list[object]:
    """Their kinds: None for a letter that was taken."""
    return [outcome and type(outcome) for outcome in found]


def test_letters_go_out_in_order_over_one_connection(config: Config, offers_pipelining: bool) -> None:
    with scripted_mail(offers_pipelining=offers_pipelining) as server:
        found = outcomes(config, server.url, letters("a", "b", "c", "d"))

    assert found == [None] * 4
    assert server.taken == [f"{name}@example.org" for name in "abcd"]
    assert server.connections == 1
    assert (server.most_at_once > 1) == offers_pipelining


@pytest.mark.parametrize("says_go_on", [False, True], ids=["refuses the text", "waits for a text all the same"])
def test_one_refusal_among_others_is_its_own(config: Config, offers_pipelining: bool, says_go_on: bool) -> None:
    with scripted_mail(offers_pipelining=offers_pipelining, says_go_on=says_go_on) as server:
        found = outcomes(config, server.url, letters("a", REFUSED, "b", BUSY, REFUSED, REFUSED, "c"))

    assert kinds(found) == [None, Refused, None, Later, Refused, Refused, None]
    assert not any(isinstance(outcome, Later) and outcome.is_away for outcome in found)
    assert str(found[1]) == "mail server: 550 5.1.1"
    assert server.taken == [f"{name}@example.org" for name in "abc"]


@pytest.mark.parametrize("how", [DROPPED, LOST])
def test_only_the_letter_without_an_answer_is_unclear(config: Config, offers_pipelining: bool, how: str) -> None:
    with scripted_mail(offers_pipelining=offers_pipelining) as server:
        found = outcomes(config, server.url, letters("a", how, "b", "c"))

    assert kinds(found) == [None, Unclear, None, None]
    assert [to for to in server.taken if not to.startswith(how)] == [f"{name}@example.org" for name in "abc"]
    assert server.connections == 2


def test_a_server_that_wants_a_new_connection_gets_one(config: Config, offers_pipelining: bool) -> None:
    with scripted_mail(offers_pipelining=offers_pipelining) as server:
        found = outcomes(config, server.url, letters("a", GOING_DOWN, "b"))

    assert found == [None] * 3
    assert server.connections == 2


def test_a_server_that_takes_few_letters_a_connection_gets_all_of_them(config: Config, offers_pipelining: bool) -> None:
    with scripted_mail(offers_pipelining=offers_pipelining, most=2) as server:
        found = outcomes(config, server.url, letters(*"abcdefg"))

    assert kinds(found) == [None, None, Later, None, None, Later, None]
    assert len(server.taken) == len(set(server.taken)) == 5


def test_a_server_that_greets_nobody_is_away_for_all(config: Config) -> None:
    found = outcomes(config, f"smtp://127.0.0.1:{free_port()}", letters("a", "b"))

    assert all(isinstance(outcome, Later) and outcome.is_away for outcome in found)


def test_a_letter_that_no_mail_can_be_made_of_stops_no_other(config: Config) -> None:
    with scripted_mail() as server:
        found = outcomes(config, server.url, letters("a", "b@example.org>\r\nRCPT TO:<c", "d"))

    assert kinds(found) == [None, Refused, None]
    assert server.taken == ["a@example.org", "d@example.org"]


def test_nothing_is_lost_and_only_the_unclear_come_twice(world: World) -> None:
    names = ["a", DROPPED, "b", LOST, BUSY, "c", GOING_DOWN, "d", REFUSED]
    for name in names:
        world.happens_unsent(f"{name}@example.org")
    with scripted_mail() as server:
        world.sender = Senders(replace(world.config, mail_url=server.url), world.database)
        world.sender.send_due()
        first = list(server.taken)
        for done in range(len(PAUSES)):
            with clock.moved(sum(PAUSES[: done + 1], timedelta(minutes=1))):
                world.sender.send_due()

    assert len(first) == len(set(first))
    often = {to: server.taken.count(to) for to in server.taken}
    assert {to for to, times in often.items() if times > 1} == {f"{DROPPED}@example.org"}
    assert len(set(server.message_ids)) == len(often)
    stands = {line.masked_address[0]: line.status for line in world.log()}
    assert {stands[name] for name in "abcg"} == {Status.SENT}


@pytest.fixture
def server() -> Iterator[Sink]:
    """A mail server whose answers the test chooses."""
    with sink() as behaviour:
        yield behaviour


def test_what_could_not_be_recorded_goes_out_again_from_the_same_process(world: World, server: Sink) -> None:
    world.happens_unsent("ayse@example.org")
    world.sender = Senders(replace(world.config, mail_url=server.url), world.database)
    with world.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE UPDATE OF sent_at ON notifications BEGIN SELECT RAISE(ABORT, 'full'); END"
        )

    with pytest.raises(Exception, match="full"):
        world.sender.send_due()
    with world.database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER full")
    world.sender.send_due()

    assert [line.status for line in world.log()] == [Status.SENT]
    assert len({mail["Message-ID"] for mail in server.mails}) == 1
    assert len(server.mails) == 2
