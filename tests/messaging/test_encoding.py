"""Messages and receipts come back from the wire as they were; whatever else stands there is Unreadable and nothing worse."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.messaging.distrust import LATEST_LIFE, Unreadable
from shared.messaging.encoding import (
    EVENT,
    HELLO,
    RECEIPT,
    Wire,
    from_wire,
    receipt_from_wire,
    receipt_to_wire,
    to_wire,
)
from shared.messaging.limits import LONGEST_BODY, MOST_GAPS, MOST_LIVES
from shared.messaging.protocol.records import Held, Message, Receipt, StreamEnd
from tests.messaging.examples import a_cause, a_message, an_event, an_id


def a_body(number: int) -> str:
    """A body that belongs to the event with that number."""
    return json.dumps({"id": str(an_id(number)), "type": "idea.received", "data": {"title": "Straße"}})


FULL = an_event(
    7,
    body=a_body(7),
    sealed='{"notifications": {"kid": "1", "box": "abc"}}',
    subject_id=an_id(9),
    cause=a_cause(3, 12, producer="council"),
    refers_to=("idea:1", "idea:2"),
    correlation_id="root",
    traceparent="00-" + "a" * 32 + "-" + "b" * 16 + "-01",
)


@pytest.mark.parametrize(
    "message",
    [
        a_message(5, FULL),
        a_message(1, an_event(1, body=a_body(1))),
        a_message(
            3, FULL, life=2, present_life=4, first_seq=2, ends=(StreamEnd("s0", 1, 44, 3), StreamEnd("s1", 2, 9))
        ),
        a_message(0, None, ends=(StreamEnd("s0", 1, 44),)),
    ],
)
def test_a_message_comes_back_as_it_was(message: Message) -> None:
    assert from_wire("submissions", to_wire(message)) == message


def test_a_receipt_comes_back_as_it_was() -> None:
    receipt = Receipt("submissions", "council", (Held("s1", 1, 44, ((46, 46), (50, 60))), Held("s2", 2, 0, (), 7)))
    assert receipt_from_wire("submissions", "council", receipt_to_wire(receipt)) == receipt


def test_a_body_of_another_event_is_unreadable_but_its_number_counts() -> None:
    wire = to_wire(a_message(5, an_event(7, body=a_body(8))))
    message = from_wire("submissions", wire)
    assert message.unreadable_body
    assert message.seq == 5


@pytest.mark.parametrize("body", [b"x" * (LONGEST_BODY + 1), b"[" * 5000, b'{"id"', b"\xff", b"", b"null"])
def test_a_body_that_is_no_event_is_unreadable(body: bytes) -> None:
    wire = to_wire(a_message(5, FULL))
    assert from_wire("submissions", Wire(wire.content_type, wire.message_id, wire.headers, body)).unreadable_body


_values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.binary(),
    st.lists(st.integers()),
    st.dictionaries(st.text(), st.integers()),
    st.sampled_from(["[[1]]", "[[[", "{}", "0001-01-01T00:00:00+14:00", "\ud800", "a\0b", "9" * 50, "[" * 10_000]),
)


@given(
    header=st.sampled_from(sorted(to_wire(a_message(5, FULL, ends=(StreamEnd("s0", 1, 44),))).headers)),
    value=_values,
    kind=st.sampled_from([EVENT, HELLO, "text/plain", ""]),
    message_id=st.one_of(st.none(), st.text(), st.just(str(an_id(7)))),
    body=st.one_of(st.binary(), st.just(a_body(7).encode())),
)
def test_whatever_stands_on_the_wire_is_a_message_or_unreadable(
    header: str, value: Any, kind: str, message_id: str | None, body: bytes
) -> None:
    headers = {**to_wire(a_message(5, FULL)).headers, header: value}
    try:
        message = from_wire("submissions", Wire(kind, message_id, headers, body))
    except Unreadable:
        return
    assert "\0" not in repr(message.event)


@given(body=st.one_of(st.binary(), st.recursive(_values.filter(lambda v: not isinstance(v, bytes)), st.lists)))
def test_whatever_comes_as_a_receipt_is_one_or_unreadable(body: Any) -> None:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode("utf-8", "surrogatepass")
    try:
        receipt_from_wire("submissions", "council", Wire(RECEIPT, None, {}, raw))
    except Unreadable:
        return


@pytest.mark.parametrize("name", ["person.erased", "case.opened", "conference.announced"])
def test_an_event_is_its_own_producers_to_publish(name: str) -> None:
    body = json.dumps({"id": str(an_id(7)), "type": name, "data": {}})
    with pytest.raises(Unreadable, match="isn't for submissions to publish"):
        from_wire("submissions", to_wire(a_message(5, replace(FULL, name=name, body=body))))


def test_a_name_that_nobody_has_declared_may_be_newer_than_its_consumer() -> None:
    body = json.dumps({"id": str(an_id(7)), "type": "idea.received.v2", "data": {}})
    message = a_message(5, replace(FULL, name="idea.received.v2", body=body))
    assert from_wire("submissions", to_wire(message)) == message


def test_a_number_before_the_first_one_is_refused() -> None:
    with pytest.raises(Unreadable):
        from_wire("submissions", to_wire(a_message(5, FULL, first_seq=6)))


@pytest.mark.parametrize(
    "streams",
    [
        [["s1", 1, 0, [], None], ["s1", 1, 0, [], None]],
        [[f"s{number}", 1, 0, [], None] for number in range(MOST_LIVES + 1)],
        [["s1", 1, 0, [[5, 2]], None]],
        [["s1", 1, 0, [[1, 5], [3, 9]], None]],
        [["s1", 1, 0, [[n, n] for n in range(1, 2 * MOST_GAPS + 3, 2)], None]],
        [["s1", LATEST_LIFE + 1, 0, [], None]],
    ],
)
def test_a_receipt_that_nobody_honest_would_send_is_refused(streams: list[Any]) -> None:
    with pytest.raises(Unreadable):
        receipt_from_wire("submissions", "council", Wire(RECEIPT, None, {}, json.dumps(streams).encode()))
