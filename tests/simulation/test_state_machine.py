"""The same world, driven by Hypothesis: what it finds, it shrinks to the shortest story."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.simulation import faults
from tests.simulation.business import SERVICES
from tests.simulation.lines import Lines
from tests.simulation.run import judge
from tests.simulation.world import ACTIONS, World

services = st.sampled_from(SERVICES)
FAULTS = {fault.__name__: fault for fault, _ in faults.FAULTS}


class Story(RuleBasedStateMachine):
    """Actions and faults in any order; at the end of each story the world must come to rest and be right."""

    lines: type[Lines] = Lines

    @initialize(seed=st.integers(0, 1000))
    def begin(self, seed: int) -> None:
        """Nothing happens but what the story says."""
        self.world = World(seed, self.lines())
        self.world.crash_chance = self.world.outage_chance = self.world.poison_chance = 0.0

    @rule(service=services, kind=st.sampled_from(sorted(ACTIONS)))
    def act(self, service: str, kind: str) -> None:
        """A service does one thing."""
        node = self.world.nodes[service]
        if kind != "request" or service != "notifications" or node.store.database.inbox:
            self.world.act(node, kind)

    @rule(service=services)
    def deliver(self, service: str) -> None:
        """An event goes the usual way: numbered, published, confirmed, received, processed."""
        for kind in ("number", "publish", "confirm"):
            self.world.act(self.world.nodes[service], kind)
        for node in self.world.nodes.values():
            self.world.act(node, "receive")
            self.world.act(node, "process")

    @rule(seconds=st.sampled_from((0.5, 2, 6)))
    def wait(self, seconds: float) -> None:
        """Time passes."""
        self.world.pass_time(seconds)

    @precondition(lambda self: self.world.answered["submissions"])
    @rule(name=st.sampled_from(sorted(FAULTS)))
    def suffer(self, name: str) -> None:
        """Something goes wrong."""
        FAULTS[name](self.world)

    def teardown(self) -> None:
        """The verdict."""
        if hasattr(self, "world"):
            assert judge(self.world).violations == {}


Story.TestCase.settings = settings(
    max_examples=40,
    stateful_step_count=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
TestStory = Story.TestCase
