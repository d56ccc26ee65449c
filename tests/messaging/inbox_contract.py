"""What every store must do with received events (see store_contract.py)."""

from dataclasses import replace
from typing import Any

import pytest

from shared.messaging.protocol.records import Cursor, Garbage, InboxStatus, Known, Stored
from shared.messaging.protocol.store import Store, Transaction
from tests.messaging.examples import NOON, a_cause, a_row, after, an_event, an_id, at

US = ("submissions", "council")


class ReceivingContract:
    """Cursors, inbox rows, light rows."""

    def test_cursors_come_back_as_saved(self, store: Store[Transaction]) -> None:
        present, ended = Cursor("submissions", "s2", 2, 4), Cursor("submissions", "s1", 1, 9, 11)
        other = Cursor("council", "c1", 1)
        with store.begin() as tx:
            assert tx.lock_cursors("submissions") == []
            tx.save_cursors([present, ended, other])
            tx.save_cursors([replace(present, through=3)])
        with store.begin() as tx:
            assert tx.lock_cursors("submissions") == [ended, replace(present, through=3)]
            assert tx.cursors() == [other, ended, replace(present, through=3)]

    def test_an_inbox_row_comes_back_with_every_field(self, store: Store[Transaction]) -> None:
        event = an_event(1, sealed="box", subject_id=an_id(5), cause=a_cause(3, 2), refers_to=("idea:9",))
        row = a_row(at(1), event, suspect=True, attempts=2, deaths=1, next_attempt_at=after(9), last_error="NotYet")
        with store.begin() as tx:
            tx.save_cursors([Cursor("submissions", "s1", 1)])
            tx.insert_inbox([row])
        with store.begin() as tx:
            assert tx.lock_ready([at(1)]) == [row]

    def test_known_events_are_told_with_place_and_status(self, store: Store[Transaction]) -> None:
        with store.begin() as tx:
            tx.save_cursors([Cursor("submissions", "s1", 1)])
            tx.insert_inbox([a_row(at(1), an_event(1)), a_row(at(3), an_event(3), status=InboxStatus.PARKED)])
        with store.begin() as tx:
            assert tx.known("submissions", [an_id(1), an_id(2), an_id(3)]) == {
                an_id(1): Known(at(1), InboxStatus.READY),
                an_id(3): Known(at(3), InboxStatus.PARKED),
            }
            assert tx.known("submissions", []) == {}
            assert tx.stored_at("submissions", "s1", [1, 2, 3]) == {
                1: Stored(an_id(1), InboxStatus.READY, None),
                3: Stored(an_id(3), InboxStatus.PARKED, None),
            }
            assert tx.stored_at("submissions", "s2", [1]) == {}

    def test_numbers_beyond_the_cursor_are_those_of_rows_and_light_rows(self, store: Store[Transaction]) -> None:
        with store.begin() as tx:
            tx.save_cursors([Cursor("submissions", "s1", 1)])
            tx.insert_inbox([a_row(at(seq), an_event(seq)) for seq in (2, 5)])
            tx.add_light([at(7), at(3), at(9, "s2")])
            tx.add_light([at(3), at(5)])
        with store.begin() as tx:
            assert tx.numbers_after("submissions", "s1", 0, 500) == [2, 3, 5, 7]
            assert tx.numbers_after("submissions", "s1", 2, 2) == [3, 5]

    def test_light_rows_go_up_to_a_number_or_beyond_it(self, store: Store[Transaction]) -> None:
        with store.begin() as tx:
            tx.save_cursors([Cursor("submissions", "s1", 1)])
            tx.add_light([at(seq) for seq in range(1, 7)])
            tx.drop_light("submissions", "s1", 2)
            tx.drop_light_beyond("submissions", "s1", 5)
            assert tx.numbers_after("submissions", "s1", 0, 500) == [3, 4, 5]

    def test_an_unfinished_event_moves_to_its_new_number_as_it_came_again(self, store: Store[Transaction]) -> None:
        failed: dict[str, Any] = {"attempts": 3, "deaths": 2, "suspect": True, "next_attempt_at": after(60)}
        with store.begin() as tx:
            tx.save_cursors([Cursor("submissions", "s1", 1), Cursor("submissions", "s2", 2)])
            tx.insert_inbox([a_row(at(4), an_event(1, sealed="old box", subject_id=an_id(9)), **failed)])
            tx.insert_inbox([a_row(at(5), an_event(2), status=InboxStatus.SKIPPED, last_error="stream ended")])
            tx.insert_inbox([a_row(at(6), an_event(3), status=InboxStatus.PARKED, last_error="Reject")])
        again = [
            a_row(at(1, "s2"), an_event(1, aggregate_seq=7, body="{}", refers_to=("x",)), received_at=after(1)),
            a_row(at(2, "s2"), an_event(2, cause=a_cause(8, 1)), received_at=after(1)),
            a_row(at(3, "s2"), an_event(3), status=InboxStatus.PARKED, last_error="unreadable body"),
        ]
        with store.begin() as tx:
            tx.move(again)
        with store.begin() as tx:
            assert tx.lock_ready([at(1, "s2"), at(2, "s2")]) == again[:2]
            assert tx.parked(10) == again[2:]
            assert tx.stored_at("submissions", "s1", [4, 5, 6]) == {}

    def test_a_processed_event_does_not_move(self, store: Store[Transaction]) -> None:
        with store.begin() as tx:
            tx.save_cursors([Cursor("submissions", "s1", 1), Cursor("submissions", "s2", 2)])
            tx.insert_inbox([a_row(at(4), an_event(1))])
            tx.mark_processed([at(4)], NOON)
            tx.move([a_row(at(1, "s2"), an_event(1))])
            assert tx.known("submissions", [an_id(1)]) == {an_id(1): Known(at(4), InboxStatus.PROCESSED)}

    def test_rows_beyond_an_end_are_skipped_and_may_come_back(self, store: Store[Transaction]) -> None:
        with store.begin() as tx:
            tx.save_cursors([Cursor("submissions", "s1", 1), Cursor("submissions", "s2", 2)])
            tx.insert_inbox([a_row(at(seq), an_event(seq)) for seq in range(1, 6)])
            tx.insert_inbox([a_row(at(6), an_event(6), status=InboxStatus.PARKED)])
            tx.insert_inbox([a_row(at(4, "s2"), an_event(7))])
            tx.mark_processed([at(4)], NOON)
            tx.skip([an_id(5)], "an operator's reason")
            assert tx.skip_beyond("submissions", "s1", 2, "stream ended") == 2
        with store.begin() as tx:
            known = tx.known("submissions", [an_id(number) for number in range(1, 8)])
            ready, skipped, processed = InboxStatus.READY, InboxStatus.SKIPPED, InboxStatus.PROCESSED
            assert [known[an_id(number)].status for number in range(1, 8)] == [
                ready, ready, skipped, processed, skipped, skipped, ready,
            ]  # fmt: skip
            assert tx.unskip_between("submissions", "s1", 2, 5, "stream ended") == 1
        with store.begin() as tx:
            assert tx.lock_ready([at(3)]) == [a_row(at(3), an_event(3))]

    def test_garbage_is_kept_once(self, store: Store[Transaction]) -> None:
        garbage = Garbage("ab" * 32, b"\xff\x00", "{}")
        with store.begin() as tx:
            tx.keep_garbage([garbage], NOON)
        with store.begin() as tx:
            tx.keep_garbage([garbage, garbage], after(1))


