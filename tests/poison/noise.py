"""Mutations that take nothing from the producer's own honest stream: messages that nobody can read, numbers that were there or
are far away, streams that nobody knows."""

import random
from typing import Any

from shared.messaging.encoding import HELLO
from tests.poison.hostile import FarFuture, Hostile, Mutation, Raw

_ILL_TYPED: list[Any] = [
    None,
    True,
    -1,
    2**63 - 1,
    -(2**63),
    "1",
    "",
    [],
    [1],
    {"a": 1},
    "x" * 300,
    "a\0b",
    b"\xff",
    Raw("é"),
]


def header_gone(hostile: Hostile, dice: random.Random) -> None:
    del hostile.headers[dice.choice(sorted(hostile.headers))]


def header_ill_typed(hostile: Hostile, dice: random.Random) -> None:
    hostile.headers[dice.choice(sorted(hostile.headers))] = dice.choice(_ILL_TYPED)


def header_huge(hostile: Hostile, dice: random.Random) -> None:
    hostile.headers[dice.choice([*sorted(hostile.headers), "sealed", "cause", "ends"])] = "x" * dice.randint(
        5_000, 90_000
    )


def header_nested(hostile: Hostile, dice: random.Random) -> None:
    nested: Any = 1
    for _ in range(dice.choice([3, 50, 300])):
        nested = dice.choice([{"a": nested}, [nested]])
    hostile.headers[dice.choice([*sorted(hostile.headers), "new"])] = nested


def header_with_odd_json(hostile: Hostile, dice: random.Random) -> None:
    odd = ["[", "[" * 30_000, "{}", "[[1]]", '["a", 1, 2, 3]', "[1e999]", "NaN", "[" + "9" * 5000 + "]", '["\\ud800"]']
    hostile.headers[dice.choice(["cause", "ends", "refers_to"])] = dice.choice(odd)


def property_unreadable(hostile: Hostile, dice: random.Random) -> None:
    spoiled: list[dict[str, Any]] = [
        {"correlation_id": b"\xff\xfe"},
        {"timestamp": 2**64 - 1},
        {"content_encoding": "punycode"},
        {"content_encoding": "zlib"},
        {"type": b"\x80", "app_id": "x" * 255},
        {"priority": 255, "reply_to": "amq.rabbitmq.reply-to.x"},
    ]
    hostile.more = dice.choice(spoiled)
    hostile.headers |= dice.choice(
        [{}, {"at": FarFuture(2000, 1, 1)}, {"compression": "application/x-bz2"}, {Raw("k"): 1}]
    )
    hostile.message_id = dice.choice([hostile.message_id, b"\xff\xfe", None, "", "x" * 255])
    hostile.headers["life"] = "none"


def routing_key_unreadable(hostile: Hostile, dice: random.Random) -> None:
    hostile.exchange = f"events.{hostile.producer}"
    hostile.routing_key = dice.choice([Raw("key"), "", "#", "x" * 255, "a.b" * 80])
    hostile.headers["life"] = "none"


def wrong_kind(hostile: Hostile, dice: random.Random) -> None:
    hostile.content_type = dice.choice([None, "", "application/json", "application/x-python-serialize", HELLO])


def message_id_wrong(hostile: Hostile, dice: random.Random) -> None:
    hostile.message_id = dice.choice([None, "", "0", "x" * 255, "{00000000-0000-0000-0000-00000000000g}"])


def nobody(hostile: Hostile, dice: random.Random) -> None:
    hostile.user_id = None


def foreign_name(hostile: Hostile, dice: random.Random) -> None:
    hostile.headers["name"] = "person.erased" if hostile.producer != "notifications" else "case.opened"


def too_large_for_the_broker(hostile: Hostile, dice: random.Random) -> None:
    hostile.body = dice.randbytes(dice.randint(300_000, 2_000_000))


def repeated_number(hostile: Hostile, dice: random.Random) -> None:
    hostile.headers["seq"] = dice.randint(1, max(1, hostile.headers["seq"] - 1))


def number_far_ahead(hostile: Hostile, dice: random.Random) -> None:
    hostile.headers["seq"] += dice.choice([10**6, 10**9, 10**12, 2**62]) + dice.randrange(10**6)


def version_unknown_far_ahead(hostile: Hostile, dice: random.Random) -> None:
    number_far_ahead(hostile, dice)
    version_unknown(hostile, dice)


def stream_unknown(hostile: Hostile, dice: random.Random) -> None:
    hostile.headers["stream"] = f"forged-{dice.randrange(10**9)}"


def hello_in_vain(hostile: Hostile, dice: random.Random) -> None:
    hostile.content_type, hostile.headers["seq"] = HELLO, 0


def version_unknown(hostile: Hostile, dice: random.Random) -> None:
    name = f"{hostile.headers['name']}.v{dice.randint(2, 9)}"
    hostile.headers["name"] = name
    hostile.rewrite(type=name)


NOISE: tuple[Mutation, ...] = (
    header_gone,
    header_ill_typed,
    header_huge,
    header_nested,
    header_with_odd_json,
    property_unreadable,
    routing_key_unreadable,
    wrong_kind,
    message_id_wrong,
    nobody,
    foreign_name,
    too_large_for_the_broker,
    repeated_number,
    number_far_ahead,
    version_unknown_far_ahead,
    stream_unknown,
    hello_in_vain,
)
