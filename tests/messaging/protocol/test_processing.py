"""Processing: what becomes of rows whose handlers succeed, fail, refuse, wait or die."""

from collections.abc import Callable

import pytest

from shared.messaging.errors import NotYet, Outage, Reject
from shared.messaging.protocol.processing import DIED, NO_HANDLER, Processed, Processor
from shared.messaging.protocol.records import Cursor, InboxEvent, InboxStatus
from tests.messaging.examples import NOON, a_row, after, an_event, at
from tests.simulation.memory_database import Crash
from tests.simulation.memory_store import MemoryStore, MemoryTransaction

Handle = Callable[[MemoryTransaction, InboxEvent], None]


@pytest.fixture(autouse=True)
def three_events(store: MemoryStore) -> None:
    """Three ready rows of three aggregates."""
    with store.begin() as tx:
        tx.save_cursors([Cursor("submissions", "s1", 1, 9)])
        tx.insert_inbox([a_row(at(seq), an_event(seq)) for seq in (1, 2, 3)])


def a_processor(store: MemoryStore, handle: Handle) -> Processor[MemoryTransaction]:
    """A processor whose only handler notes the event in `facts`, then does what is given; its retries aren't spread."""

    def noted(tx: MemoryTransaction, row: InboxEvent) -> None:
        key = ("ran", row.at.seq)
        tx.database.facts.put(key, tx.database.facts.get(key, 0) + 1)
        handle(tx, row)

    return Processor(store, {"idea.received": noted}, ["submissions"], lambda: 0.5, batch=3)


def a_seasoned_processor(store: MemoryStore, handle: Handle) -> Processor[MemoryTransaction]:
    """One that ran as many other events one by one as make a batch."""
    processor = a_processor(store, handle)
    with store.begin() as tx:
        tx.insert_inbox([a_row(at(seq), an_event(seq), received_at=after(-1)) for seq in (4, 5, 6)])
    assert processor.step(lambda: NOON) == Processed(processed=3)
    return processor


def well(tx: MemoryTransaction, row: InboxEvent) -> None:
    """Nothing goes wrong."""


def fails_at(seq: int, error: BaseException) -> Handle:
    """A handler that raises at that number."""

    def handle(tx: MemoryTransaction, row: InboxEvent) -> None:
        if row.at.seq == seq:
            raise error

    return handle


def ran(store: MemoryStore) -> dict[int, int]:
    """How often each of the three events ran, as far as that was committed."""
    return {seq: times for (_, seq), times in store.database.facts.items() if seq <= 3}


def row_at(store: MemoryStore, seq: int) -> InboxEvent:
    """The row as it is stored."""
    return store.database.inbox["submissions", "s1", seq]


def statuses(store: MemoryStore) -> list[str]:
    """Of the three rows."""
    return [row_at(store, seq).status.value for seq in (1, 2, 3)]


def test_a_batch_runs_in_one_transaction(store: MemoryStore) -> None:
    processor = a_seasoned_processor(store, well)
    begun: list[int] = []
    store.before_begin = lambda: begun.append(1)
    assert processor.step(lambda: NOON) == Processed(processed=3)
    assert len(begun) == 1
    assert row_at(store, 1).processed_at == NOON
    assert ran(store) == {1: 1, 2: 1, 3: 1}


def test_an_error_rolls_the_batch_back_and_its_rows_run_one_by_one(store: MemoryStore) -> None:
    processor = a_seasoned_processor(store, fails_at(2, ValueError("name of a person")))
    assert processor.step(lambda: NOON) == Processed(2, retried=1)
    assert statuses(store) == ["processed", "ready", "processed"]
    assert ran(store) == {1: 1, 3: 1}
    failed = row_at(store, 2)
    assert (failed.attempts, failed.deaths, failed.suspect, failed.last_error) == (1, 0, False, "ValueError")
    assert failed.next_attempt_at == after(1)


def test_a_failing_event_is_tried_after_1_5_30_120_600_3600_and_21600_seconds_then_parked(store: MemoryStore) -> None:
    processor = a_processor(store, fails_at(1, NotYet("no such idea yet")))
    now, waited = NOON, []
    while row_at(store, 1).status is InboxStatus.READY:
        processor.step(lambda at=now: at)
        due = row_at(store, 1).next_attempt_at
        if due:
            waited.append((due - now).total_seconds())
            now = due
    assert waited == [1, 5, 30, 120, 600, 3600, 21600]
    assert (row_at(store, 1).attempts, row_at(store, 1).last_error) == (8, "NotYet: no such idea yet")


def test_what_is_not_due_is_not_tried(store: MemoryStore) -> None:
    processor = a_processor(store, fails_at(1, ValueError()))
    processor.step(lambda: NOON)
    assert processor.step(lambda: after(0.9)) == Processed()


def test_a_rejected_event_is_parked_at_once_with_its_reason(store: MemoryStore) -> None:
    assert a_processor(store, fails_at(3, Reject("no such case"))).step(lambda: NOON) == Processed(2, parked=1)
    assert row_at(store, 3).status is InboxStatus.PARKED
    assert row_at(store, 3).last_error == "Reject: no such case"


