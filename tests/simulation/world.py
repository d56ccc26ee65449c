"""The seeded world: three services over one broker, a clock that only the scheduler moves, and who acts next."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random
from uuid import UUID

from shared.messaging.errors import NotYet, Outage, Reject
from shared.messaging.protocol.records import Event, InboxEvent
from tests.simulation.broker import Broker
from tests.simulation.business import PRODUCERS, REQUESTS, SERVICES, Business, hand_in, recorded
from tests.simulation.lines import Lines
from tests.simulation.memory_database import Crash, Letter, Tables
from tests.simulation.memory_store import MemoryTransaction
from tests.simulation.node import Node

BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
POISONS = ("reject", "error", "deadly", "flaky", "not yet", "deadly once")


class Backup:
    """A service's database at a moment, and which of its requests were answered by then."""

    def __init__(self, tables: Tables, positions_given: int, answered: list[UUID]) -> None:
        self.tables, self.positions_given, self.answered = tables, positions_given, answered


class World:
    """Everything of one seed; invariants.py looks at it when it has come to rest."""

    def __init__(self, seed: int, lines: Lines) -> None:
        self.rng = Random(seed)
        self.lines = lines
        self.time = BEGINNING
        self.is_chaotic = True
        self.broker = Broker(self.rng)
        self.business = Business(
            self.rng, self.now, derived_ids=lines.derived_ids, holds_remade_messages=lines.holds_remade_messages
        )
        self.faults: Counter[str] = Counter()
        self.sent: Counter[tuple[str, str, UUID]] = Counter()
        self.answered: dict[str, list[UUID]] = {name: [] for name in SERVICES}
        self.backups: dict[str, list[Backup]] = {name: [] for name in SERVICES}
        self.late: list[tuple[str, int]] = []
        self.poison: dict[tuple[str, UUID], list[str]] = {}
        self.poison_is_cured = False
        self.crash_chance = self.rng.choice((0.0, 0.003, 0.01))
        self.outage_chance = self.rng.choice((0.0, 0.003, 0.01))
        self.intrusion_chance = self.rng.choice((0.0, 0.05, 0.15))
        self.poison_chance = self.rng.choice((0.0, 0.05, 0.15))
        self._acting: set[str] = set()
        self.nodes = {name: self._node(name) for name in SERVICES}

    def now(self) -> datetime:
        """The simulated time."""
        return self.time

    def _node(self, name: str) -> Node:
        handlers = {
            event: self._troubled(name, recorded(handle)) for event, handle in self.business.handlers(name).items()
        }
        node = Node(name, self.rng, self.broker, self.lines, self.now, handlers)
        node.store.fate = self._fate
        node.store.before_begin = lambda: self._intrude(node)
        return node

    def pass_time(self, seconds: float) -> None:
        """Move the clock."""
        self.time += timedelta(seconds=seconds)

    def act(self, node: Node, kind: str) -> None:
        """One action of one service; a crash restarts its process, an outage leaves it for later."""
        self._acting = {kind}
        try:
            ACTIONS[kind](self, node)
        except Crash:
            self.restart(node)
        except Outage:
            self.faults["outage"] += 1
            if node.relay:
                node.relay.lose_connection()
        finally:
            self._acting = set()

    def restart(self, node: Node) -> None:
        """The process dies and begins anew; transactions that were open are gone."""
        self.faults["crash"] += 1
        self.late = [late for late in self.late if late[0] != node.name]
        node.restart()

    def step(self) -> None:
        """Some service does something."""
        self.pass_time(self.rng.random() * 0.8)
        name, kind = self.rng.choices(_CHOICES, cum_weights=_CUMULATED)[0]
        self.act(self.nodes[name], kind)

    def undisturbed(self, run: Callable[[], None]) -> None:
        """Do something that nothing befalls."""
        chaotic, self.is_chaotic = self.is_chaotic, False
        run()
        self.is_chaotic = chaotic

    def _fate(self) -> str:
        if not self.is_chaotic:
            return "commits"
        draw = self.rng.random()
        if draw < self.crash_chance:
            return "crash before" if self.rng.random() < 0.5 else "crash after"
        if draw < self.crash_chance + self.outage_chance:
            return "outage before" if self.rng.random() < 0.5 else "outage after"
        return "commits"

    def _intrude(self, node: Node) -> None:
        """Between two transactions of one step, another thread or process of the service may get its turn."""
        if not self.is_chaotic or not self._acting or self.rng.random() >= self.intrusion_chance:
            return
        kind = self.rng.choice(INTRUDERS)
        if kind not in self._acting and len(self._acting) < 2:
            self._acting.add(kind)
            try:
                ACTIONS[kind](self, node)
            finally:
                self._acting.discard(kind)

    def _troubled(
        self, service: str, handle: Callable[[MemoryTransaction, InboxEvent], None]
    ) -> Callable[[MemoryTransaction, InboxEvent], None]:
        def run(tx: MemoryTransaction, row: InboxEvent) -> None:
            handle(tx, row)
            if not self.poison_is_cured:
                self._trouble(service, row.event)

        return run

    def _trouble(self, service: str, event: Event) -> None:
        key = (service, event.event_id)
        if key not in self.poison:
            ill = self.is_chaotic and self.rng.random() < self.poison_chance
            kind = self.rng.choice(POISONS) if ill else ""
            self.poison[key] = [kind] * (self.rng.randint(1, 3) if kind in ("flaky", "not yet") else 1)
            self.faults["poison " + kind] += ill
        kinds = self.poison[key]
        kind = kinds.pop() if kinds and kinds[-1] in ("flaky", "not yet", "deadly once") else "".join(kinds[:1])
        if kind.startswith("deadly"):
            raise Crash("poison")
        if kind in ("error", "flaky"):
            raise ValueError(kind)
        if kind == "not yet":
            raise NotYet(kind)
        if kind == "reject":
            raise Reject(kind)

    def request(self, node: Node) -> None:
        """Somebody asks something of a service; it is answered after the commit."""
        use_case = self.rng.choice(REQUESTS[node.name])
        with node.store.begin() as tx:
            event = use_case(self.business, tx)
        if event:
            self.answered[node.name].append(event.event_id)

    def begin_late(self, node: Node) -> None:
        """A long transaction takes its outbox position now and commits later."""
        if node.name == "submissions":
            self.late.append((node.name, node.store.database.next_position()))

    def commit_late(self, node: Node) -> None:
        """The oldest long transaction commits."""
        for late in [late for late in self.late if late[0] == node.name][:1]:
            self.late.remove(late)
            with node.store.begin() as tx:
                event = hand_in(self.business, tx, late[1])
            if event:
                self.answered[node.name].append(event.event_id)

    def send_mail(self, node: Node) -> None:
        """Notifications: claim, hand to the provider outside any transaction, record."""
        letters = node.store.database.letters
        created = [key for key, letter in letters.items() if letter.state == "created"]
        for key in created[: 3 if self.is_chaotic else None]:
            about = letters[key].about
            with node.store.begin():
                letters.put(key, Letter(about, "sending"))
            self.sent[about] += 1
            with node.store.begin():
                letters.put(key, Letter(about, "sent"))


