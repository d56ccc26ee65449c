"""Mutations of what a message says, under the numbers that the producer's next events would have."""

import json
import random
from typing import Any

from shared.messaging.limits import LONGEST_BODY
from tests.poison.hostile import Hostile, Mutation
from tests.poison.noise import version_unknown

_TEXTS = ["a\0b", "\ud800", "x" * 20_000, "", "\u202e", "'; DROP TABLE inbox; --", "{{ 7*7 }}"]
_VALUES: list[Any] = [*_TEXTS, None, True, -1, 10**400, 1e308, [], {}, [[]], "not-an-id", "9999-12-31T23:59:59+00:00"]


def body_flipped(hostile: Hostile, dice: random.Random) -> None:
    spoiled = bytearray(hostile.body)
    for _ in range(dice.randint(1, 20)):
        spoiled[dice.randrange(len(spoiled))] ^= 1 << dice.randrange(8)
    hostile.body = bytes(spoiled)


def body_cut(hostile: Hostile, dice: random.Random) -> None:
    hostile.body = hostile.body[: dice.randrange(len(hostile.body))]


def body_grown(hostile: Hostile, dice: random.Random) -> None:
    at = dice.randrange(len(hostile.body))
    hostile.body = hostile.body[:at] + dice.randbytes(dice.randint(1, 200)) + hostile.body[at:]


def body_odd(hostile: Hostile, dice: random.Random) -> None:
    odd = [b"", b"null", b"[]", b"{}", b"[" * 50_000, b'{"a":' * 8_000, b"\xef\xbb\xbf{}", b"\0" * 100, b"\xff" * 1_000]
    hostile.body = dice.choice([*odd, hostile.body.decode().encode("utf-16"), b"9" * 10_000])


def body_as_large_as_may_be(hostile: Hostile, dice: random.Random) -> None:
    hostile.rewrite(padding="x" * (LONGEST_BODY - len(hostile.body) - 17 + dice.randint(-2, 2)))


def body_deep(hostile: Hostile, dice: random.Random) -> None:
    nested: Any = []
    for _ in range(dice.randint(1, 200)):
        nested = [nested]
    hostile.rewrite(padding=nested)


def body_about_another(hostile: Hostile, dice: random.Random) -> None:
    hostile.rewrite(**{dice.choice(["id", "type", "data"]): dice.choice(["person.erased", None, 7, {}])})


def content_spoiled(hostile: Hostile, dice: random.Random) -> None:
    content = json.loads(hostile.body)["data"]
    for _ in range(dice.randint(1, 3)):
        content[dice.choice(sorted(content))] = dice.choice(_VALUES)
    hostile.rewrite(data=content)


def text_hostile(hostile: Hostile, dice: random.Random) -> None:
    content = json.loads(hostile.body)["data"]
    for key, value in content.items():
        if isinstance(value, dict) and value:
            content[key] = {**value, "de": dice.choice(_TEXTS)}
    hostile.rewrite(data=content)


def nothing_wrong(hostile: Hostile, dice: random.Random) -> None:
    """A forged event that looks true in every way: whoever has the credentials is believed."""


def cause_never_comes(hostile: Hostile, dice: random.Random) -> None:
    producer = dice.choice(["registration", "submissions", "council", "nobody"])
    hostile.headers["cause"] = json.dumps([producer, "forged", dice.randrange(10**6), hostile.message_id])


def id_repeated(hostile: Hostile, dice: random.Random) -> None:
    hostile.message_id = f"00000000-0000-4000-8000-{dice.randrange(3):012}"
    hostile.rewrite(id=hostile.message_id)


def sealed_junk(hostile: Hostile, dice: random.Random) -> None:
    boxes = ["", "[]", '{"council": 7}', '{"notifications": {"kid": "1", "box": "AAAA"}}', "x" * 70_000]
    hostile.headers["sealed"] = dice.choice(boxes)


POISON: tuple[Mutation, ...] = (
    body_flipped,
    body_cut,
    body_grown,
    body_odd,
    body_as_large_as_may_be,
    body_deep,
    body_about_another,
    content_spoiled,
    text_hostile,
    nothing_wrong,
    version_unknown,
    cause_never_comes,
    id_repeated,
    sealed_junk,
)
