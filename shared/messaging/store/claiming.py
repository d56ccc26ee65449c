"""The statement that decides which rows of the inbox may run now."""

from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    cast,
    exists,
    func,
    literal_column,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.selectable import FromClause

from shared.database import UTCDateTime
from shared.messaging.store.session import among
from shared.messaging.tables import inbox, inbox_cursor

_candidate = inbox.alias("d")
#: The order of the index inbox_due.
_by_arrival = (_candidate.c.received_at, _candidate.c.producer, _candidate.c.stream_id, _candidate.c.seq)


@cache
def claim(on_postgresql: bool) -> Select[Any]:
    """The rows that meet the six conditions of ProcessingSide.claim_heads, in its order, locked.

    Parameters: `producers`, `now`, `limit`, and `look`: how many of the oldest due rows are looked at.
    """
    # Three steps, each over what the one before left, so that no planner needs to know how much is in the tables.
    oldest = _ready_and_due().order_by(*_by_arrival).limit(bindparam("look", type_=Integer()))
    return _locked(_heads(_step("due", oldest), on_postgresql).limit(bindparam("limit", type_=Integer())))


@cache
def claim_one(on_postgresql: bool) -> Select[Any]:
    """The row at `producer`, `stream_id`, `seq`, if it meets the conditions, locked. More parameters: `producers`, `now`."""
    there = [_candidate.c[name] == bindparam(name) for name in ("producer", "stream_id", "seq")]
    return _locked(_heads(_step("due", _ready_and_due().where(*there)), on_postgresql))


def _locked(heads: Select[Any]) -> Select[Any]:
    head, row = _step("head", heads), inbox.alias("r")
    same_row = and_(row.c.producer == head.c.producer, row.c.stream_id == head.c.stream_id, row.c.seq == head.c.seq)
    return (
        select(row)
        .join(head, same_row)
        .where(is_ready(row))
        .order_by(head.c.received_at, head.c.producer, head.c.life, head.c.stream_id, head.c.seq)
        .with_for_update(of=row, skip_locked=True)
    )


def is_ready(row: FromClause) -> ColumnElement[bool]:
    """Whether rows found by their primary key are ready, written so that no partial index fits: only the primary key leads
    straight to each of them."""
    return row.c.status.concat("") == "ready"


def _ready_and_due() -> Select[Any]:
    """What the next step asks of rows that are ready and whose time has come."""
    wanted = "producer stream_id seq received_at aggregate aggregate_seq cause_producer cause_stream_id cause_seq"
    columns = [*(_candidate.c[name] for name in wanted.split()), _candidate.c.cause_event_id, _candidate.c.refers_to]
    return select(*columns).where(*_is_due())


@cache
def anything_due() -> Select[Any]:
    """One number of those rows, if there are any. Parameter: `now`."""
    return select(_candidate.c.seq).where(*_is_due()).order_by(*_by_arrival).limit(1)


def _is_due() -> tuple[ColumnElement[bool], ...]:
    later = _candidate.c.next_attempt_at
    return _status(_candidate, "ready"), or_(later.is_(None), later <= bindparam("now", type_=UTCDateTime()))


def _heads(due: FromClause, on_postgresql: bool) -> Select[Any]:
    """Those of them that nothing holds back."""
    cursor = inbox_cursor.alias("rc")
    return (
        select(due.c.producer, due.c.stream_id, due.c.seq, due.c.received_at, cursor.c.life)
        .join(cursor, _same_stream(cursor, due))
        .where(
            due.c.seq <= cursor.c.through,
            ~_incomplete_earlier_life(cursor),
            ~_earlier_of_same_aggregate(due, cursor),
            cause_is_done(due, on_postgresql),
            ~_referred_is_behind(due, cursor, on_postgresql),
        )
        .order_by(due.c.received_at, due.c.producer, cursor.c.life, due.c.stream_id, due.c.seq)
    )


def _step(name: str, rows: Select[Any]) -> FromClause:
    return rows.cte(name).prefix_with("MATERIALIZED", dialect="postgresql")


