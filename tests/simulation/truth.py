"""What there is to be true to: the outboxes, when all is said and done."""

from uuid import UUID

from shared.messaging.protocol.records import Position
from tests.simulation.memory_database import Effect, OutboxRow
from tests.simulation.node import Node
from tests.simulation.world import World


class Truth:
    """What each service has committed, when all is said and done: its outbox."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rows: dict[str, dict[UUID, OutboxRow]] = {
            name: {row.event.event_id: row for row in node.store.database.outbox.values()}
            for name, node in world.nodes.items()
        }

    def is_void(self, at: Position) -> bool:
        """Whether a restore took this number back."""
        stream = self.world.nodes[at.producer].store.database.streams.get(at.stream_id)
        return stream is None or (stream.ended_at is not None and at.seq > stream.ended_at)

    def effects(self, node: Node) -> list[Effect]:
        """What the service did for events that are still true, and under numbers that are, in the order done."""
        done = [effect for _, effect in sorted(node.store.database.effects.items())]
        return [
            effect
            for effect in done
            if effect.event.event_id in self.rows[effect.at.producer] and not self.is_void(effect.at)
        ]
