"""Resending: what is due when, and to whom."""

import pytest

from shared.messaging.protocol.records import Stream, Subscriber
from shared.messaging.protocol.resending import Resending
from tests.messaging.examples import NOON, after, an_event
from tests.messaging.protocol.conftest import Notebook
from tests.simulation.memory_store import MemoryStore


@pytest.fixture
def resending(store: MemoryStore, bus: Notebook) -> Resending:
    """3,000 events are numbered and published."""
    with store.begin() as tx:
        tx.add_stream(Stream("s1", 1))
        for number in range(1, 3001):
            tx.add_event(an_event(number))
        tx.give_numbers("s1", 1, tx.unnumbered(3000))
        tx.advance_published("s1", 3000)
    return Resending(store, bus, "submissions")


def told(store: MemoryStore, through: int, *missing: tuple[int, int], seconds: float = 0, who: str = "council") -> None:
    """A receipt of a consumer that moved that many seconds after noon."""
    with store.begin() as tx:
        tx.save_subscribers([Subscriber(who, "s1", through, missing, after(seconds), after(seconds))])


def numbers(bus: Notebook, consumer: str = "council") -> list[int]:
    """What was sent again to a consumer since the last look."""
    sent = [message.seq for who, message in bus.resent if who == consumer]
    bus.resent = [each for each in bus.resent if each[0] != consumer]
    return sent


def test_named_gaps_are_sent_at_once_and_once(store: MemoryStore, bus: Notebook, resending: Resending) -> None:
    told(store, 5, (6, 7), (10, 10))
    assert resending.step(NOON) == {"council": 3}
    assert numbers(bus) == [6, 7, 10]
    assert resending.step(after(4.9)) == {}
    resending.step(after(5))
    assert numbers(bus) == [6, 7, 10]


def test_who_stands_still_for_five_seconds_gets_what_follows(
    store: MemoryStore, bus: Notebook, resending: Resending
) -> None:
    told(store, 2990)
    assert resending.step(after(4.9)) == {}
    resending.step(after(5))
    assert numbers(bus) == list(range(2991, 3001))


def test_who_has_everything_gets_nothing(store: MemoryStore, resending: Resending) -> None:
    told(store, 3000)
    assert resending.step(after(1000)) == {}


def test_the_window_doubles_while_receipts_follow_and_halves_when_they_stand_still(
    store: MemoryStore, bus: Notebook, resending: Resending
) -> None:
    told(store, 0)
    resending.step(after(5))
    assert numbers(bus) == list(range(1, 501))
    told(store, 300, seconds=6)
    assert resending.step(after(6)) == {}
    told(store, 500, seconds=7)
    resending.step(after(7))
    assert numbers(bus) == list(range(501, 1501))
    resending.step(after(12))
    assert numbers(bus) == list(range(501, 1001))


def test_who_overtakes_a_round_by_what_is_published_gets_no_more(store: MemoryStore, resending: Resending) -> None:
    told(store, 10, (11, 11))
    resending.step(NOON)
    told(store, 2999, seconds=1)
    assert resending.step(after(1)) == {}


def test_an_operators_wish_is_sent_in_parts_and_then_forgotten(
    store: MemoryStore, bus: Notebook, resending: Resending
) -> None:
    told(store, 3000)
    with store.begin() as tx:
        tx.set_resend_from("council", "s1", 2400)
    assert [resending.step(NOON) for _ in range(3)] == [{"council": 500}, {"council": 101}, {}]
    assert numbers(bus) == list(range(2400, 3001))


def test_a_returned_resend_defers_that_consumer_alone(store: MemoryStore, bus: Notebook, resending: Resending) -> None:
    told(store, 5, (6, 6))
    told(store, 5, (6, 6), who="notifications")
    resending.returned("council", NOON)
    resending.step(NOON)
    assert (numbers(bus), numbers(bus, "notifications")) == ([], [6])
    resending.step(after(5))
    assert numbers(bus) == [6]


def test_ended_streams_are_sent_again_up_to_their_end_with_the_present_ends(
    store: MemoryStore, bus: Notebook, resending: Resending
) -> None:
    with store.begin() as tx:
        tx.end_stream("s1", 7)
        tx.add_stream(Stream("s2", 2))
    told(store, 5)
    resending.step(after(5))
    last = bus.resent[-1][1]
    assert (last.seq, last.life, last.present_id, last.present_life) == (7, 1, "s2", 2)
    assert [end.through for end in last.ends] == [7]
