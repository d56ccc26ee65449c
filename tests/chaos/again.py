"""Everything once more: an operator has every event sent again to everybody, and it is waited until all of it has come."""

import re
from collections.abc import Callable, Mapping

import requests
from click.testing import CliRunner

from shared.config import Environment
from shared.database import Database
from shared.messaging import topology
from shared.messaging.operating.commands import event_commands
from tests.chaos.reading import Databases
from tests.waiting import until

_DUPLICATES = re.compile(r'^inbox_duplicates_total\{service="(\w+)"\} (\S+)$', re.MULTILINE)

#: How many events each service was sent that it knew already.
Duplicates = Callable[[], dict[str, int]]


def send_everything_again(
    databases: Databases, variables: Mapping[str, Mapping[str, str]], duplicates: Duplicates
) -> int:
    """Returns how many events came again, all of which their consumers knew already. `variables` are those of each service."""
    last = databases.last_numbers()
    expected = {consumer: sum(last[it] for it in producers) for consumer, producers in topology.PAIRS.items()}
    before = duplicates()
    for producer in topology.PAIRS:
        if last[producer]:
            _resend(producer, variables[producer], databases.urls[producer])

    def all_came() -> bool:
        now = duplicates()
        return all(now.get(it, 0) - before.get(it, 0) >= count for it, count in expected.items())

    until(all_came, "every event to come again", 60, 0.2)
    until(lambda: not databases.unrest(), "rest after everything came again", 60, 0.2)
    return sum(expected.values())


def duplicates_at(addresses: set[str]) -> dict[str, int]:
    """What the metrics at these addresses count, by service."""
    shown = [requests.get(f"{address}/metrics", timeout=10).text for address in sorted(addresses)]
    return {service: int(float(count)) for text in shown for service, count in _DUPLICATES.findall(text)}


def _resend(producer: str, variables: Mapping[str, str], url: str) -> None:
    database = Database(url, producer)
    commands = event_commands(producer, lambda: (database, Environment(variables).secret("LINK_KEY")))
    for consumer in topology.of(producer).consumers:
        CliRunner().invoke(commands, ["resend", "--consumer", consumer, "--from", "1"], catch_exceptions=False)
    database.close()
