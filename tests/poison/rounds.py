"""One round: one of the four services is the hostile peer, the other three are honest and must not notice.

First it only makes noise, and its own honest events must come through, too. Then it publishes poison under the numbers of its
own stream, and at last lies about streams, lives, ends and what it has itself: that ruins its own stream and nothing else.
"""

import random
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from shared.messaging import topology
from tests.poison import accounts
from tests.poison.accounts import Account, Witness
from tests.poison.attack import Attacker
from tests.poison.bodies import POISON
from tests.poison.honest import Honest
from tests.poison.hostile import Forge
from tests.poison.lies import LIES, a_receipt, later_life
from tests.poison.memory import Memory
from tests.poison.noise import NOISE
from tests.poison.services import Services, running
from tests.servers.postgresql import PostgreSQL
from tests.servers.rabbitmq import RabbitMQ
from tests.waiting import until

#: Of all messages of a round: noise, poison; the rest are lies.
NOISE_SHARE, POISON_SHARE = 0.35, 0.6
#: Lies that a producer's stream gets over by itself, in the midst of the noise.
HEALED = 2


@dataclass
class Found:
    """What one round found."""

    hostile: str
    taken: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    accounts: list[Account] = field(default_factory=list)
    garbage_kept: int = 0
    honest: int = 0
    memory: int = 0
    failures: list[str] = field(default_factory=list)


def play(
    folder: Path, postgres: PostgreSQL, broker: RabbitMQ, hostile: str, messages: int, dice: random.Random
) -> Found:
    """Start the four, let `hostile` send its messages while the others work, and look what became of everything."""
    # The witness is there before the first message.
    with accounts.witnessing(broker) as witness, running(folder, postgres, broker) as services:
        return _play(services, broker, witness, hostile, messages, dice)


def _play(
    services: Services, broker: RabbitMQ, witness: Witness, hostile: str, messages: int, dice: random.Random
) -> Found:
    found = Found(hostile)
    honest, attacker, memory = Honest(services), Attacker(broker, hostile), Memory()
    honest.start()
    with memory.watching(), structlog.testing.capture_logs() as lines:
        _make_noise(services, attacker, honest, dice, int(messages * NOISE_SHARE))
        _poison(services, attacker, dice, int(messages * POISON_SHARE))
        _lie(services, attacker, dice, messages - int(messages * NOISE_SHARE) - int(messages * POISON_SHARE))
        honest.stop()
        found.honest = honest.until_handled()
        witness.until_taken()
        _look(found, services, witness)
    attacker.close()
    found.taken, found.refused, found.memory = attacker.taken, attacker.refused, memory.grown
    found.failures += [f"{line['event']}: {line}" for line in lines if line["event"] in ("thread died", "outage")]
    return found


def _make_noise(services: Services, attacker: Attacker, honest: Honest, dice: random.Random, messages: int) -> None:
    until(lambda: honest.roots[attacker.service], "the first honest event")
    for number in range(messages):
        forge = Forge(attacker.service, services.present_stream(attacker.service), dice)
        is_lie = number % (messages // HEALED) == messages // HEALED // 2
        attacker.send(forge.noise(later_life if is_lie else dice.choice(NOISE)))
    honest.silence(attacker.service)
    honest.until_handled({attacker.service})


def _poison(services: Services, attacker: Attacker, dice: random.Random, messages: int) -> None:
    forge = Forge(attacker.service, services.present_stream(attacker.service), dice)
    for _ in range(messages):
        attacker.send(forge.poison(dice.choice(POISON)))
    for consumer in topology.of(attacker.service).consumers:
        accounts.until_handled(services, consumer, attacker.service)


def _lie(services: Services, attacker: Attacker, dice: random.Random, messages: int) -> None:
    for number in range(messages):
        if number % 2:
            forge = Forge(attacker.service, services.present_stream(attacker.service), dice)
            attacker.send(forge.poison(dice.choice(LIES)))
        else:
            to = dice.choice(topology.of(attacker.service).producers)
            attacker.send_receipt(to, a_receipt(services.present_stream(to), dice))


def _look(found: Found, services: Services, witness: Witness) -> None:
    consumers = topology.of(found.hostile).consumers
    found.garbage_kept = sum(accounts.garbage_of(services, consumer) for consumer in consumers)
    for consumer, producer in accounts.PAIRS:
        account = witness.account(services, consumer, producer)
        found.failures += account.faults()
        if producer == found.hostile:
            found.accounts.append(account)
    found.failures += [f"a thread of {service} died" for service, alive in services.alive().items() if not alive]
