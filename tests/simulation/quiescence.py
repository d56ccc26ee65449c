"""The faults end: the world is let run until nothing moves any more, as it must within a bounded time."""

from datetime import datetime

from tests.simulation.business import CONSUMERS, PRODUCERS
from tests.simulation.node import Node
from tests.simulation.world import World

ROUNDS = 55
SECONDS_A_ROUND = 1.1


def calm_down(world: World) -> None:
    """Faults end: everything delayed arrives, queues are declared, old relays are gone, long transactions commit."""
    world.is_chaotic = False
    world.broker.loss = 0.0
    world.broker.bind_all()
    world.broker.release()
    for node in world.nodes.values():
        node.zombies.clear()
        if node.relay:
            node.relay.connection.breaks_after = None
            node.relay.lose_connection()
        while any(late[0] == node.name for late in world.late):
            world.commit_late(node)


def settle(world: World) -> bool:
    """Run until nothing is left to do but what is parked; False if it isn't done in 60 s (55 rounds of 1.1 s).

    Retries that are due later are waited for; that waiting isn't counted.
    """
    rounds = 0
    while rounds < ROUNDS:
        for node in world.nodes.values():
            _everything_once(world, node)
        world.pass_time(SECONDS_A_ROUND)
        rounds += 1
        if is_at_rest(world):
            later = _next_retry(world)
            if later is None:
                return True
            world.time = max(world.time, later)
            rounds = 0
    return False


def _everything_once(world: World, node: Node) -> None:
    for kind in ("number", "publish", "confirm", "accept", "resend", "process"):
        world.act(node, kind)
    for producer in PRODUCERS[node.name]:
        if world.broker.queues[node.name, producer]:
            node.receive(producer)
    for kind in ("process", "receipts", "mail"):
        world.act(node, kind)


def is_at_rest(world: World) -> bool:
    """Whether every event is numbered, published, had by every consumer and told to be, and no row may run now."""
    return all(_is_done(world, node) for node in world.nodes.values())


def _is_done(world: World, node: Node) -> bool:
    db = node.store.database
    if db.unnumbered or any(world.broker.queues[node.name, producer] for producer in PRODUCERS[node.name]):
        return False
    tops = {
        stream.stream_id: stream.last_seq if stream.ended_at is None else stream.ended_at
        for stream in db.streams.values()
    }
    told = {key: row.settled_through for key, row in db.subscribers.items()}
    # What a consumer told may be from before it was set back: then it has yet to learn of the streams again.
    has = {
        (consumer, cursor.stream_id): cursor.through
        for consumer in CONSUMERS[node.name]
        for cursor in world.nodes[consumer].store.database.cursors.values()
        if cursor.producer == node.name
    }
    wanted = {(consumer, stream): top for consumer in CONSUMERS[node.name] for stream, top in tops.items()}
    if any(told.get(key) != top or has.get(key) != top for key, top in wanted.items()):
        return False
    with node.store.begin() as tx:
        return not tx.claim_heads(PRODUCERS[node.name], world.now(), 1)


def _next_retry(world: World) -> datetime | None:
    due = [
        row.next_attempt_at
        for node in world.nodes.values()
        for row in (node.store.database.inbox[key] for key in node.store.database.unfinished)
        if row.next_attempt_at is not None
    ]
    return min((at for at in due if at > world.now()), default=None)
