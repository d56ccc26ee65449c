"""The short form: one hostile peer, some hundred mutated messages."""

import random
from pathlib import Path

from tests.poison.rounds import play
from tests.servers.postgresql import PostgreSQL
from tests.servers.rabbitmq import RabbitMQ

MESSAGES = 300
SEED = 20261122
#: What the receivers may hold of large messages, and what Python doesn't give back.
MOST_MEMORY = 200 * 2**20


def test_a_hostile_peer_spoils_nothing_but_its_own_stream(
    tmp_path: Path, postgres: PostgreSQL, broker: RabbitMQ
) -> None:
    found = play(tmp_path, postgres, broker, "submissions", MESSAGES, random.Random(SEED))
    assert found.failures == []
    assert found.honest
    assert found.memory < MOST_MEMORY
