"""A sample of the rounds that `python -m tests.waiting_list` plays by fifties."""

from collections import Counter

from services.registration.config import Config
from shared.migrations import upgrade
from tests.registration.conftest import config_at
from tests.servers.postgresql import PostgreSQL
from tests.waiting_list.crowd import AT_ONCE, play

ROUNDS = 2


def test_a_crowd_at_the_last_places_never_gets_one_too_many_and_keeps_its_order(postgres: PostgreSQL) -> None:
    config: Config = config_at(postgres.database("registration"))
    database = config.open_database("registration")
    upgrade(database, "registration")
    played = [play(config, database, seed) for seed in range(1, 1 + ROUNDS)]
    database.close()

    assert [wrong for it in played for wrong in it.wrong] == []
    assert sum((it.done for it in played), Counter[str]()).total() == ROUNDS * AT_ONCE
