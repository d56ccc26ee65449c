"""Receipts: when they are due, what they say, how they are believed."""

import pytest

from shared.messaging.protocol import receipts
from shared.messaging.protocol.intake import Received
from shared.messaging.protocol.receipts import ReceiptTimer
from shared.messaging.protocol.records import Cursor, Held, Receipt, Stream, Subscriber
from tests.messaging.examples import NOON, a_row, after, an_event, at
from tests.simulation.memory_store import MemoryStore


@pytest.fixture
def timer() -> ReceiptTimer:
    """Receipts were sent at noon."""
    timer = ReceiptTimer()
    timer.sent(NOON)
    return timer


def accept(store: MemoryStore, *held: Held, seconds: float = 0) -> bool:
    """Council's receipt; whether it needs a hello."""
    with store.begin() as tx:
        return receipts.accept(tx, Receipt("submissions", "council", held), lambda: "s9", after(seconds))


def told(store: MemoryStore) -> list[Subscriber]:
    """What is known of council."""
    with store.begin() as tx:
        return tx.subscribers()


def test_the_first_receipt_is_due_at_once() -> None:
    assert ReceiptTimer().is_due(NOON)


def test_receipts_are_due_every_five_seconds_anyway(timer: ReceiptTimer) -> None:
    timer.note(Received(duplicates=3))
    assert not timer.is_due(after(4.9))
    assert timer.is_due(after(5))


def test_receipts_are_due_after_a_second_when_a_cursor_moved(timer: ReceiptTimer) -> None:
    timer.note(Received(cursor_moved=True))
    timer.note(Received())
    assert not timer.is_due(after(0.9))
    assert timer.is_due(after(1))


def test_receipts_are_due_at_once_when_a_gap_opens_and_not_while_it_stays_open(timer: ReceiptTimer) -> None:
    timer.note(Received(gap_open=True))
    assert timer.is_due(NOON)
    timer.sent(NOON)
    timer.note(Received(gap_open=True))
    assert not timer.is_due(NOON)


def test_a_receipt_names_every_stream_and_its_gaps(store: MemoryStore) -> None:
    with store.begin() as tx:
        tx.save_cursors([Cursor("submissions", "s1", 1, 4, 4), Cursor("submissions", "s2", 2, 3)])
        tx.insert_inbox([a_row(at(seq, "s2"), an_event(seq)) for seq in (5, 6)])
        tx.add_light([at(10, "s2")])
        assert receipts.compose(tx, "council", ["submissions", "registration"]) == [
            Receipt(
                "submissions",
                "council",
                (Held("s1", 1, 4, (), 4), Held("s2", 2, 3, ((4, 4), (7, 9)))),
            ),
            Receipt("registration", "council", ()),
        ]


def test_a_receipt_is_believed_up_and_down(store: MemoryStore) -> None:
    with store.begin() as tx:
        tx.add_stream(Stream("s1", 1, next_seq=10))
    accept(store, Held("s1", 1, 7))
    accept(store, Held("s1", 1, 7), seconds=3)
    assert told(store) == [Subscriber("council", "s1", 7, (), after(3), moved_at=NOON)]
    accept(store, Held("s1", 1, 2, ((3, 3),)), seconds=6)
    assert told(store) == [Subscriber("council", "s1", 2, ((3, 3),), after(6), moved_at=after(6))]


def test_what_a_receipt_does_not_name_its_consumer_does_not_have(store: MemoryStore) -> None:
    with store.begin() as tx:
        tx.add_stream(Stream("s1", 1, next_seq=10))
    accept(store, Held("s1", 1, 7))
    accept(store, seconds=1)
    assert told(store)[0].settled_through == 0


def test_who_does_not_know_all_streams_and_ends_needs_a_hello(store: MemoryStore) -> None:
    with store.begin() as tx:
        tx.add_stream(Stream("s1", 1, next_seq=5, ended_at=4))
        tx.add_stream(Stream("s2", 2))
    assert accept(store)
    assert accept(store, Held("s1", 1, 2, ended_at=4))
    assert accept(store, Held("s1", 1, 2), Held("s2", 2, 0))
    assert accept(store, Held("s1", 1, 2, ended_at=9), Held("s2", 2, 0))
    assert not accept(store, Held("s1", 1, 2, ended_at=4), Held("s2", 2, 0))


def test_a_receipt_that_names_a_forgotten_life_begins_a_later_one(store: MemoryStore) -> None:
    with store.begin() as tx:
        tx.add_stream(Stream("s1", 1))
    assert accept(store, Held("s1", 1, 0), Held("s2", 2, 5))
    assert [(row.stream_id, row.settled_through) for row in told(store)] == [("s1", 0), ("s2", 5), ("s9", 0)]


def proven(store: MemoryStore, held: Held) -> bool:
    """Whether a receipt with this is to be believed, by a publisher that has given 9 numbers."""
    with store.begin() as tx:
        tx.add_stream(Stream("s1", 1, next_seq=10))
        return receipts.is_proven(tx, Receipt("submissions", "council", (held,)), store.mark)


@pytest.mark.parametrize(
    "held",
    [
        Held("s1", 1, 9),
        Held("s1", 1, 0, ((1, 4),), None, 9, "nonsense"),
        Held("s1", 1, 12, (), None, 14, "s1 gave 14"),
        Held("unknown", 7, 10**12),
    ],
)
def test_a_receipt_is_believed_for_numbers_that_were_given(store: MemoryStore, held: Held) -> None:
    assert proven(store, held)


@pytest.mark.parametrize(
    "held",
    [
        Held("s1", 1, 10**12),
        Held("s1", 1, 10**12, (), None, 9, "s1 gave 9"),
        Held("s1", 1, 10**12, (), None, 10**12, "s1 gave 9"),
        Held("s1", 1, 10**12, (), None, 10**12, "ß"),
    ],
)
def test_a_receipt_for_numbers_that_nobody_gave_is_not_believed(store: MemoryStore, held: Held) -> None:
    assert not proven(store, held)
