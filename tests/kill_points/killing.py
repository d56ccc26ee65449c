"""Carrying out the kills of one flow: once nobody dies, to see which places it passes and how it ends; then one kill a walk."""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from shared.failpoints import Place
from tests.e2e.journey import open_conference
from tests.kill_points.flows import Flow, Scene, Step
from tests.kill_points.ground import Ground
from tests.kill_points.kills import BY_THE_CLOCK, Kill, Outcome, kills_of
from tests.kill_points.walk import Walk
from tests.waiting import until

#: Seconds that a walk may take, deaths included; and those that a death may come later than its end.
PATIENCE = 90
LATE = 1
LATE_BY_THE_CLOCK = 8
#: So many walks are prepared at once: what their callers signed in with is good for ten minutes.
PORTION = 12


class Killing:
    """The kills of one flow on one ground."""

    def __init__(self, ground: Ground, flow: Flow) -> None:
        self._ground = ground
        self._processes = ground.processes
        self._flow = flow
        self._actors = ThreadPoolExecutor(1)

    def plan(self) -> list[Kill]:
        """Walk through it unharmed, keep how it ends, and name every kill that it has."""
        # The first walk of all leaves more than the others: the counter of a year, say.
        for step in self._prepared(2):
            walk = Walk(self._ground, step)
            self._processes.forget_passes()
            walk.begin(self._actors)
            until(walk.has_ended, f"the end of {self._flow.name}", PATIENCE, 0.2)
            self._expected = walk.ending()
        passes = {victim: self._processes.passes(victim) for victim in self._processes.victims()}
        return kills_of(self._flow.service, passes)

    def carry_out(self, kills: Sequence[Kill]) -> Iterator[Outcome]:
        """Walk through it once for each kill."""
        for start in range(0, len(kills), PORTION):
            portion = kills[start : start + PORTION]
            for kill, step in zip(portion, self._prepared(len(portion)), strict=True):
                yield self._carry_out(kill, step)

    def _prepared(self, count: int) -> list[Step]:
        staff = self._processes.staff()
        scene = Scene(self._ground, staff, open_conference(staff))
        until(self._ground.is_settled, "the conference to be known", PATIENCE, 0.2)
        with ThreadPoolExecutor(4) as several:
            steps = list(several.map(lambda _: self._flow.prepare(scene), range(count)))
        until(self._ground.is_settled, f"{self._flow.name} to be prepared", PATIENCE, 0.2)
        return steps

    def _carry_out(self, kill: Kill, step: Step) -> Outcome:
        walk = Walk(self._ground, step)
        self._processes.arm(kill.victim, kill.place, kill.nth)
        walk.begin(self._actors)
        died = self._dies(kill, kill.place, walk)
        if died and kill.then:
            self._processes.arm(kill.victim, kill.then)
            self._processes.revive(kill.victim)
            died = self._dies(kill, kill.then, walk)
        began = time.monotonic()
        self._processes.disarm(kill.victim)
        if died:
            self._processes.revive(kill.victim)
        wrong = self._wrong(walk)
        until(lambda: self._processes.is_ready(kill.victim), f"the {kill.victim} to be back", PATIENCE, 0.1)
        seconds = time.monotonic() - began
        return Outcome(self._flow.name, kill, died, seconds, walk.repeats(), wrong)

    def _dies(self, kill: Kill, place: Place, walk: Walk) -> bool:
        """Whether it dies before the walk has ended or soon after."""

        def died() -> bool:
            return self._processes.has_died(kill.victim)

        with suppress(AssertionError):
            until(lambda: died() or walk.has_ended_as(self._expected), f"a death at {kill}", PATIENCE, 0.05)
            patience = LATE_BY_THE_CLOCK if place in BY_THE_CLOCK else LATE
            until(died, f"a death at {kill}", patience)
        return died()

    def _wrong(self, walk: Walk) -> str:
        """What is different from how it ends without a kill, in words; nothing if nothing is."""
        try:
            until(lambda: walk.has_ended_as(self._expected), "the same end", PATIENCE, 0.1)
        except AssertionError as error:
            return walk.difference(self._expected) or str(error)
        return "; ".join([*self._ground.books.broken_promises(), *walk.came_too_often()])
