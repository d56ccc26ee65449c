"""Numbering, and who may do it."""

import pytest

from shared.messaging.errors import LeadershipLost, NoStream, RestoredWithoutRestore
from shared.messaging.protocol import receipts, streams
from shared.messaging.protocol.numbering import number, take_lead
from shared.messaging.protocol.records import Held, Receipt
from tests.messaging.examples import NOON, an_event
from tests.simulation.memory_store import MemoryStore


@pytest.fixture(autouse=True)
def first_life(store: MemoryStore) -> None:
    """The stream s1 has begun."""
    with store.begin() as tx:
        streams.begin_first_life(tx, lambda: "s1")


def add(store: MemoryStore, *numbers: int) -> None:
    """Commit these events."""
    with store.begin() as tx:
        for each in numbers:
            tx.add_event(an_event(each))


def numbers(store: MemoryStore, stream_id: str) -> list[tuple[int, int]]:
    """Number and event of what the stream has."""
    with store.begin() as tx:
        return [(row.seq, row.event.event_id.int) for row in tx.numbered_between(stream_id, 1, 100)]


def told(store: MemoryStore, through: int) -> None:
    """Council says that it has s1 so far."""
    with store.begin() as tx:
        receipts.accept(tx, Receipt("submissions", "council", (Held("s1", 1, through),)), lambda: "s9", NOON)


def test_events_are_numbered_without_gaps_in_the_order_of_their_positions(store: MemoryStore) -> None:
    lead = take_lead(store)
    add(store, 5, 6)
    assert number(store, lead) == 2
    add(store, 4)
    assert number(store, lead) == 1
    assert number(store, lead) == 0
    assert numbers(store, "s1") == [(1, 5), (2, 6), (3, 4)]


def test_an_event_that_commits_late_is_numbered_late(store: MemoryStore) -> None:
    lead = take_lead(store)
    early = store.database.next_position()
    add(store, 2)
    number(store, lead)
    with store.begin() as tx:
        tx.add_event(an_event(1), early)
    number(store, lead)
    assert numbers(store, "s1") == [(1, 2), (2, 1)]


def test_a_leader_of_an_earlier_epoch_numbers_nothing(store: MemoryStore) -> None:
    old = take_lead(store)
    new = take_lead(store)
    add(store, 1)
    with pytest.raises(LeadershipLost):
        number(store, old)
    assert number(store, new) == 1


def test_a_leader_stopped_between_reading_and_numbering_changes_nothing(store: MemoryStore) -> None:
    old = take_lead(store)
    add(store, 1, 2)
    begun: list[int] = []

    def another_takes_over() -> None:
        begun.append(1)
        if len(begun) == 2:
            store.before_begin = None
            number(store, take_lead(store))

    store.before_begin = another_takes_over
    with pytest.raises(LeadershipLost):
        number(store, old)
    assert numbers(store, "s1") == [(1, 1), (2, 2)]


def test_a_restore_ends_the_lead_of_the_old_stream(store: MemoryStore) -> None:
    old = take_lead(store)
    with store.begin() as tx:
        streams.restore(tx, lambda: "s2", NOON)
    add(store, 1)
    with pytest.raises(LeadershipLost):
        number(store, old)


def test_a_database_restored_without_restore_refuses_until_restore_is_run(store: MemoryStore) -> None:
    lead = take_lead(store)
    add(store, 1)
    number(store, lead)
    told(store, through=4)
    add(store, 2)
    with pytest.raises(RestoredWithoutRestore, match="council has s1 through 4, this database ends at 1"):
        number(store, lead)
    with store.begin() as tx:
        streams.restore(tx, lambda: "s2", NOON)
    assert number(store, take_lead(store)) == 1
    assert numbers(store, "s2") == [(1, 2)]


def test_a_receipt_up_to_the_last_number_refuses_nothing(store: MemoryStore) -> None:
    lead = take_lead(store)
    add(store, 1)
    number(store, lead)
    told(store, through=1)
    add(store, 2)
    assert number(store, lead) == 1


def test_without_a_stream_nobody_leads() -> None:
    with pytest.raises(NoStream):
        take_lead(MemoryStore())
