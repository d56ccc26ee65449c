"""A trace is taken over from whoever hands over a well-formed one, and begun anew from anything else without a word."""

import json
import re

import pytest
import structlog
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Table, select

from shared import logs, tracing
from shared.database import Database
from shared.messaging import tables
from shared.messaging.encoding import Wire, from_wire, to_wire
from tests.backbone import Backbone
from tests.messaging import tiny
from tests.messaging.conftest import Open
from tests.messaging.examples import a_message, an_event

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
GIVEN = f"00-{TRACE}-{PARENT}-01"
SHAPE = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-01")

#: Whatever could stand in a header: noise, and near misses of the right shape.
near_misses = st.from_regex(r"\A[0-9a-fA-F]{1,3}-[0-9a-fA-Fx]{31,33}-[0-9a-f]{15,17}-[0-9a-f]{1,3}(-.{0,9})?\Z")
hostile = st.one_of(
    st.text(max_size=80), near_misses, st.just(GIVEN.upper()), st.just(f"{GIVEN}\n"), st.just("0" * 5000)
)


@pytest.mark.parametrize(
    "given", [GIVEN, GIVEN.replace("-01", "-00"), GIVEN.replace("00-", "01-"), f"cc{GIVEN[2:]}-later"]
)
def test_a_well_formed_trace_goes_on_with_a_new_span(given: str) -> None:
    with tracing.following(given) as span:
        assert tracing.current() is span
        assert tracing.handed_over() == span.traceparent
    assert (span.trace_id, span.parent_id) == (TRACE, PARENT)
    assert span.span_id != PARENT
    assert SHAPE.fullmatch(span.traceparent)
    assert tracing.current() is None


@pytest.mark.parametrize(
    "given",
    [
        None,
        "",
        GIVEN.upper(),
        f"{GIVEN}-more",
        GIVEN[:-1],
        GIVEN.replace(TRACE, "0" * 32),
        GIVEN.replace(PARENT, "0" * 16),
        f"ff{GIVEN[2:]}",
        f"01{GIVEN[2:]}x",
        f" {GIVEN}",
        f"{GIVEN},{GIVEN}",
    ],
)
def test_anything_else_begins_a_trace(given: str | None) -> None:
    with tracing.following(given) as span:
        assert span.parent_id is None
        assert span.trace_id != TRACE
        assert SHAPE.fullmatch(span.traceparent)


def test_an_error_goes_through_and_the_span_knows_of_it() -> None:
    heard: list[tracing.Span] = []
    stop = tracing.listen(heard.append)
    with pytest.raises(ValueError, match="a bug"), tracing.following(GIVEN):
        raise ValueError("a bug")
    stop()
    assert [span.has_failed for span in heard] == [True]
    assert tracing.current() is None


def test_what_no_request_caused_begins_a_trace_each_time() -> None:
    first, second = tracing.handed_over(), tracing.handed_over()
    assert SHAPE.fullmatch(first)
    assert first != second


def test_a_hostile_header_costs_a_request_nothing_and_stands_in_no_log_line(
    app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    app.before_request(lambda: structlog.get_logger().warning("seen"))
    logs.configure("sample")

    @given(header=hostile)
    @settings(max_examples=150)
    def ask(header: str) -> None:
        answer = app.test_client().get("/healthz", environ_overrides={"HTTP_TRACEPARENT": header})

        assert answer.status_code == 200
        (line,) = [json.loads(text) for text in capsys.readouterr().err.splitlines()]
        assert re.fullmatch("[0-9a-f]{32}", line["trace_id"])
        assert re.fullmatch("[0-9a-f]{16}", line["span_id"])
        assert line.keys() == {"event", "level", "timestamp", "service", "trace_id", "span_id"}

    ask()
    structlog.reset_defaults()


@given(header=st.one_of(hostile, st.integers(), st.binary(), st.none(), st.dictionaries(st.text(), st.text())))
def test_a_hostile_peers_header_costs_its_event_nothing(header: object) -> None:
    wire = to_wire(a_message(1, an_event(1, body='{"id": "x"}', traceparent=GIVEN)))
    forged = Wire(wire.content_type, wire.message_id, {**wire.headers, "traceparent": header}, wire.body)

    event = from_wire("submissions", forged).event

    assert event is not None
    assert event.traceparent is None or SHAPE.fullmatch(event.traceparent)


def test_a_trace_travels_with_its_event() -> None:
    wire = to_wire(a_message(1, an_event(1, traceparent=GIVEN)))
    event = from_wire("submissions", wire).event

    assert wire.headers["traceparent"] == GIVEN
    assert event is not None
    assert event.traceparent == GIVEN


def test_a_trace_goes_through_the_tables_to_what_an_event_causes(opened: Open) -> None:
    submissions, council = opened("submissions"), opened("council")
    backbone = Backbone(tiny.PAIRS)
    for database in (submissions, council):
        backbone.join(database, tiny.HANDLERS[database.service])
    with tracing.following(GIVEN) as request:
        tiny.adopt(submissions)
    backbone.settle()

    (adopted,), (received,) = _kept(submissions, tables.outbox), _kept(council, tables.inbox)
    (opening,), (noted,) = _kept(council, tables.outbox), _kept(submissions, tables.inbox)
    assert adopted == received == request.traceparent
    assert opening == noted
    assert (opening[3:35], opening[36:52]) != (TRACE, request.span_id)
    assert opening[3:35] == TRACE


def _kept(database: Database, table: Table) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(table.c.traceparent)))
