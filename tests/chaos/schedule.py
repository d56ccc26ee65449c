"""Which faults happen when: drawn from a seed, so that the same seed breaks the same things in the same order."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from shared.failpoints import PLACES
from tests.architecture.tree import SERVICES

ROLES = ("worker", "web")
#: Faults of the servers and of the network, which are drawn apart from those of our own processes: both happen at once.
SERVER_KINDS = (
    "broker restarted",
    "broker killed",
    "broker frozen",
    "broker wiped",
    "queues deleted",
    "disk alarm",
    "database restarted",
    "broker slow",
    "broker reset",
    "broker half open",
    "database slow",
    "database reset",
    "database half open",
)
PROCESS_KINDS = ("killed", "died at a failpoint", "leader paused")
KINDS = (*PROCESS_KINDS, *SERVER_KINDS)

#: How often each of PROCESS_KINDS comes once all of them were there.
_OFTEN = (6, 2, 1)
#: Seconds between two faults of one lane, and how long those last that have an end.
_PAUSE = (1.0, 4.0)
_LASTING = (2.0, 5.0)
#: How many kinds of SERVER_KINDS each seed gets in turn; after that it is left to the dice.
_IN_TURN = 3
_EVERYBODY = "all"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: `at` seconds after the load began (or as soon as the one before it is over), for `seconds` where it has an
    end. `target` is a process ("council worker"), a service or "all"; `detail` the failpoint, or who is killed after a pause."""

    at: float
    kind: str
    target: str
    seconds: float = 0.0
    detail: str = ""

    def __str__(self) -> str:
        lasting = f" for {self.seconds:.1f} s" if self.seconds else ""
        return " ".join(f"{self.at:5.1f} s  {self.kind}: {self.target} {self.detail}".split(" ")).rstrip() + lasting

    @property
    def service(self) -> str:
        """The service that it hits, or "all"."""
        return self.target.partition(" ")[0]


@dataclass(frozen=True, slots=True)
class Schedule:
    """Two lanes of faults, each in order: those of the servers and those of our processes."""

    servers: Sequence[Fault]
    processes: Sequence[Fault]

    def __iter__(self) -> Iterator[Fault]:
        return iter(sorted([*self.servers, *self.processes], key=lambda fault: fault.at))


def draw(seed: int, seconds: float) -> Schedule:
    """The schedule of `seed` for a load of so many seconds."""
    servers, processes = random.Random(f"servers {seed}"), random.Random(f"processes {seed}")
    return Schedule(
        _lane(servers, seconds, _server_kinds(seed, servers)), _lane(processes, seconds, _process_kinds(processes))
    )


def _server_kinds(seed: int, dice: random.Random) -> Iterator[str]:
    first = (seed - 1) * _IN_TURN
    in_turn = [SERVER_KINDS[(first + step) % len(SERVER_KINDS)] for step in range(_IN_TURN)]
    # What a caller notices last comes first: it has to be found out by the end.
    yield from sorted(in_turn, key=lambda kind: not kind.endswith("half open"))
    while True:
        yield dice.choice(SERVER_KINDS)


def _process_kinds(dice: random.Random) -> Iterator[str]:
    yield from dice.sample(PROCESS_KINDS, len(PROCESS_KINDS))
    while True:
        yield dice.choices(PROCESS_KINDS, _OFTEN)[0]


def _lane(dice: random.Random, seconds: float, kinds: Iterator[str]) -> list[Fault]:
    faults = []
    at = dice.uniform(*_PAUSE)
    while at < seconds:
        kind = next(kinds)
        faults.append(_DRAWN[kind](dice, round(at, 1), kind))
        at += faults[-1].seconds + _COST.get(kind, 0.0) + dice.uniform(*_PAUSE)
    return faults


def _instant(dice: random.Random, at: float, kind: str) -> Fault:
    return Fault(at, kind, _EVERYBODY)


def _lasting(dice: random.Random, at: float, kind: str) -> Fault:
    return Fault(at, kind, _EVERYBODY, round(dice.uniform(*_LASTING), 1))


def _cut(dice: random.Random, at: float, kind: str) -> Fault:
    return Fault(at, kind, dice.choice((*SERVICES, _EVERYBODY)))


def _slow(dice: random.Random, at: float, kind: str) -> Fault:
    return Fault(
        at,
        kind,
        dice.choice((*SERVICES, _EVERYBODY)),
        round(dice.uniform(*_LASTING), 1),
        dice.choice(("0.02", "0.1", "0.3")),
    )


def _cut_for_a_while(dice: random.Random, at: float, kind: str) -> Fault:
    return replace(_cut(dice, at, kind), seconds=round(dice.uniform(*_LASTING), 1))


def _kill(dice: random.Random, at: float, kind: str) -> Fault:
    return Fault(at, kind, f"{dice.choice(SERVICES)} {dice.choice(ROLES)}")


def _failpoint(dice: random.Random, at: float, kind: str) -> Fault:
    place = dice.choice(PLACES)
    service = "notifications" if place.startswith("sender.") else dice.choice(SERVICES)
    role = dice.choice(ROLES) if place.startswith("database.") else "worker"
    return Fault(at, kind, f"{service} {role}", detail=f"{place}:{dice.randint(1, 3)}")


def _pause(dice: random.Random, at: float, kind: str) -> Fault:
    victim = dice.choice(("the old leader", "the new leader"))
    return Fault(at, kind, f"{dice.choice(SERVICES)} worker", round(dice.uniform(*_LASTING), 1), f"then {victim} dies")


_DRAWN: dict[str, Callable[[random.Random, float, str], Fault]] = {
    "killed": _kill,
    "died at a failpoint": _failpoint,
    "leader paused": _pause,
    "broker restarted": _instant,
    "broker killed": _instant,
    "broker frozen": _lasting,
    "broker wiped": _instant,
    "queues deleted": _instant,
    "disk alarm": _lasting,
    "database restarted": _instant,
    "broker slow": _slow,
    "broker reset": _cut,
    "broker half open": _cut,
    "database slow": _slow,
    "database reset": _cut,
    "database half open": _cut_for_a_while,
}
#: About how many seconds a fault takes by itself, so that the moments drawn are near those that happen.
_COST = {
    "broker restarted": 8.0,
    "broker killed": 6.0,
    "broker wiped": 6.0,
    "disk alarm": 2.0,
    "died at a failpoint": 3.0,
    "leader paused": 8.0,
}
