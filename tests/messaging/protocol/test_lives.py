"""What a consumer believes of streams and their ends, and what it doesn't."""

from typing import Any

from shared.messaging.limits import LONGEST_LEAP, MOST_LIVES
from shared.messaging.protocol.intake import Received
from shared.messaging.protocol.receiving import receive
from tests.messaging.examples import NOON, a_message, an_end, an_event
from tests.simulation.memory_store import MemoryStore


def test_a_life_too_far_above_the_latest_is_not_believed(store: MemoryStore) -> None:
    _take(store, 1)
    assert _take(store, 1, stream_id="s2", life=2 + LONGEST_LEAP, ends=(an_end("s1", 1, 0),)).ignored == 1
    assert {key: cursor.ended_at for key, cursor in store.database.cursors.items()} == {("submissions", "s1"): None}


def test_a_life_within_reach_is_believed(store: MemoryStore) -> None:
    _take(store, 1)
    _take(store, 1, stream_id="s2", life=1 + LONGEST_LEAP, ends=(an_end("s1", 1, 1),))
    assert store.database.cursors["submissions", "s1"].ended_at == 1


def test_a_present_stream_that_ended_contradicts_itself(store: MemoryStore) -> None:
    _take(store, 1)
    _take(store, 2, ends=(an_end("s1", 1, 0),))
    assert store.database.cursors["submissions", "s1"].ended_at is None
    assert store.database.cursors["submissions", "s1"].through == 2


def test_whoever_invents_streams_fills_no_table(store: MemoryStore) -> None:
    for life in range(1, 2 * MOST_LIVES):
        _take(store, 1, stream_id=f"s{life}", life=life, ends=(an_end(f"e{life}", life, 9),))
    assert len(store.database.cursors) <= MOST_LIVES


def _take(store: MemoryStore, seq: int, **changes: Any) -> Received:
    message = a_message(seq, an_event(seq + 1000 * len(store.database.inbox)), **changes)
    with store.begin() as tx:
        return receive(tx, "submissions", {"idea.received"}, [message], NOON)
