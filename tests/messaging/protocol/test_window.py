"""The publishing window."""

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.messaging.protocol.window import PublishingWindow
from tests.messaging.examples import NOON, after


def sent(window: PublishingWindow, count: int) -> None:
    """Hand over that many numbers."""
    for _ in range(count):
        window.sent(window.next_seq, NOON)


def test_a_hole_among_the_confirms_holds_what_is_behind_it() -> None:
    window = PublishingWindow(10)
    sent(window, 3)
    window.confirmed(1, False, NOON)
    window.confirmed(3, False, NOON)
    assert (window.through, window.in_flight) == (11, 2)
    window.confirmed(2, False, NOON)
    assert (window.through, window.in_flight) == (13, 0)


def test_a_multiple_confirm_covers_everything_before_it() -> None:
    window = PublishingWindow(0)
    sent(window, 5)
    window.confirmed(4, True, NOON)
    assert (window.through, window.in_flight) == (4, 1)


def test_after_a_refusal_it_goes_on_behind_the_last_confirm_with_half_the_window() -> None:
    window = PublishingWindow(0, largest=100)
    sent(window, 10)
    window.confirmed(4, True, NOON)
    window.refused()
    assert (window.next_seq, window.in_flight, window.size) == (5, 0, 50)


def test_confirms_from_before_a_refusal_say_nothing() -> None:
    window = PublishingWindow(0)
    sent(window, 3)
    window.refused()
    sent(window, 1)
    window.confirmed(3, True, NOON)
    window.confirmed(2, False, NOON)
    assert window.through == 0
    window.confirmed(4, False, NOON)
    assert window.through == 1


def test_a_new_connection_counts_its_tags_from_one() -> None:
    window = PublishingWindow(0)
    sent(window, 3)
    window.connection_lost()
    sent(window, 1)
    window.confirmed(1, False, NOON)
    assert window.through == 1


def test_thirty_seconds_without_a_confirm_are_a_stall() -> None:
    window = PublishingWindow(0)
    assert not window.is_stalled(after(1000))
    sent(window, 2)
    assert not window.is_stalled(after(29))
    assert window.is_stalled(after(30))
    window.confirmed(1, False, after(29))
    assert not window.is_stalled(after(58))
    assert window.is_stalled(after(59))


@settings(deadline=None)
@given(st.integers(0, 50), st.data())
def test_what_counts_as_published_was_confirmed_without_a_hole(start: int, data: st.DataObject) -> None:
    window = PublishingWindow(start, largest=8)
    tags: dict[int, int] = {}
    tag, confirmed = 0, set(range(start + 1))
    for _ in range(data.draw(st.integers(0, 60))):
        action = data.draw(st.sampled_from(("send", "send", "confirm", "confirm all", "refuse", "lose")))
        if action == "send" and window.room:
            tag += 1
            tags[tag] = window.next_seq
            window.sent(window.next_seq, NOON)
        elif action.startswith("confirm") and tags:
            chosen = data.draw(st.sampled_from(sorted(tags)))
            covered = [each for each in tags if each <= chosen] if action == "confirm all" else [chosen]
            confirmed |= {tags[each] for each in covered}
            window.confirmed(chosen, action == "confirm all", NOON)
        elif action == "refuse":
            window.refused()
        elif action == "lose":
            window.connection_lost()
            tag = 0
            tags.clear()
        assert set(range(window.through + 1)) <= confirmed
        assert window.in_flight <= 8
        assert window.next_seq == window.through + window.in_flight + 1
        assert 1 <= window.size <= 8
