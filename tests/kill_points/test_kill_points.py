"""A handful of the kill points, one of every kind; `make kill-points` carries out all of them."""

import re
from pathlib import Path

from shared.failpoints import PLACES, Place
from tests.architecture.tree import ROOT
from tests.kill_points.flows import FLOWS
from tests.kill_points.ground import ground_on
from tests.kill_points.killing import Killing
from tests.kill_points.kills import Kill
from tests.servers.kannel import Kannel
from tests.servers.mail import sink
from tests.servers.postgresql import PostgreSQL
from tests.servers.rabbitmq import RabbitMQ

#: A commit at the door, a publish, an acknowledgement, a handler and a message.
HANDFUL: set[tuple[str, Place]] = {
    ("registration web", "database.committed"),
    ("registration worker", "relay.published"),
    ("notifications worker", "receiver.stored"),
    ("notifications worker", "processor.handling"),
    ("notifications worker", "sender.sent"),
}


def test_every_named_place_is_in_the_code() -> None:
    sources = [
        file.read_text(encoding="utf-8") for part in ("shared", "services") for file in (ROOT / part).rglob("*.py")
    ]
    found = {place for source in sources for place in re.findall(r'failpoints\.reached\("([^"]+)"\)', source)}
    assert found == set(PLACES)


def test_one_kill_of_every_kind_ends_as_if_nobody_had_died(
    tmp_path: Path, postgres: PostgreSQL, broker: RabbitMQ, kannel_gateway: Kannel
) -> None:
    with sink() as mails, ground_on(tmp_path, postgres, broker, mails, kannel_gateway) as ready:
        killing = Killing(ready, FLOWS[0])
        kills = killing.plan()
        outcomes = list(killing.carry_out([kill for kill in kills if is_in_the_handful(kill)]))

    assert {kill.then or kill.place for kill in kills} == set(PLACES), "a place that the full form never kills at"
    assert len(outcomes) == len(HANDFUL)
    assert [outcome.row() for outcome in outcomes if outcome.failure] == []


def is_in_the_handful(kill: Kill) -> bool:
    return kill.then is None and kill.nth == 1 and (str(kill.victim), kill.place) in HANDFUL
