"""I12: the whole log once more."""

from collections.abc import Iterator
from typing import Any

from tests.simulation.business import SERVICES
from tests.simulation.quiescence import settle
from tests.simulation.world import World


def i12_handling_again_changes_nothing(world: World) -> Iterator[str]:
    """Every producer sends everything again to every consumer: no row, fact, effect or message more."""
    before = _state(world)
    for node in world.nodes.values():
        with node.store.begin() as tx:
            for told in tx.subscribers():
                tx.set_resend_from(told.consumer, told.stream_id, 1)
    if not settle(world):
        yield "not at rest after sending everything again"
    after = _state(world)
    yield from (f"{name} changed" for name in before if before[name] != after[name])


def _state(world: World) -> dict[str, Any]:
    state: dict[str, Any] = {"messages": dict(world.sent)}
    for name in SERVICES:
        db = world.nodes[name].store.database
        state[name] = (
            dict(db.facts),
            dict(db.letters),
            dict(db.effects),
            dict(db.inbox),
            dict(db.outbox),
            dict(db.cursors),
            dict(db.light),
        )
    return state