class ProcessingContract:
    """What becomes of rows."""

    @pytest.fixture(autouse=True)
    def three_rows(self, store: Store[Transaction]) -> None:
        """Three ready rows."""
        with store.begin() as tx:
            tx.save_cursors([Cursor("submissions", "s1", 1, 10)])
            tx.insert_inbox([a_row(at(seq), an_event(seq)) for seq in (1, 2, 3)])

    def test_ready_rows_are_locked_in_the_order_asked_for(self, store: Store[Transaction]) -> None:
        with store.begin() as tx:
            tx.mark_processed([at(2)], NOON)
            assert [row.at for row in tx.lock_ready([at(3), at(2), at(1), at(9)])] == [at(3), at(1)]
            assert tx.lock_ready([]) == []

    def test_a_processed_row_is_done_with(self, store: Store[Transaction]) -> None:
        with store.begin() as tx:
            tx.mark_processed([at(1), at(2)], NOON)
        with store.begin() as tx:
            assert tx.known("submissions", [an_id(1)])[an_id(1)].status is InboxStatus.PROCESSED
            assert [row.at.seq for row in tx.claim_heads(US, NOON, 100)] == [3]
            assert tx.replay([an_id(1)]) == 0 and tx.skip([an_id(1)], "reason") == 0

    def test_an_attempt_is_saved_and_the_event_stays_as_it_is(self, store: Store[Transaction]) -> None:
        tried: dict[str, Any] = {
            "suspect": True,
            "attempts": 2,
            "deaths": 1,
            "next_attempt_at": after(5),
            "last_error": "NotYet: x",
        }
        with store.begin() as tx:
            [row] = tx.lock_ready([at(1)])
            tx.save_attempt(replace(row, **tried))
        with store.begin() as tx:
            assert tx.lock_ready([at(1)]) == [a_row(at(1), an_event(1), **tried)]

    def test_parked_rows_are_found_by_name_and_error_and_replayed_as_new(self, store: Store[Transaction]) -> None:
        with store.begin() as tx:
            for seq, error in ((1, "Reject: no such case"), (2, "KeyError")):
                [row] = tx.lock_ready([at(seq)])
                tx.save_attempt(replace(row, status=InboxStatus.PARKED, attempts=8, deaths=3, last_error=error))
        with store.begin() as tx:
            assert [row.at.seq for row in tx.parked(10)] == [1, 2]
            assert [row.at.seq for row in tx.parked(1)] == [1]
            assert [row.at.seq for row in tx.parked(10, error="such case")] == [1]
            assert tx.parked(10, name="case.opened") == []
            assert len(tx.parked(10, name="idea.received")) == 2
            assert tx.replay([an_id(1), an_id(3)]) == 1
        with store.begin() as tx:
            assert tx.lock_ready([at(1)]) == [a_row(at(1), an_event(1), last_error="Reject: no such case")]

    def test_a_row_that_waits_for_another_attempt_is_replayed_at_once(self, store: Store[Transaction]) -> None:
        with store.begin() as tx:
            [row] = tx.lock_ready([at(1)])
            tx.save_attempt(replace(row, attempts=6, next_attempt_at=after(3600), last_error="KeyError"))
        with store.begin() as tx:
            assert tx.replay([an_id(1), an_id(2)]) == 1
        with store.begin() as tx:
            assert tx.lock_ready([at(1)]) == [a_row(at(1), an_event(1), last_error="KeyError")]

    def test_a_skipped_row_keeps_its_reason_out_of_the_way(self, store: Store[Transaction]) -> None:
        with store.begin() as tx:
            assert tx.skip([an_id(1), an_id(99)], "sent twice by hand") == 1
            tx.log_operation(NOON, "anna", "skip", str(an_id(1)), "sent twice by hand")
        with store.begin() as tx:
            assert tx.known("submissions", [an_id(1)])[an_id(1)].status is InboxStatus.SKIPPED
            assert tx.lock_ready([at(1)]) == []

    def test_an_outage_is_told_from_a_mistake(self, store: Store[Transaction]) -> None:
        assert not store.is_outage(ValueError("x"))