def test_a_batch_that_dies_leaves_no_attempt(store: MemoryStore) -> None:
    processor = a_seasoned_processor(store, fails_at(2, Crash()))
    with pytest.raises(Crash):
        processor.step(lambda: NOON)
    assert [row_at(store, seq).attempts + row_at(store, seq).deaths for seq in (1, 2, 3)] == [0, 0, 0]


def test_a_new_process_runs_as_many_rows_one_by_one_as_make_a_batch(store: MemoryStore) -> None:
    with pytest.raises(Crash):
        a_processor(store, fails_at(3, Crash())).step(lambda: NOON)
    assert statuses(store) == ["processed", "processed", "ready"]


def test_what_came_after_the_start_of_its_process_runs_together_at_once(store: MemoryStore) -> None:
    with pytest.raises(Crash):
        a_processor(store, fails_at(3, Crash())).step(lambda: after(-1))
    assert statuses(store) == ["ready", "ready", "ready"]


def test_rows_run_one_by_one_after_an_outage(store: MemoryStore) -> None:
    outages = iter([Outage("database gone")])

    def fails_once(tx: MemoryTransaction, row: InboxEvent) -> None:
        if row.at.seq <= 3:
            for outage in outages:
                raise outage

    processor = a_seasoned_processor(store, fails_once)
    with pytest.raises(Outage):
        processor.step(lambda: NOON)
    begun: list[int] = []
    store.before_begin = lambda: begun.append(1)
    assert processor.step(lambda: NOON) == Processed(processed=3)
    assert len(begun) == 1 + 2 * 3


def dies(store: MemoryStore, seq: int, seconds: float) -> None:
    """A process that begins so late and dies of that row as soon as it may run."""
    processor = a_processor(store, fails_at(seq, Crash()))
    with pytest.raises(Crash):
        for later in range(20):
            processor.step(lambda later=later: after(seconds + later))


def test_only_the_event_that_kills_its_process_three_times_alone_is_parked(store: MemoryStore) -> None:
    seasoned = a_seasoned_processor(store, fails_at(2, Crash()))
    with pytest.raises(Crash):
        seasoned.step(lambda: NOON)
    for nth in range(3):
        dies(store, 2, 20 * nth)
    assert a_processor(store, fails_at(2, Crash())).step(lambda: after(60)) == Processed(parked=1)
    assert statuses(store) == ["processed", "parked", "processed"]
    assert row_at(store, 2).last_error == DIED
    assert ran(store) == {1: 1, 3: 1}


def test_an_event_whose_process_died_lets_the_others_go_first(store: MemoryStore) -> None:
    with pytest.raises(Crash):
        a_processor(store, fails_at(1, Crash())).step(lambda: NOON)
    a_processor(store, fails_at(1, Crash())).step(lambda: after(1))
    assert statuses(store) == ["ready", "processed", "processed"]


def test_an_event_that_twice_died_alone_and_then_goes_well_is_processed(store: MemoryStore) -> None:
    for nth in range(2):
        dies(store, 1, 20 * nth)
    processor = a_processor(store, well)
    for later in (40, 60):
        processor.step(lambda later=later: after(later))
    assert statuses(store) == ["processed"] * 3
    assert row_at(store, 1).deaths == 0


def test_an_outage_in_a_handler_uses_up_no_attempt(store: MemoryStore) -> None:
    processor = a_processor(store, fails_at(1, Outage("database gone")))
    for _ in range(9):
        with pytest.raises(Outage):
            processor.step(lambda: NOON)
    assert (row_at(store, 1).attempts, row_at(store, 1).status) == (0, InboxStatus.READY)
    assert row_at(store, 1).deaths <= 1


def test_an_unknown_outcome_of_the_commit_does_nothing_twice(store: MemoryStore) -> None:
    processor = a_seasoned_processor(store, well)
    fates = iter(["outage after"])
    store.fate = lambda: next(fates, "commits")
    with pytest.raises(Outage):
        processor.step(lambda: NOON)
    assert processor.step(lambda: NOON) == Processed()
    assert ran(store) == {1: 1, 2: 1, 3: 1}


def test_a_name_whose_handler_is_gone_is_skipped_with_that_reason(store: MemoryStore) -> None:
    with store.begin() as tx:
        tx.insert_inbox([a_row(at(4), an_event(4, name="idea.praised"))])
    processor = a_processor(store, well)
    processor.step(lambda: NOON)
    assert processor.step(lambda: NOON) == Processed(skipped=1)
    assert (row_at(store, 4).status, row_at(store, 4).last_error) == (InboxStatus.SKIPPED, NO_HANDLER)


def test_what_was_skipped_between_claiming_and_running_does_not_run(store: MemoryStore) -> None:
    processor = a_processor(store, well)
    begun: list[int] = []

    def an_operator_skips() -> None:
        begun.append(1)
        if len(begun) == 2:
            with store.begin() as tx:
                tx.skip([row_at(store, 2).event.event_id], "reason")

    store.before_begin = an_operator_skips
    assert processor.step(lambda: NOON) == Processed(processed=2)
    assert ran(store) == {1: 1, 3: 1}


def test_a_row_is_processed_when_it_was_and_not_when_the_step_began(store: MemoryStore) -> None:
    seconds = iter(range(100))
    a_processor(store, well).step(lambda: after(next(seconds)))
    at = [row_at(store, number).processed_at for number in (1, 2, 3)]
    assert all(processed_at is not None for processed_at in at)
    assert NOON < at[0] < at[1] < at[2]
