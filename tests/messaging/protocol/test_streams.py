"""The lives of a publisher."""

from shared.messaging.limits import MOST_LIVES
from shared.messaging.protocol import scrubbing, streams
from shared.messaging.protocol.records import Held, Stream
from tests.messaging.examples import NOON, after, an_event, an_id
from tests.simulation.memory_store import MemoryStore


def test_the_first_life_begins_once(store: MemoryStore) -> None:
    with store.begin() as tx:
        streams.begin_first_life(tx, lambda: "s1")
        streams.begin_first_life(tx, lambda: "s2")
        assert tx.streams() == [Stream("s1", 1)]


def test_a_restore_ends_the_stream_at_its_last_number_and_begins_the_next_life(store: MemoryStore) -> None:
    with store.begin() as tx:
        tx.add_stream(Stream("s1", 1, next_seq=8, published_through=5, epoch=3))
        begun = streams.restore(tx, lambda: "s2", NOON)
        assert begun == Stream("s2", 2, epoch=3, restored_at=NOON)
        assert tx.streams() == [Stream("s1", 1, next_seq=8, published_through=7, ended_at=7, epoch=3), begun]


def test_a_restore_drops_boxes_of_those_in_the_ledger(store: MemoryStore) -> None:
    event = an_event(1, sealed="box", subject_id=an_id(7))
    with store.begin() as tx:
        tx.add_stream(Stream("s1", 1))
        scrubbing.erase(tx, [an_id(7)], NOON)
        tx.add_event(event)
        tx.add_event(an_event(2, sealed="box", subject_id=an_id(8)))
        streams.restore(tx, lambda: "s2", NOON)
        assert tx.subjects_with_boxes(None, 10) == [an_id(8)]


def test_a_life_that_only_a_consumer_knows_ended_at_nothing_and_a_later_one_begins(store: MemoryStore) -> None:
    with store.begin() as tx:
        tx.add_stream(Stream("s1", 1, next_seq=4, published_through=3, ended_at=3))
        tx.add_stream(Stream("s3", 2, next_seq=2, restored_at=after(5)))
        streams.remember_forgotten_lives(tx, [Held("s2", 2, 9)], lambda: "s4")
        assert [(each.stream_id, each.life, each.ended_at) for each in tx.streams()] == [
            ("s1", 1, 3),
            ("s2", 2, 0),
            ("s3", 2, 1),
            ("s4", 3, None),
        ]
        assert tx.lock_present_stream().restored_at == after(5)


def test_a_forgotten_life_older_than_the_present_one_is_only_recorded(store: MemoryStore) -> None:
    with store.begin() as tx:
        tx.add_stream(Stream("s5", 5))
        streams.remember_forgotten_lives(tx, [Held("s2", 2, 9)], lambda: "s6")
        assert [each.stream_id for each in tx.streams()] == ["s2", "s5"]
        assert tx.lock_present_stream().stream_id == "s5"


def test_a_consumer_that_invents_streams_is_believed_a_few_only(store: MemoryStore) -> None:
    with store.begin() as tx:
        tx.add_stream(Stream("s1", 1))
        for number in range(MOST_LIVES):
            invented = [Held(f"f{number}", 1 + number, 9), Held(f"g{number}", 2**30, 9)]
            streams.remember_forgotten_lives(tx, invented, lambda number=number: f"own{number}")
        assert len(tx.streams()) <= MOST_LIVES // 2 + 1
        assert tx.lock_present_stream().life < MOST_LIVES
