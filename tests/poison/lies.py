"""Lies about streams, lives and ends, and about what a consumer has."""

import json
import random
from typing import Any

from shared.messaging.limits import MOST_LIVES
from tests.poison.hostile import Hostile, Mutation


def later_life(hostile: Hostile, dice: random.Random) -> None:
    """A life above the present one, which is said to have ended long ago."""
    headers = hostile.headers
    ends = [[headers["stream"], headers["life"], dice.randrange(5), 1]]
    headers["ends"] = json.dumps(ends)
    headers["stream"] = headers["present_id"] = f"forged-{dice.randrange(10**9)}"
    headers["life"] = headers["present_life"] = headers["life"] + dice.randint(1, 5)
    headers["seq"] = 1


def latest_life_of_all(hostile: Hostile, dice: random.Random) -> None:
    later_life(hostile, dice)
    hostile.headers["life"] = hostile.headers["present_life"] = dice.choice([2**30, 2**31 - 1, 10**6])


def many_ends(hostile: Hostile, dice: random.Random) -> None:
    later_life(hostile, dice)
    many = dice.choice([MOST_LIVES, 2_000])
    hostile.headers["ends"] = json.dumps([[f"f{dice.randrange(10**9)}", 1, 10**6, 1] for _ in range(many)])


def first_number_raised(hostile: Hostile, dice: random.Random) -> None:
    hostile.headers["first_seq"] = hostile.headers["seq"] = dice.choice([10**6, 10**15])


def a_receipt(stream: Any, dice: random.Random) -> bytes:
    """What a consumer may claim: less than it has, streams that never were, gaps that are none."""
    unknown = [[f"forged-{dice.randrange(10**9)}", dice.choice([1, 2, 500, 2**30, 2**31 - 1]), 5, [], None]]
    present: list[Any] = [stream.stream_id, stream.life, 0, [], None]
    claims: list[Any] = [
        [present],
        [*unknown, present],
        [*unknown, *unknown],
        [[f"f{number}", 1, 1, [], None] for number in range(1_000)],
        [[*present[:3], [[dice.randrange(9), 10**12]], None]],
        [[*present[:3], [[10**6, 1], [1, 10**6]], None]],
        [[*present[:3], [[number, number] for number in range(1, 5_000, 2)], None]],
        [[*present[:4], dice.randrange(10**6)]],
        [[None, -1, "x", {}, []]],
        {"a": "[" * 5_000},
    ]
    return json.dumps(dice.choice(claims)).encode()


LIES: tuple[Mutation, ...] = (later_life, latest_life_of_all, many_ends, first_number_raised)
