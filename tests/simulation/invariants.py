"""What must hold when the world has come to rest: I1–I12, each a function that yields what it finds wrong."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from uuid import UUID

from shared.messaging.protocol.records import Event, InboxEvent, InboxStatus
from tests.simulation.business import PRODUCERS
from tests.simulation.effects import i4_once, i4_told_once, i5_order, i8_state
from tests.simulation.truth import Truth
from tests.simulation.world import World

Invariant = Callable[[World, Truth], Iterator[str]]


def i1_no_ghost(world: World, truth: Truth) -> Iterator[str]:
    """Every stored event that no restore took back has a committed outbox row with equal body, under its number."""
    for node in world.nodes.values():
        for row in node.store.database.inbox.values():
            if truth.is_void(row.at) or row.status is InboxStatus.SKIPPED:
                continue
            committed = truth.rows[row.at.producer].get(row.event.event_id)
            if committed is None:
                yield f"{node.name} has {row.event.name} that nobody committed"
            elif (committed.event.body, committed.event.name) != (row.event.body, row.event.name):
                yield f"{node.name} has another body of {row.event.name}"
            elif (committed.stream_id, committed.seq) != (row.at.stream_id, row.at.seq):
                yield f"{node.name} has {row.event.name} under a number that isn't its own"


def i2_no_loss(world: World, truth: Truth) -> Iterator[str]:
    """Each cursor reaches its publisher's last number, and every event with a handler is stored."""
    for node in world.nodes.values():
        db = node.store.database
        for producer in PRODUCERS[node.name]:
            for stream in world.nodes[producer].store.database.streams.values():
                cursor = db.cursors.get((producer, stream.stream_id))
                if cursor is None or cursor.through != (
                    stream.last_seq if stream.ended_at is None else stream.ended_at
                ):
                    yield f"{node.name} doesn't have all of {stream.stream_id}"
            for event_id, committed in truth.rows[producer].items():
                if committed.event.name in node.handlers and (producer, event_id) not in db.inbox_ids:
                    yield f"{node.name} never stored {committed.event.name}"


def i3_atomic(world: World, truth: Truth) -> Iterator[str]:
    """Outbox row ⇔ business change: the versions of every aggregate are its events, 1, 2, 3 …"""
    for node in world.nodes.values():
        versions: dict[str, list[int]] = defaultdict(list)
        for committed in truth.rows[node.name].values():
            versions[committed.event.aggregate].append(committed.event.aggregate_seq)
        for aggregate, seqs in versions.items():
            version = node.store.database.facts.get(("version", aggregate), 0)
            if sorted(seqs) != list(range(1, version + 1)):
                yield f"{node.name}: {aggregate} has events {sorted(seqs)} at version {version}"


def i6_nothing_disappears(world: World, truth: Truth) -> Iterator[str]:
    """Every inbox row is processed or skipped for a stated reason, and the indexes agree."""
    for node in world.nodes.values():
        for row in node.store.database.inbox.values():
            if row.status is InboxStatus.SKIPPED and not row.last_error:
                yield f"{node.name} skipped {row.event.name} without a reason"
            if row.status in (InboxStatus.READY, InboxStatus.PARKED):
                yield f"{node.name} left {row.event.name} {row.status}"


def i7_isolation(world: World) -> Iterator[str]:
    """Before anything is replayed: what is still ready waits, directly or not, for something parked."""
    for node in world.nodes.values():
        db = node.store.database
        rows = [db.inbox[key] for key in db.unfinished]
        for row in rows:
            if row.status is InboxStatus.READY and not any(
                _waits_for(row, other) for other in rows if other is not row
            ):
                yield f"{node.name}: {row.event.name} stands still for no reason"


def _waits_for(row: InboxEvent, other: InboxEvent) -> bool:
    if row.event.cause and row.event.cause.event_id == other.event.event_id:
        return True
    if row.at.producer != other.at.producer:
        return False
    return other.event.aggregate in (row.event.aggregate, *row.event.refers_to)


def no_false_alarm(world: World, truth: Truth) -> Iterator[str]:
    """No relay refused to number, and no number came with another event: nobody restored without `restore`."""
    for node in world.nodes.values():
        if node.refusals:
            yield f"{node.name} refused to number"
        if node.alarms:
            yield f"{node.name} saw a number with two events"


def i9_bounded(world: World, truth: Truth) -> Iterator[str]:
    """What is kept to recognise duplicates: one cursor per stream, and no light row without a gap."""
    for node in world.nodes.values():
        db = node.store.database
        if db.light:
            yield f"{node.name} keeps {len(db.light)} light rows"
        known = {stream for name in PRODUCERS[node.name] for stream in world.nodes[name].store.database.streams}
        if {stream for _, stream in db.cursors} - known:
            yield f"{node.name} has cursors of streams that nobody knows"


def i10_trace(world: World, truth: Truth) -> Iterator[str]:
    """From any event the causes lead to exactly one request."""
    everything: dict[UUID, Event] = {}
    for node in world.nodes.values():
        everything.update((row.event.event_id, row.event) for row in node.store.database.inbox.values())
    for rows in truth.rows.values():
        everything.update((event_id, row.event) for event_id, row in rows.items())
    for event in everything.values():
        root = event
        while root.cause and root.cause.event_id in everything:
            root = everything[root.cause.event_id]
        if root.correlation_id != event.correlation_id or (
            not root.cause and root.event_id.hex != event.correlation_id
        ):
            yield f"{event.name} doesn't lead to its request"


def i11_honest(world: World, truth: Truth) -> Iterator[str]:
    """Every request that was answered is in the database (restores take back what was answered after the backup)."""
    for name, answered in world.answered.items():
        if missing := [event_id for event_id in answered if event_id not in truth.rows[name]]:
            yield f"{name} lost {len(missing)} requests that it had answered"


def erased_stays_erased(world: World, truth: Truth) -> Iterator[str]:
    """No box of an erased person is left in a service that knows of the erasure."""
    for node in world.nodes.values():
        db = node.store.database
        events = [row.event for row in db.outbox.values()] + [row.event for row in db.inbox.values()]
        if any(event.sealed and event.subject_id in db.ledger for event in events):
            yield f"{node.name} kept a box of an erased person"


def numbers_are_gapless(world: World, truth: Truth) -> Iterator[str]:
    """Each stream has the numbers 1, 2, 3 … up to its last one, and none was published that wasn't given."""
    for node in world.nodes.values():
        for stream in node.store.database.streams.values():
            given = sorted(seq for stream_id, seq in node.store.database.numbered if stream_id == stream.stream_id)
            if given != list(range(1, stream.last_seq + 1)):
                yield f"{node.name}: {stream.stream_id} has holes"
            if stream.published_through > stream.last_seq:
                yield f"{node.name}: {stream.stream_id} is published beyond its last number"


def acknowledged_is_stored(world: World, truth: Truth) -> Iterator[str]:
    """At every acknowledgement, what was acknowledged was accounted for in the consumer's database."""
    for node in world.nodes.values():
        if node.acknowledged_unstored:
            yield f"{node.name} acknowledged {node.acknowledged_unstored} messages before it had them"


AT_REST: tuple[Invariant, ...] = (
    i1_no_ghost,
    i2_no_loss,
    i3_atomic,
    i4_once,
    i4_told_once,
    i5_order,
    i6_nothing_disappears,
    i8_state,
    no_false_alarm,
    i9_bounded,
    i10_trace,
    i11_honest,
    acknowledged_is_stored,
    erased_stays_erased,
    numbers_are_gapless,
)
