"""Publishing: in order, within the window, on from where the confirms end."""

import pytest

from shared.messaging.errors import LeadershipLost, Outage
from shared.messaging.protocol.numbering import number, take_lead
from shared.messaging.protocol.publishing import Publisher
from shared.messaging.protocol.records import Message, Stream, StreamEnd
from tests.messaging.examples import NOON, an_event
from tests.messaging.protocol.conftest import Notebook
from tests.simulation.memory_store import MemoryStore


@pytest.fixture(autouse=True)
def ten_events(store: MemoryStore) -> None:
    """The second life has ten numbered events."""
    with store.begin() as tx:
        tx.add_stream(Stream("s1", 1, next_seq=4, ended_at=3))
        tx.add_stream(Stream("s2", 2))
        for each in range(1, 11):
            tx.add_event(an_event(each))
    number(store, take_lead(store))


def test_events_go_out_in_order_with_the_ends_of_earlier_streams(store: MemoryStore, bus: Notebook) -> None:
    publisher = Publisher(store, bus, "submissions", take_lead(store))
    assert publisher.fill(NOON) == 10
    assert publisher.fill(NOON) == 0
    assert [message.seq for message in bus.published] == list(range(1, 11))
    assert bus.published[0] == Message(
        "submissions", "s2", 2, 1, an_event(1), "s2", 2, ends=(StreamEnd("s1", 1, 3),), mark="s2 gave 1"
    )


def test_no_more_is_in_flight_than_the_window_allows(store: MemoryStore, bus: Notebook) -> None:
    publisher = Publisher(store, bus, "submissions", take_lead(store), in_flight=4)
    assert [publisher.fill(NOON), publisher.fill(NOON)] == [4, 0]
    publisher.window.confirmed(2, True, NOON)
    assert publisher.fill(NOON) == 2


def test_what_is_confirmed_is_recorded_and_the_next_relay_goes_on_there(store: MemoryStore, bus: Notebook) -> None:
    publisher = Publisher(store, bus, "submissions", take_lead(store))
    publisher.fill(NOON)
    publisher.window.confirmed(6, True, NOON)
    assert [publisher.record(), publisher.record()] == [6, 0]
    after_it = Notebook()
    Publisher(store, after_it, "submissions", take_lead(store)).fill(NOON)
    assert [message.seq for message in after_it.published] == [7, 8, 9, 10]


def test_a_connection_that_breaks_while_publishing_is_gone_on_from_the_last_confirm(store: MemoryStore) -> None:
    class BreaksAtFive(Notebook):
        def publish(self, message: Message) -> None:
            if message.seq == 5 and len(self.published) == 4:
                raise Outage("connection lost")
            super().publish(message)

    bus = BreaksAtFive()
    publisher = Publisher(store, bus, "submissions", take_lead(store))
    with pytest.raises(Outage):
        publisher.fill(NOON)
    publisher.window.confirmed(2, True, NOON)
    publisher.window.connection_lost()
    bus.published.append(bus.published[0])
    publisher.fill(NOON)
    assert [message.seq for message in bus.published[5:]] == [3, 4, 5, 6, 7, 8, 9, 10]


def test_a_leader_of_an_earlier_epoch_publishes_no_further(store: MemoryStore, bus: Notebook) -> None:
    publisher = Publisher(store, bus, "submissions", take_lead(store))
    take_lead(store)
    with pytest.raises(LeadershipLost):
        publisher.fill(NOON)


def test_numbers_that_were_given_unnoticed_go_out_at_the_next_look(store: MemoryStore, bus: Notebook) -> None:
    lead = take_lead(store)
    publisher = Publisher(store, bus, "submissions", lead)
    publisher.fill(NOON)
    with store.begin() as tx:
        tx.add_event(an_event(11))
    number(store, lead)

    assert publisher.fill(NOON) == 0
    publisher.look_again()
    assert publisher.fill(NOON) == 1