def _same_stream(one: FromClause, other: FromClause) -> ColumnElement[bool]:
    return and_(one.c.producer == other.c.producer, one.c.stream_id == other.c.stream_id)


def _status(row: FromClause, *statuses: str) -> ColumnElement[bool]:
    """Spelled out in the statement like in the partial indexes, or SQLite wouldn't use them."""
    spelled = [literal_column(f"'{status}'", String()) for status in statuses]
    return row.c.status == spelled[0] if len(spelled) == 1 else row.c.status.in_(spelled)


def _incomplete_earlier_life(cursor: FromClause) -> ColumnElement[bool]:
    earlier = inbox_cursor.alias("ec")
    behind = (earlier.c.producer == cursor.c.producer) & (earlier.c.life < cursor.c.life)
    return exists().where(behind, earlier.c.through < earlier.c.ended_at)


def _earlier_of_same_aggregate(row: FromClause, cursor: FromClause) -> ColumnElement[bool]:
    other, theirs = inbox.alias("o"), inbox_cursor.alias("oc")
    before = tuple_(other.c.aggregate_seq, theirs.c.life, other.c.stream_id, other.c.seq) < tuple_(
        row.c.aggregate_seq, cursor.c.life, row.c.stream_id, row.c.seq
    )
    return exists(
        select(literal_column("1"))
        .select_from(other.join(theirs, _same_stream(theirs, other)))
        .where(
            other.c.producer == row.c.producer,
            other.c.aggregate == row.c.aggregate,
            # Implied by `before`, and what the index can be searched by.
            other.c.aggregate_seq <= row.c.aggregate_seq,
            _status(other, "ready", "parked"),
            before,
        )
        .correlate(row, cursor)
    )


def cause_is_done(row: FromClause, on_postgresql: bool) -> ColumnElement[bool]:
    """Whether nothing that caused `row` is still to be handled here; parameter `producers`: those this service consumes."""
    cause, cursor = inbox.alias("c"), inbox_cursor.alias("cc")
    # Another producer's event of the same id is another event.
    same = and_(cause.c.event_id == row.c.cause_event_id, cause.c.producer == row.c.cause_producer)
    processed = exists().where(same, _status(cause, "processed"))
    # As in is_ready: the partial index would lead to every unfinished row of the producer.
    unfinished = exists().where(same, cause.c.status.concat("").in_(("ready", "parked")))
    passed = exists().where(
        cursor.c.producer == row.c.cause_producer,
        cursor.c.stream_id == row.c.cause_stream_id,
        or_(cursor.c.through >= row.c.cause_seq, cursor.c.ended_at < row.c.cause_seq),
    )
    return or_(
        row.c.cause_event_id.is_(None),
        ~among(row.c.cause_producer, "producers", on_postgresql),
        processed,
        and_(~unfinished, passed),
    )


def _referred_is_behind(row: FromClause, cursor: FromClause, on_postgresql: bool) -> ColumnElement[bool]:
    referred, theirs = inbox.alias("f"), inbox_cursor.alias("fc")
    key = _keys_in(row.c.refers_to, on_postgresql)
    behind: Select[Any] = (
        select(literal_column("1"))
        .select_from(key)
        .join(referred, (referred.c.producer == row.c.producer) & (referred.c.aggregate == key.c.value))
        .join(theirs, _same_stream(theirs, referred))
        .where(
            _status(referred, "ready", "parked"),
            tuple_(theirs.c.life, referred.c.seq) < tuple_(cursor.c.life, row.c.seq),
        )
        .correlate(row, cursor)
    )
    return and_(row.c.refers_to != "[]", exists(behind))


def _keys_in(refers_to: ColumnElement[str], on_postgresql: bool) -> Any:
    """The keys of a JSON list as rows of one column, `value`."""
    if on_postgresql:
        return func.jsonb_array_elements_text(cast(refers_to, JSONB)).table_valued("value", name="key")
    return func.json_each(refers_to).table_valued("value", name="key")
