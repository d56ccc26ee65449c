"""One seed from beginning to verdict."""

from collections import Counter
from dataclasses import dataclass

from tests.simulation.business import SERVICES
from tests.simulation.faults import Trouble
from tests.simulation.invariants import AT_REST, i7_isolation
from tests.simulation.lines import Lines
from tests.simulation.quiescence import calm_down, settle
from tests.simulation.replay import i12_handling_again_changes_nothing
from tests.simulation.truth import Truth
from tests.simulation.world import World

STEPS = 350


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found: the invariants that don't hold, with the first words of each, and the faults that happened."""

    violations: dict[str, str]
    faults: Counter[str]
    events: int


def run(seed: int, lines: Lines) -> Verdict:
    """Let one seed's world live through its faults, come to rest and be judged."""
    world = World(seed, lines)
    trouble = Trouble(world)
    for _ in range(STEPS):
        world.step()
        trouble.maybe()
    return judge(world)


def judge(world: World) -> Verdict:
    """Bring the world to rest, replay what is parked, look at the invariants."""
    violations: dict[str, str] = {}
    calm_down(world)
    if not settle(world):
        violations["i8_liveness"] = "not at rest after 60 s"
    for found in i7_isolation(world):
        violations.setdefault("i7_isolation", found)
    replay_parked(world)
    if not settle(world):
        violations.setdefault("i8_liveness", "not at rest 60 s after the replay")
    truth = Truth(world)
    for invariant in AT_REST:
        for found in invariant(world, truth):
            violations.setdefault(invariant.__name__, found)
    if not violations:
        for found in i12_handling_again_changes_nothing(world):
            violations.setdefault("i12_handling_again", found)
    return Verdict(violations, world.faults, sum(len(truth.rows[name]) for name in SERVICES))


def replay_parked(world: World) -> None:
    """The handlers are mended and an operator replays everything that is parked."""
    world.poison_is_cured = True
    for node in world.nodes.values():
        with node.store.begin() as tx:
            parked = tx.parked(1000)
            world.faults["parked"] += len(parked)
            tx.replay([row.event.event_id for row in parked])