def _second_relay(world: World, node: Node) -> None:
    if node.relay and len(node.zombies) < 2:
        world.faults["second relay"] += 1
        node.zombies.append(node.relay)
        node.relay = None
        node.lead(lambda relay: relay.number())


def _zombie(world: World, node: Node) -> None:
    if node.zombies:
        run = world.rng.choice(("number", "publish", "confirm", "resend"))
        node.lead_as_zombie(lambda relay: getattr(relay, run)())


def _receive(world: World, node: Node) -> None:
    for producer in PRODUCERS[node.name]:
        node.receive(producer, at_most=world.rng.choice((1, 3, 200)))


ACTIONS: dict[str, Callable[[World, Node], None]] = {
    "request": World.request,
    "begin late": World.begin_late,
    "commit late": World.commit_late,
    "number": lambda world, node: node.lead(lambda relay: relay.number()),
    "publish": lambda world, node: node.lead(lambda relay: relay.publish()),
    "confirm": lambda world, node: node.lead(lambda relay: relay.confirm()),
    "accept": lambda world, node: node.lead(lambda relay: relay.accept_receipts(world.rng.randint(1, 4))),
    "resend": lambda world, node: node.lead(lambda relay: relay.resend()),
    "receive": _receive,
    "process": lambda world, node: node.process(),
    "receipts": lambda world, node: node.send_receipts(),
    "mail": World.send_mail,
    "second relay": _second_relay,
    "zombie": _zombie,
}
# How often each service does what: (submissions, council, notifications).
WEIGHTS = {
    "request": (14, 5, 1),
    "begin late": (3, 0, 0),
    "commit late": (3, 0, 0),
    "number": (8, 8, 4),
    "publish": (8, 8, 4),
    "confirm": (5, 5, 3),
    "accept": (6, 6, 4),
    "resend": (4, 4, 2),
    "receive": (12, 16, 18),
    "process": (10, 14, 18),
    "receipts": (5, 6, 6),
    "mail": (0, 0, 10),
    "second relay": (1, 1, 1),
    "zombie": (3, 3, 2),
}
_CHOICES = [(name, kind) for kind in WEIGHTS for name in SERVICES]
_CUMULATED = list(accumulate(weight for weights in WEIGHTS.values() for weight in weights))
INTRUDERS = ("receive", "process", "accept", "second relay", "zombie", "commit late", "request")
