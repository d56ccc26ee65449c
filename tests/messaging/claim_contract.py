"""Which inbox rows may run: each condition of claim_heads alone, for every store (see store_contract.py)."""

from dataclasses import replace

import pytest

from shared.messaging.protocol.records import Cursor, InboxStatus
from shared.messaging.protocol.store import Store, Transaction
from tests.messaging.examples import NOON, a_cause, a_row, after, an_event, an_id, at

US = ("submissions", "council")
STREAMS = (("s1", "submissions"), ("s2", "submissions"), ("c1", "council"))


class ClaimContract:
    """Which rows may run: each condition of claim_heads alone."""

    @pytest.fixture(autouse=True)
    def cursors(self, store: Store[Transaction]) -> None:
        """Both producers are received through number 10."""
        with store.begin() as tx:
            tx.save_cursors([Cursor("submissions", "s1", 1, 10), Cursor("council", "c1", 1, 10)])

    def claimed(self, store: Store[Transaction], limit: int = 100, seconds: float = 0) -> list[tuple[str, int]]:
        """Stream and number of what is eligible that many seconds after noon; each is when asked for alone, and no other."""
        with store.begin() as tx:
            claimed = [row.at for row in tx.claim_heads(US, after(seconds), limit)]
            everything = [row.at for row in tx.claim_heads(US, after(seconds), 100)]
            for place in (at(seq, *stream) for stream in STREAMS for seq in range(1, 13)):
                alone = tx.claim_head(place, US, after(seconds))
                assert (alone.at if alone else None) == (place if place in everything else None)
        return [(at.stream_id, at.seq) for at in claimed]

    def test_claimed_rows_come_first_received_first_with_every_field(self, store: Store[Transaction]) -> None:
        rows = [
            a_row(at(2), an_event(1), received_at=after(1)),
            a_row(at(1), an_event(2), received_at=after(2), attempts=1, last_error="NotYet"),
            a_row(at(3, "c1", "council"), an_event(3), received_at=after(1)),
        ]
        with store.begin() as tx:
            tx.insert_inbox(rows)
        with store.begin() as tx:
            assert tx.claim_heads(US, after(9), 100) == [rows[2], rows[0], rows[1]]
        assert self.claimed(store, limit=2) == [("c1", 3), ("s1", 2)]

    def test_only_ready_rows_that_are_due_are_claimed(self, store: Store[Transaction]) -> None:
        with store.begin() as tx:
            tx.insert_inbox([a_row(at(1), an_event(1), next_attempt_at=after(30))])
            tx.insert_inbox([a_row(at(2), an_event(2), status=InboxStatus.PARKED)])
            tx.insert_inbox([a_row(at(3), an_event(3), status=InboxStatus.SKIPPED)])
            tx.insert_inbox([a_row(at(4), an_event(4))])
            tx.mark_processed([at(4)], NOON)
        assert self.claimed(store, seconds=29) == []
        assert self.claimed(store, seconds=30) == [("s1", 1)]

    def test_nothing_beyond_the_cursor_is_claimed(self, store: Store[Transaction]) -> None:
        with store.begin() as tx:
            tx.insert_inbox([a_row(at(10), an_event(1)), a_row(at(11), an_event(2))])
        assert self.claimed(store) == [("s1", 10)]

    def test_a_life_waits_until_the_ones_before_it_are_complete(self, store: Store[Transaction]) -> None:
        with store.begin() as tx:
            tx.save_cursors([Cursor("submissions", "s1", 1, 10, 12), Cursor("submissions", "s2", 2, 5)])
            tx.insert_inbox([a_row(at(1, "s2"), an_event(1)), a_row(at(9), an_event(2))])
            tx.insert_inbox([a_row(at(2, "c1", "council"), an_event(3))])
        assert self.claimed(store) == [("c1", 2), ("s1", 9)]
        with store.begin() as tx:
            tx.save_cursors([Cursor("submissions", "s1", 1, 12, 12)])
        assert self.claimed(store) == [("c1", 2), ("s1", 9), ("s2", 1)]

    def test_only_the_first_unfinished_row_of_an_aggregate_is_claimed(self, store: Store[Transaction]) -> None:
        versions = [an_event(number, aggregate="idea:1", aggregate_seq=number) for number in (1, 2, 3)]
        with store.begin() as tx:
            tx.insert_inbox([a_row(at(event.aggregate_seq), event) for event in versions])
        assert self.claimed(store) == [("s1", 1)]
        with store.begin() as tx:
            tx.mark_processed([at(1)], NOON)
        assert self.claimed(store) == [("s1", 2)]
        with store.begin() as tx:
            [row] = tx.lock_ready([at(2)])
            tx.save_attempt(replace(row, status=InboxStatus.PARKED))
        assert self.claimed(store) == []
        with store.begin() as tx:
            tx.skip([an_id(2)], "reason")
        assert self.claimed(store) == [("s1", 3)]

    def test_a_head_that_waits_for_its_time_holds_its_aggregate(self, store: Store[Transaction]) -> None:
        versions = [an_event(number, aggregate="idea:1", aggregate_seq=number) for number in (1, 2)]
        with store.begin() as tx:
            tx.insert_inbox([a_row(at(1), versions[0], next_attempt_at=after(30)), a_row(at(2), versions[1])])
        assert self.claimed(store) == []

    def test_aggregates_of_two_producers_with_the_same_name_are_two(self, store: Store[Transaction]) -> None:
        with store.begin() as tx:
            tx.insert_inbox([a_row(at(1), an_event(1, aggregate="x"))])
            tx.insert_inbox([a_row(at(1, "c1", "council"), an_event(2, aggregate="x"))])
        assert self.claimed(store) == [("c1", 1), ("s1", 1)]

    def test_of_two_lives_with_the_same_version_the_earlier_one_is_the_head(self, store: Store[Transaction]) -> None:
        with store.begin() as tx:
            tx.save_cursors([Cursor("submissions", "s2", 2, 5)])
            tx.insert_inbox([a_row(at(1, "s2"), an_event(1, aggregate="x"), received_at=after(-5))])
            tx.insert_inbox([a_row(at(7), an_event(2, aggregate="x"))])
        assert self.claimed(store) == [("s1", 7)]

    def test_an_event_waits_for_its_unfinished_cause(self, store: Store[Transaction]) -> None:
        with store.begin() as tx:
            tx.insert_inbox([a_row(at(3), an_event(1))])
            tx.insert_inbox([a_row(at(1, "c1", "council"), an_event(2, cause=a_cause(1, 3)))])
        assert self.claimed(store) == [("s1", 3)]
        with store.begin() as tx:
            tx.mark_processed([at(3)], NOON)
        assert self.claimed(store) == [("c1", 1)]

    def test_an_event_waits_for_a_cause_that_has_not_come(self, store: Store[Transaction]) -> None:
        with store.begin() as tx:
            tx.insert_inbox([a_row(at(1, "c1", "council"), an_event(2, cause=a_cause(1, 11)))])
            tx.insert_inbox([a_row(at(2, "c1", "council"), an_event(3, cause=a_cause(9, 1, "unheard of")))])
        assert self.claimed(store) == []
        with store.begin() as tx:
            tx.save_cursors([Cursor("submissions", "s1", 1, 11)])
        assert self.claimed(store) == [("c1", 1)]

    def test_a_cause_that_was_skipped_or_passed_or_void_holds_nothing(self, store: Store[Transaction]) -> None:
        with store.begin() as tx:
            tx.save_cursors([Cursor("submissions", "s1", 1, 10, 10)])
            tx.insert_inbox([a_row(at(3), an_event(1), status=InboxStatus.SKIPPED)])
            causes = [a_cause(1, 3), a_cause(50, 4), a_cause(51, 11)]
            for seq, cause in enumerate(causes, 1):
                tx.insert_inbox([a_row(at(seq, "c1", "council"), an_event(10 + seq, cause=cause))])
        assert self.claimed(store) == [("c1", 1), ("c1", 2), ("c1", 3)]

    def test_a_cause_skipped_in_one_life_is_waited_for_where_it_comes_again(self, store: Store[Transaction]) -> None:
        with store.begin() as tx:
            tx.save_cursors([Cursor("submissions", "s1", 1, 2, 2), Cursor("submissions", "s2", 2, 0)])
            tx.insert_inbox([a_row(at(3), an_event(1), status=InboxStatus.SKIPPED)])
            tx.insert_inbox([a_row(at(1, "c1", "council"), an_event(2, cause=a_cause(1, 1, "s2")))])
        assert self.claimed(store) == []
        with store.begin() as tx:
            tx.save_cursors([Cursor("submissions", "s2", 2, 1)])
        assert self.claimed(store) == [("c1", 1)]

    def test_a_cause_that_moved_holds_by_its_id(self, store: Store[Transaction]) -> None:
        with store.begin() as tx:
            tx.save_cursors([Cursor("submissions", "s1", 1, 2, 2), Cursor("submissions", "s2", 2, 1)])
            tx.insert_inbox([a_row(at(1, "s2"), an_event(1))])
            tx.insert_inbox([a_row(at(1, "c1", "council"), an_event(2, cause=a_cause(1, 3)))])
        assert self.claimed(store) == [("s2", 1)]

    def test_causes_at_producers_that_we_do_not_consume_hold_nothing(self, store: Store[Transaction]) -> None:
        with store.begin() as tx:
            tx.insert_inbox([a_row(at(1), an_event(1, cause=a_cause(9, 99, "n1", "notifications")))])
        assert self.claimed(store) == [("s1", 1)]

    def test_an_event_waits_for_earlier_events_of_what_it_refers_to(self, store: Store[Transaction]) -> None:
        with store.begin() as tx:
            tx.insert_inbox([a_row(at(1), an_event(1), status=InboxStatus.PARKED)])
            tx.insert_inbox([a_row(at(2), an_event(2, refers_to=("idea:5", "idea:1")))])
            tx.insert_inbox([a_row(at(3), an_event(3, refers_to=("idea:5",)))])
            tx.insert_inbox([a_row(at(4), an_event(4, refers_to=("idea:9",)))])
            tx.insert_inbox([a_row(at(6), an_event(9))])
            tx.insert_inbox([a_row(at(1, "c1", "council"), an_event(5, refers_to=("idea:1",)))])
        assert self.claimed(store) == [("c1", 1), ("s1", 3), ("s1", 4), ("s1", 6)]
        with store.begin() as tx:
            tx.skip([an_id(1)], "reason")
        assert ("s1", 2) in self.claimed(store)

    def test_earlier_lives_come_before_what_refers_to_them(self, store: Store[Transaction]) -> None:
        with store.begin() as tx:
            tx.save_cursors([Cursor("submissions", "s1", 1, 9, 9), Cursor("submissions", "s2", 2, 5)])
            tx.insert_inbox([a_row(at(9), an_event(1))])
            tx.insert_inbox([a_row(at(1, "s2"), an_event(2, refers_to=("idea:1",)))])
        assert self.claimed(store) == [("s1", 9)]
