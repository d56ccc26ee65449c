"""Invariants of what the handlers did: once, in order, all of it (I4, I5, I8)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from uuid import UUID

from shared.messaging.protocol.records import Stream
from tests.simulation.business import PRODUCERS
from tests.simulation.memory_database import OutboxRow
from tests.simulation.node import Node
from tests.simulation.truth import Truth
from tests.simulation.world import World


def i4_once(world: World, truth: Truth) -> Iterator[str]:
    """One effect per consumer and event, and one per consumer, name, aggregate and cause, though ids be made again."""
    for node in world.nodes.values():
        by_id: dict[UUID, int] = defaultdict(int)
        by_cause: dict[tuple[str, str, UUID], set[UUID]] = defaultdict(set)
        for effect in node.store.database.effects.values():
            by_id[effect.event.event_id] += 1
            if effect.event.cause:
                by_cause[effect.event.name, effect.event.aggregate, effect.event.cause.event_id].add(
                    effect.event.event_id
                )
        if any(times > 1 for times in by_id.values()):
            yield f"{node.name} did something twice"
        if any(len(ids) > 1 for ids in by_cause.values()):
            yield f"{node.name} did the same for two events of one cause"
        for producer in PRODUCERS[node.name]:
            for event_id, committed in truth.rows[producer].items():
                if committed.event.name in node.handlers and not by_id[event_id]:
                    yield f"{node.name} never handled {committed.event.name}"


def i4_told_once(world: World, truth: Truth) -> Iterator[str]:
    """Nobody gets the same message twice, and every message that was made is sent or held."""
    if any(times > 1 for times in world.sent.values()):
        yield "somebody was told twice"
    if any(letter.state == "created" for letter in world.nodes["notifications"].store.database.letters.values()):
        yield "a message was never sent"


def i5_order(world: World, truth: Truth) -> Iterator[str]:
    """Effects of one aggregate in order, none before its cause's nor before those of what it refers to."""
    for node in world.nodes.values():
        last: dict[tuple[str, str], int] = {}
        done = truth.effects(node)
        when = {effect.event.event_id: number for number, effect in enumerate(done)}
        for number, effect in enumerate(done):
            event, of = effect.event, (effect.at.producer, effect.event.aggregate)
            if event.aggregate_seq < last.get(of, 0):
                yield f"{node.name}: {event.name} after a later one of {event.aggregate}"
            last[of] = event.aggregate_seq
            cause = event.cause
            is_held = cause and not effect.cause_was_void and not truth.is_void(cause.at)
            if cause and is_held and when.get(cause.event_id, -1) > number:
                yield f"{node.name}: {event.name} before its cause"
        yield from _references(node, truth, when)


def _references(node: Node, truth: Truth, when: dict[UUID, int]) -> Iterator[str]:
    for producer in PRODUCERS[node.name]:
        streams = truth.world.nodes[producer].store.database.streams
        first_events = {
            committed.event.aggregate: committed
            for committed in truth.rows[producer].values()
            if committed.event.aggregate_seq == 1
        }
        for event_id, committed in truth.rows[producer].items():
            for aggregate in committed.event.refers_to if event_id in when else ():
                referred = first_events.get(aggregate)
                if referred is None or referred.event.event_id not in when:
                    continue
                is_earlier = _place(streams, referred) < _place(streams, committed)
                if is_earlier and when[referred.event.event_id] > when[event_id]:
                    yield f"{node.name}: {committed.event.name} before what it refers to"


def _place(streams: Mapping[str, Stream], row: OutboxRow) -> tuple[int, int]:
    return (streams[row.stream_id or ""].life, row.seq)


FOLLOW_UPS = {
    "recommendation.adopted": ("council", "case.opened"),
    "recommendation.corrected": ("council", "case.amended"),
    "case.decided": ("submissions", "recommendation.answered"),
}


def i8_state(world: World, truth: Truth) -> Iterator[str]:
    """The state is what the requests make it without faults: each event has had exactly its follow-ups."""
    made: dict[tuple[str, str, UUID], int] = defaultdict(int)
    for service, rows in truth.rows.items():
        for committed in rows.values():
            if committed.event.cause:
                made[service, committed.event.name, committed.event.cause.event_id] += 1
    for rows in truth.rows.values():
        for event_id, committed in rows.items():
            follow_up = FOLLOW_UPS.get(committed.event.name)
            if follow_up and made[*follow_up, event_id] != 1:
                yield f"{committed.event.name} led to {made[*follow_up, event_id]} {follow_up[1]}"
