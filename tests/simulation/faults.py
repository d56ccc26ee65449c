"""What goes wrong between two steps. Each seed draws which of these happen to it."""

from collections.abc import Callable
from dataclasses import replace

from tests.simulation.business import SERVICES
from tests.simulation.world import Backup, World

MOST_RESTORES = 3


def crash(world: World) -> None:
    """A process is killed between two steps."""
    world.restart(world.nodes[world.rng.choice(SERVICES)])


def wipe_broker(world: World) -> None:
    """The broker loses its disk, and every connection with it."""
    world.broker.wipe()
    for node in world.nodes.values():
        for relay in (node.relay, *node.zombies):
            if relay:
                relay.lose_connection()


def lose_queue(world: World) -> None:
    """One queue is deleted with what it held."""
    pair = world.rng.choice(list(world.broker.queues))
    world.broker.queues[pair].clear()
    world.broker.unbound.add(pair)


def lose_binding(world: World) -> None:
    """One queue stays but gets nothing more."""
    world.broker.unbound.add(world.rng.choice(list(world.broker.queues)))


def bind_again(world: World) -> None:
    """Whoever owns the queues declares them again."""
    world.broker.bind_all()


def repeat(world: World) -> None:
    """Messages come again, anywhere later in the queue."""
    for queue in world.broker.queues.values():
        for message in queue[:3]:
            queue.insert(world.rng.randint(1, len(queue)), message)


def spoil(world: World) -> None:
    """A body can't be read though its headers can."""
    queue = world.rng.choice(list(world.broker.queues.values()))
    queue[:1] = [replace(message, unreadable_body=message.event is not None) for message in queue[:1]]


def reorder(world: World) -> None:
    """A queue is shuffled."""
    world.rng.shuffle(world.rng.choice(list(world.broker.queues.values())))


def delay(world: World) -> None:
    """Messages hang somewhere and arrive much later."""
    for pair, queue in world.broker.queues.items():
        world.broker.delayed += [(pair, queue.pop(0)) for _ in range(min(len(queue), 2))]


def arrive(world: World) -> None:
    """What was delayed arrives."""
    world.broker.release()


def lose_receipts(world: World) -> None:
    """Receipts under way are gone."""
    world.broker.receipts[world.rng.choice(SERVICES)].clear()


def age_receipts(world: World) -> None:
    """Receipts hang and will be stale when they arrive."""
    receipts = world.broker.receipts[world.rng.choice(SERVICES)]
    world.broker.delayed_receipts += receipts
    receipts.clear()


def lose_connection(world: World) -> None:
    """A relay's connection breaks in the middle of publishing."""
    relay = world.nodes[world.rng.choice(SERVICES)].relay
    if relay:
        relay.connection.breaks_after = world.rng.randint(0, 2)


def refuse(world: World) -> None:
    """The broker refuses what is in flight."""
    relay = world.nodes[world.rng.choice(SERVICES)].relay
    if relay:
        relay.refuse()


def drop_some(world: World) -> None:
    """Queues lose single messages for a while (length limit, bad disk)."""
    world.broker.loss = world.rng.choice((0.0, 0.0, 0.2))


def back_up(world: World) -> None:
    """A backup is taken of one service."""
    name = world.rng.choice(SERVICES)
    database = world.nodes[name].store.database
    world.backups[name].append(Backup(database.backup(), database.positions_given, list(world.answered[name])))


def restore(world: World) -> None:
    """One service is set back to one of its backups and `restore` is run."""
    name = world.rng.choice(SERVICES)
    if not world.backups[name] or world.faults["restored"] >= MOST_RESTORES:
        return
    world.faults["restored"] += 1
    world.faults[f"restored {name}"] += 1
    node, backup = world.nodes[name], world.rng.choice(world.backups[name])
    node.store.database.set_back(backup.tables)
    node.store.database.positions_given = backup.positions_given
    world.restart(node)
    world.faults["crash"] -= 1
    # Requests that nobody will find again: what was answered after the backup is lost, as every restore loses it.
    world.answered[name] = list(backup.answered)
    world.undisturbed(node.restore)


FAULTS: tuple[tuple[Callable[[World], None], int], ...] = (
    (crash, 6),
    (wipe_broker, 3),
    (lose_queue, 3),
    (lose_binding, 2),
    (bind_again, 6),
    (repeat, 8),
    (reorder, 6),
    (spoil, 2),
    (delay, 5),
    (arrive, 5),
    (lose_receipts, 4),
    (age_receipts, 4),
    (lose_connection, 4),
    (refuse, 3),
    (drop_some, 5),
    (back_up, 9),
    (restore, 9),
)


class Trouble:
    """The faults of one seed: how often, and of which kinds."""

    def __init__(self, world: World) -> None:
        rng = world.rng
        self._world = world
        self.chance = rng.choice((0.02, 0.06, 0.12))
        keep = rng.choice((0.5, 0.8, 1.0))
        kinds = [(fault, weight) for fault, weight in FAULTS if rng.random() < keep] or list(FAULTS)
        self._kinds = [fault for fault, _ in kinds]
        self._weights = [weight for _, weight in kinds]

    def maybe(self) -> None:
        """Perhaps something goes wrong now."""
        if self._world.rng.random() < self.chance:
            fault = self._world.rng.choices(self._kinds, self._weights)[0]
            if fault is not restore:
                self._world.faults[fault.__name__] += 1
            fault(self._world)
