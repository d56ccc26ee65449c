"""Which kills a flow has: one for every pass of a named place by one of the eight processes, and what came of each."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from shared.failpoints import Place
from tests.kill_points.mortals import Victim

#: Passed by the clock too, whether anything happened or not: killed once in each flow, where the flow's first event leaves
#: and where it arrives.
AT_THE_PUBLISHER: tuple[Place, ...] = ("receipts.taken", "receipts.believing", "receipts.believed")
AT_THE_CONSUMER: tuple[Place, ...] = ("receiver.told",)
BY_THE_CLOCK = AT_THE_PUBLISHER + AT_THE_CONSUMER

#: Of interest only while a process comes back: place → the place where it died before.
COMING_BACK: Mapping[Place, Place] = {
    "relay.led": "relay.numbered",
    "processor.claimed": "processor.handling",
    "processor.counted": "processor.handling",
    "sender.doubted": "sender.sent",
}

#: The service that sends messages. Whoever kills its worker may do so between handing over and recording.
SENDER = Victim("notifications", "worker")

Passes = Mapping[Victim, Counter[Place]]


@dataclass(frozen=True)
class Kill:
    """`victim` dies at its `nth` pass of `place`, and again at `then` while it comes back, if that is named."""

    victim: Victim
    place: Place
    nth: int = 1
    then: Place | None = None

    def __str__(self) -> str:
        label = self.place if self.nth == 1 else f"{self.place}:{self.nth}"
        return f"{label}, then {self.then}" if self.then else label


@dataclass(frozen=True)
class Outcome:
    """What came of one kill; `seconds` from the last death until the process was back and
    everything as without it, `repeats` of messages."""

    flow: str
    kill: Kill
    died: bool
    seconds: float
    repeats: int
    wrong: str

    @property
    def failure(self) -> str:
        """Why it failed; nothing if it didn't."""
        if self.wrong:
            return self.wrong
        if not self.died and self.kill.nth == 1:
            return "it never came there"
        if self.repeats and self.kill.victim != SENDER:
            return f"{self.repeats} messages came again"
        return ""

    @property
    def result(self) -> str:
        """In words."""
        if self.failure:
            return f"FAILED: {self.failure}"
        if not self.died:
            return "came there fewer times: in one go with the pass before"
        if self.repeats:
            return f"as without; {self.repeats} message(s) once more under the same Message-ID"
        return "as without"

    def row(self) -> tuple[str, ...]:
        """As a line of the table."""
        died = "yes" if self.died else "no"
        return (self.flow, str(self.kill.victim), str(self.kill), died, f"{self.seconds:.1f}", self.result)


def kills_of(first: str, passes: Passes) -> list[Kill]:
    """The kills of a flow that `first` takes the first request of and that passed these places when nobody died."""
    return [*_on_the_way(passes), *_by_the_clock(first), *_coming_back(passes)]


def _on_the_way(passes: Passes) -> list[Kill]:
    return [
        Kill(victim, place, nth)
        for victim, counts in passes.items()
        for place, count in counts.items()
        if place not in (*BY_THE_CLOCK, *COMING_BACK) and not _is_idling(victim, place)
        for nth in range(1, count + 1)
    ]


def _is_idling(victim: Victim, place: Place) -> bool:
    """A worker looks for work in transactions too; those that change something have places of their own."""
    return victim.role == "worker" and place.startswith("database.")


def _by_the_clock(first: str) -> list[Kill]:
    publisher = [Kill(Victim(first, "worker"), place) for place in AT_THE_PUBLISHER]
    return publisher + [Kill(SENDER, place) for place in AT_THE_CONSUMER]


def _coming_back(passes: Passes) -> list[Kill]:
    return [
        Kill(victim, before, then=place)
        for victim, counts in passes.items()
        for place, before in COMING_BACK.items()
        if counts[before]
    ]
