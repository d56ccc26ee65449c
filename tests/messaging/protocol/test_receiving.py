"""Receiving: everything once, whatever arrives how often and in which order."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.messaging.errors import Outage
from shared.messaging.protocol import scrubbing
from shared.messaging.protocol.intake import Received
from shared.messaging.protocol.receiving import Receiver, receive
from shared.messaging.protocol.records import Cursor, Garbage, InboxStatus, Known, Message
from tests.messaging.examples import NOON, a_message, a_row, an_end, an_event, an_id, at
from tests.messaging.protocol.conftest import Notebook
from tests.simulation.memory_store import MemoryStore

HANDLED = {"idea.received"}


def take_in(store: MemoryStore, *messages: Message | Garbage) -> Received:
    """Receive one batch."""
    with store.begin() as tx:
        return receive(tx, "submissions", HANDLED, messages, NOON)


def cursor(store: MemoryStore, stream_id: str = "s1") -> Cursor:
    """Where the cursor of a stream stands."""
    return store.database.cursors["submissions", stream_id]


def stored(store: MemoryStore) -> dict[tuple[str, int], tuple[int, str]]:
    """Event and status by stream and number."""
    rows = store.database.inbox.values()
    return {(row.at.stream_id, row.at.seq): (row.event.event_id.int, row.status.value) for row in rows}


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(1, 12), max_size=9), max_size=9), st.sets(st.integers(1, 12)))
def test_shuffled_and_repeated_batches_store_everything_once(batches: list[list[int]], unhandled: set[int]) -> None:
    store = MemoryStore()
    events = {seq: an_event(seq, name="idea.merged" if seq in unhandled else "idea.received") for seq in range(1, 13)}
    arrived: set[int] = set()
    for batch in batches:
        take_in(store, *(a_message(seq, events[seq]) for seq in batch))
        arrived.update(batch)
        contiguous = next(seq for seq in range(14) if seq + 1 not in arrived)
        if arrived:
            assert cursor(store).through == contiguous
        assert {seq for _, seq in stored(store)} == arrived - unhandled
        assert {seq for _, _, seq in store.database.light} == {seq for seq in arrived & unhandled if seq > contiguous}
    take_in(store, *(a_message(seq, events[seq]) for seq in range(1, 13)))
    assert cursor(store).through == 12
    assert not store.database.light
    assert len(store.database.inbox) == 12 - len(unhandled)


def test_a_batch_says_what_became_of_it(store: MemoryStore) -> None:
    received = take_in(store, *(a_message(seq, an_event(seq)) for seq in (1, 1, 2, 4)))
    assert received == Received(taken=4, stored=3, duplicates=1, cursor_moved=True, gap_open=True)
    assert take_in(store, a_message(3, an_event(3))) == Received(taken=1, stored=1, cursor_moved=True)
    assert take_in(store, a_message(3, an_event(3))) == Received(taken=1, duplicates=1)


def test_another_event_at_a_known_number_is_an_alarm_and_changes_nothing(store: MemoryStore) -> None:
    take_in(store, a_message(1, an_event(1)), a_message(3, an_event(3)))
    received = take_in(store, a_message(1, an_event(8)), a_message(3, an_event(9)))
    assert received.alarms == [at(1), at(3)]
    assert stored(store) == {("s1", 1): (1, "ready"), ("s1", 3): (3, "ready")}


def test_an_unreadable_body_is_parked_and_leaves_no_gap(store: MemoryStore) -> None:
    take_in(store, a_message(1, an_event(1), unreadable_body=True), a_message(2, an_event(2)))
    assert stored(store) == {("s1", 1): (1, "parked"), ("s1", 2): (2, "ready")}
    assert cursor(store).through == 2


def test_a_hello_makes_the_streams_known(store: MemoryStore) -> None:
    take_in(store, a_message(0, None, "s2", 2, ends=(an_end("s1", 1, 7),)))
    assert cursor(store, "s2") == Cursor("submissions", "s2", 2)
    assert cursor(store, "s1") == Cursor("submissions", "s1", 1, 0, ended_at=7)


def test_a_consumer_newer_than_the_retention_starts_at_the_first_number(store: MemoryStore) -> None:
    take_in(store, a_message(41, an_event(1), "s2", 2, first_seq=41, ends=(an_end("s1", 1, 7, first_seq=8),)))
    assert (cursor(store, "s1").through, cursor(store, "s2").through) == (7, 41)


def test_an_end_skips_what_is_beyond_it_and_late_messages_are_ignored(store: MemoryStore) -> None:
    take_in(store, *(a_message(seq, an_event(seq)) for seq in (1, 2, 3, 5)))
    take_in(store, a_message(0, None, "s2", 2, ends=(an_end("s1", 1, 2),)))
    assert stored(store) == {
        ("s1", 1): (1, "ready"),
        ("s1", 2): (2, "ready"),
        ("s1", 3): (3, "skipped"),
        ("s1", 5): (5, "skipped"),
    }
    assert cursor(store) == Cursor("submissions", "s1", 1, 2, ended_at=2)
    assert take_in(store, a_message(4, an_event(4))).ignored == 1


def test_an_end_that_a_later_restore_moved_up_brings_its_events_back(store: MemoryStore) -> None:
    take_in(store, *(a_message(seq, an_event(seq)) for seq in (1, 2, 3, 4)))
    take_in(store, a_message(0, None, "s2", 2, ends=(an_end("s1", 1, 1),)))
    take_in(store, a_message(0, None, "s3", 3, ends=(an_end("s1", 1, 3), an_end("s2", 2, 0))))
    assert stored(store)["s1", 3] == (3, "ready")
    assert stored(store)["s1", 4] == (4, "skipped")
    assert cursor(store) == Cursor("submissions", "s1", 1, 3, ended_at=3)


def test_an_unfinished_event_that_comes_again_moves_to_its_new_number(store: MemoryStore) -> None:
    take_in(store, *(a_message(seq, an_event(seq)) for seq in (1, 2, 3)))
    with store.begin() as tx:
        tx.mark_processed([at(1), at(2)], NOON)
    end = an_end("s1", 1, 1)
    received = take_in(store, *(a_message(seq - 1, an_event(seq), "s2", 2, ends=(end,)) for seq in (2, 3)))
    assert received.moved == 1
    assert stored(store) == {("s1", 1): (1, "processed"), ("s1", 2): (2, "processed"), ("s2", 2): (3, "ready")}
    assert cursor(store, "s2").through == 2


def test_a_body_that_was_damaged_on_the_way_is_mended_by_the_same_event_coming_again(store: MemoryStore) -> None:
    damaged = replace(a_message(1, an_event(1)), unreadable_body=True)
    take_in(store, damaged)
    assert stored(store) == {("s1", 1): (1, "parked")}
    assert take_in(store, damaged).duplicates == 1
    assert take_in(store, a_message(1, an_event(7))).alarms == [at(1)]

    assert take_in(store, a_message(1, an_event(1))).moved == 1

    assert stored(store) == {("s1", 1): (1, "ready")}
    assert take_in(store, a_message(1, an_event(1))).duplicates == 1


def test_a_damaged_body_and_its_sound_repetition_in_one_batch_are_one_sound_event(store: MemoryStore) -> None:
    sound = a_message(1, an_event(1))
    received = take_in(store, replace(sound, unreadable_body=True), sound)
    assert (received.stored, received.duplicates) == (1, 1)
    assert stored(store) == {("s1", 1): (1, "ready")}


def test_an_event_under_two_numbers_in_one_batch_is_stored_once(store: MemoryStore) -> None:
    received = take_in(store, a_message(1, an_event(1)), a_message(1, an_event(1), "s2", 2, ends=(an_end("s1", 1, 1),)))
    assert (received.stored, received.moved) == (1, 1)
    assert stored(store) == {("s2", 1): (1, "ready")}
    assert (cursor(store, "s1").through, cursor(store, "s2").through) == (1, 1)


def test_a_producer_that_forgot_a_life_is_ignored_until_it_begins_a_later_one(store: MemoryStore) -> None:
    end = an_end("s1", 1, 0)
    take_in(store, a_message(1, an_event(1), "s2", 2, ends=(end,)))
    assert take_in(store, a_message(1, an_event(5), "s3", 2, ends=(end,))).ignored == 1
    assert ("submissions", "s3") not in store.database.cursors
    ends = (end, an_end("s2", 2, 0), an_end("s3", 2, 1))
    take_in(store, a_message(1, an_event(5), "s3", 2, present_id="s4", present_life=3, ends=ends))
    assert stored(store) == {("s2", 1): (1, "skipped"), ("s3", 1): (5, "ready")}


def test_words_of_an_earlier_life_are_not_believed(store: MemoryStore) -> None:
    take_in(store, a_message(1, an_event(1), "s3", 3, ends=(an_end("s1", 1, 2), an_end("s2", 2, 0))))
    take_in(store, a_message(1, an_event(9), "s2", 2, ends=(an_end("s1", 1, 8),)))
    assert cursor(store, "s1").ended_at == 2
    assert stored(store) == {("s3", 1): (1, "ready")}


def test_a_producer_that_takes_the_id_of_anothers_event_keeps_nothing_out(store: MemoryStore) -> None:
    with store.begin() as tx:
        tx.save_cursors([Cursor("council", "c1", 1, 1)])
        tx.insert_inbox([a_row(at(1, "c1", "council"), an_event(1))])
    received = take_in(store, a_message(1, an_event(1)))
    assert (received.stored, received.alarms) == (1, [])
    with store.begin() as tx:
        assert tx.known("submissions", [an_id(1)]) == {an_id(1): Known(at(1), InboxStatus.READY)}


def test_a_box_of_an_erased_person_is_not_stored(store: MemoryStore) -> None:
    with store.begin() as tx:
        scrubbing.erase(tx, [an_id(7)], NOON)
    events = [an_event(number, sealed="box", subject_id=an_id(5 + number)) for number in (1, 2)]
    take_in(store, a_message(1, events[0]), a_message(2, events[1]))
    with store.begin() as tx:
        assert [row.event for row in tx.lock_ready([at(1), at(2)])] == [events[0], replace(events[1], sealed=None)]


def test_garbage_is_kept_and_acknowledged(store: MemoryStore, bus: Notebook) -> None:
    bus.waiting = [Garbage("ab" * 32, b"\xff", "{}"), a_message(1, an_event(1))]
    received = Receiver(store, "submissions", HANDLED).step(bus, NOON)
    assert (received.garbage, received.stored, bus.acknowledged) == (1, 1, 1)
    assert list(store.database.garbage) == ["ab" * 32]


def test_nothing_is_acknowledged_before_it_is_stored(store: MemoryStore, bus: Notebook) -> None:
    receiver = Receiver(store, "submissions", HANDLED)
    bus.waiting = [a_message(1, an_event(1))]
    store.fate = lambda: "outage before"
    with pytest.raises(Outage):
        receiver.step(bus, NOON)
    assert bus.acknowledged == 0
    store.fate = lambda: "commits"
    bus.waiting = [a_message(2, an_event(2))]
    receiver.step(bus, NOON)
    assert stored(store) == {("s1", 1): (1, "ready")}
    receiver.step(bus, NOON)
    assert (cursor(store).through, bus.acknowledged) == (2, 2)


def test_a_batch_is_at_most_two_hundred(store: MemoryStore, bus: Notebook) -> None:
    receiver = Receiver(store, "submissions", HANDLED)
    bus.waiting = [a_message(seq, an_event(seq)) for seq in range(1, 302)]
    assert [receiver.step(bus, NOON).taken for _ in range(3)] == [200, 101, 0]


def test_a_long_run_behind_a_gap_is_passed_at_once(store: MemoryStore) -> None:
    take_in(store, *(a_message(seq, an_event(seq)) for seq in range(2, 1300)))
    assert cursor(store).through == 0
    take_in(store, a_message(1, an_event(1)))
    assert cursor(store).through == 1299


def test_the_greatest_number_that_came_is_known_with_its_mark(store: MemoryStore) -> None:
    take_in(store, *(replace(a_message(seq, an_event(seq)), mark=f"s1 gave {seq}") for seq in (1, 7, 3)))
    take_in(store, replace(a_message(2, an_event(2)), mark="s1 gave 2"))
    assert cursor(store) == Cursor("submissions", "s1", 1, 3, None, 7, "s1 gave 7")


def test_a_number_counts_as_seen_also_where_a_later_message_makes_its_stream_known(store: MemoryStore) -> None:
    take_in(store, a_message(1, an_event(1), "s2", 2, ends=(an_end("s1", 1, 0),)))
    forgotten = replace(a_message(1, an_event(2), "s3", 2), mark="s3 gave 1")
    take_in(
        store, forgotten, a_message(0, None, "s4", 3, ends=(an_end("s1", 1, 0), an_end("s2", 2, 0), an_end("s3", 2, 1)))
    )
    assert (cursor(store, "s3").through, cursor(store, "s3").seen) == (1, 1)
