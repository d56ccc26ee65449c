"""What every store must do, whatever it is made of.

A test module subclasses each contract and gives two fixtures: `store`, a fresh and empty database behind a Store, and
`add`, which adds an event to its outbox as outbox.add does; test_memory_store.py shows how. What comes in is in
inbox_contract.py, which rows may run in claim_contract.py.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from shared.messaging.errors import NoStream
from shared.messaging.protocol.records import Cursor, Event, Stream, Subscriber
from shared.messaging.protocol.store import Store, Transaction
from tests.messaging.examples import NOON, a_cause, a_row, after, an_event, an_id, at

Add = Callable[[Any, Event], None]


class PublishedContract:
    """Streams, outbox, subscribers."""

    def test_a_fresh_database_has_no_stream(self, store: Store[Transaction]) -> None:
        with store.begin() as tx:
            assert tx.streams() == []
            with pytest.raises(NoStream):
                tx.lock_present_stream()

    def test_a_transaction_that_raises_leaves_nothing(self, store: Store[Transaction]) -> None:
        with pytest.raises(ValueError, match="on purpose"), store.begin() as tx:
            tx.add_stream(Stream("s1", 1))
            raise ValueError("on purpose")
        with store.begin() as tx:
            assert tx.streams() == []

    def test_streams_come_back_as_added_in_the_order_of_their_lives(self, store: Store[Transaction]) -> None:
        second = Stream("s2", 2, first_seq=3, next_seq=9, published_through=7, epoch=4, restored_at=NOON)
        first = Stream("s9", 1, next_seq=5, published_through=4, ended_at=4)
        with store.begin() as tx:
            tx.add_stream(second)
            tx.add_stream(first)
        with store.begin() as tx:
            assert tx.streams() == [first, second]
            assert tx.lock_present_stream() == second

    def test_ending_a_stream_says_where_and_that_all_of_it_is_published(self, store: Store[Transaction]) -> None:
        with store.begin() as tx:
            tx.add_stream(Stream("s1", 1, next_seq=8, published_through=3))
            tx.end_stream("s1", 7)
            assert tx.streams() == [Stream("s1", 1, next_seq=8, published_through=7, ended_at=7)]

    def test_each_new_epoch_is_one_more(self, store: Store[Transaction]) -> None:
        with store.begin() as tx:
            tx.add_stream(Stream("s1", 1))
            assert tx.raise_epoch("s1") == 1
        with store.begin() as tx:
            assert tx.raise_epoch("s1") == 2
            assert tx.lock_present_stream().epoch == 2

    def test_committed_events_are_unnumbered_in_their_order(self, store: Store[Transaction], add: Add) -> None:
        with store.begin() as tx:
            for number in range(1, 6):
                add(tx, an_event(number))
        with store.begin() as tx:
            positions = tx.unnumbered(500)
            assert len(positions) == 5 and positions == sorted(positions)
            assert tx.unnumbered(2) == positions[:2]

    def test_numbers_are_given_in_the_order_asked_for(self, store: Store[Transaction], add: Add) -> None:
        events = [an_event(number) for number in (3, 1, 2)]
        with store.begin() as tx:
            tx.add_stream(Stream("s1", 1, next_seq=7))
            for event in events:
                add(tx, event)
        with store.begin() as tx:
            tx.give_numbers("s1", 7, tx.unnumbered(2))
        with store.begin() as tx:
            assert len(tx.unnumbered(500)) == 1
            assert tx.lock_present_stream().next_seq == 9
            found = tx.numbered_between("s1", 1, 100)
        assert [(row.stream_id, row.seq, row.event) for row in found] == [("s1", 7, events[0]), ("s1", 8, events[1])]

    def test_an_event_comes_back_with_every_field(self, store: Store[Transaction], add: Add) -> None:
        event = an_event(
            1,
            name="case.decided",
            aggregate="case:7",
            aggregate_seq=3,
            body='{"text": "für alle, 你好, שלום"}',
            sealed='{"notifications": {"kid": "k", "box": "b"}}',
            subject_id=an_id(77),
            cause=a_cause(9, 4, "r1", "registration"),
            refers_to=("idea:1", "idea:2"),
            occurred_at=after(1),
            root_at=after(-1),
            correlation_id="0af7651916cd43dd8448eb211c80319c",
            traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        )
        with store.begin() as tx:
            tx.add_stream(Stream("s1", 1))
            add(tx, event)
        with store.begin() as tx:
            tx.give_numbers("s1", 1, tx.unnumbered(500))
        with store.begin() as tx:
            assert tx.numbered_between("s1", 1, 1)[0].event == event

    def test_a_range_of_numbers_is_inclusive_and_of_one_stream(self, store: Store[Transaction], add: Add) -> None:
        with store.begin() as tx:
            tx.add_stream(Stream("s1", 1))
            for number in range(1, 6):
                add(tx, an_event(number))
        with store.begin() as tx:
            tx.give_numbers("s1", 1, tx.unnumbered(500))
        with store.begin() as tx:
            assert [row.seq for row in tx.numbered_between("s1", 2, 4)] == [2, 3, 4]
            assert tx.numbered_between("s2", 1, 5) == []

    def test_what_is_published_only_grows(self, store: Store[Transaction]) -> None:
        with store.begin() as tx:
            tx.add_stream(Stream("s1", 1, next_seq=10))
            tx.advance_published("s1", 5)
            tx.advance_published("s1", 3)
            tx.advance_published("nobody knows", 3)
            assert tx.lock_present_stream().published_through == 5

    def test_an_ended_stream_is_published_no_further(self, store: Store[Transaction]) -> None:
        with store.begin() as tx:
            tx.add_stream(Stream("s1", 1, next_seq=10))
            tx.end_stream("s1", 4)
            tx.advance_published("s1", 9)
            assert tx.streams()[0].published_through == 4

    def test_what_subscribers_say_replaces_all_but_the_operators_wish(self, store: Store[Transaction]) -> None:
        told = Subscriber("council", "s1", 4, ((6, 7), (9, 9)), NOON, NOON)
        with store.begin() as tx:
            tx.save_subscribers([replace(told, consumer="notifications"), told])
            assert tx.set_resend_from("council", "s1", 2) == 1
            assert tx.set_resend_from("council", "s2", 2) == 0
        newer = Subscriber("council", "s1", 3, (), after(5), after(5))
        with store.begin() as tx:
            tx.save_subscribers([newer])
        with store.begin() as tx:
            assert tx.subscribers() == [replace(newer, resend_from=2), replace(told, consumer="notifications")]
            tx.set_resend_from("council", "s1", None)
            assert tx.subscribers()[0].resend_from is None


class ErasureContract:
    """The ledger and the boxes."""

    def test_the_ledger_knows_who_was_erased(self, store: Store[Transaction]) -> None:
        with store.begin() as tx:
            tx.note_erased([an_id(1)], NOON)
            tx.note_erased([an_id(1), an_id(2)], after(1))
        with store.begin() as tx:
            assert tx.erased_among([an_id(1), an_id(2), an_id(3)]) == {an_id(1), an_id(2)}
            assert tx.erased_among([]) == set()

    def test_scrubbing_takes_the_boxes_and_nothing_else(self, store: Store[Transaction], add: Add) -> None:
        boxed = [an_event(number, sealed="box", subject_id=an_id(70 + number)) for number in (1, 2)]
        with store.begin() as tx:
            tx.add_stream(Stream("s1", 1))
            tx.save_cursors([Cursor("council", "c1", 1)])
            for event in boxed:
                add(tx, event)
            places = [at(number, "c1", "council") for number in (1, 2)]
            received = [an_event(number, sealed="box", subject_id=an_id(70 + number)) for number in (1, 2)]
            tx.insert_inbox([a_row(place, event) for place, event in zip(places, received, strict=True)])
        with store.begin() as tx:
            tx.give_numbers("s1", 1, tx.unnumbered(500))
            assert tx.subjects_with_boxes(None, 10) == [an_id(71), an_id(72)]
            assert tx.subjects_with_boxes(None, 1) == [an_id(71)]
            tx.scrub([an_id(71)])
        with store.begin() as tx:
            kept = [replace(boxed[0], sealed=None), boxed[1]]
            assert [row.event for row in tx.numbered_between("s1", 1, 2)] == kept
            assert [row.event for row in tx.lock_ready(places)] == kept
            assert tx.subjects_with_boxes(None, 10) == [an_id(72)]
            assert tx.subjects_with_boxes(an_id(72), 10) == []
