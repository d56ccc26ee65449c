"""The inbox while handlers run, in SQL. Which rows may run is decided by the one statement that claims them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    cast,
    exists,
    func,
    literal_column,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.selectable import NamedFromClause

from shared.database import UTCDateTime
from shared.messaging.protocol.records import InboxEvent, InboxStatus, Position
from shared.messaging.store.rows import by_stream, fate_values, inbox_event_of
from shared.messaging.store.session import InTransaction
from shared.messaging.tables import inbox, inbox_cursor


class SqlProcessingSide(InTransaction):
    """Implements ProcessingSide of the protocol's store."""

    def claim_heads(self, producers: Collection[str], now: datetime, limit: int) -> list[InboxEvent]:
        """See ProcessingSide, whose six conditions are the six terms below."""
        values = {"producers": list(producers), "now": now, "limit": limit}
        claimed = self._all(_claim(self._on_postgresql), values)
        return [inbox_event_of(found) for found in claimed]

    def lock_ready(self, positions: Sequence[Position]) -> list[InboxEvent]:
        """See ProcessingSide."""
        found = {}
        for at in by_stream(positions):
            ready = select(inbox).where(_at(*at), inbox.c.status == InboxStatus.READY.value)
            for row in self._all(ready.with_for_update(skip_locked=True)):
                event = inbox_event_of(row)
                found[event.at] = event
        return [found[at] for at in positions if at in found]

    def mark_suspect(self, positions: Sequence[Position]) -> None:
        """See ProcessingSide."""
        for at in by_stream(positions):
            self._change(update(inbox).where(_at(*at)).values(suspect=True))

    def mark_processed(self, positions: Sequence[Position], at: datetime) -> None:
        """See ProcessingSide."""
        done = {"suspect": False, "deaths": 0, "next_attempt_at": None, "last_error": None, "processed_at": at}
        for place in by_stream(positions):
            self._change(update(inbox).where(_at(*place)).values(status=InboxStatus.PROCESSED.value, **done))

    def save_attempt(self, row: InboxEvent) -> None:
        """See ProcessingSide."""
        there = _at(row.at.producer, row.at.stream_id, [row.at.seq])
        self._change(update(inbox).where(there).values(**fate_values(row)))


@cache
def _claim(on_postgresql: bool) -> Select[Any]:
    row, cursor = inbox.alias("r"), inbox_cursor.alias("rc")
    return (
        select(row)
        .join(cursor, _same_stream(cursor, row))
        .where(
            _status(row, "ready"),
            or_(row.c.next_attempt_at.is_(None), row.c.next_attempt_at <= bindparam("now", type_=UTCDateTime())),
            row.c.seq <= cursor.c.through,
            ~_incomplete_earlier_life(cursor),
            ~_earlier_of_same_aggregate(row, cursor),
            _cause_is_done(row),
            ~_referred_is_behind(row, cursor, on_postgresql),
        )
        .order_by(row.c.received_at, row.c.producer, cursor.c.life, row.c.stream_id, row.c.seq)
        .limit(bindparam("limit", type_=Integer()))
        .with_for_update(of=row, skip_locked=True)
    )


def _at(producer: str, stream_id: str, seqs: list[int]) -> ColumnElement[bool]:
    return (inbox.c.producer == producer) & (inbox.c.stream_id == stream_id) & inbox.c.seq.in_(seqs)


def _same_stream(one: NamedFromClause[Any], other: NamedFromClause[Any]) -> ColumnElement[bool]:
    return and_(one.c.producer == other.c.producer, one.c.stream_id == other.c.stream_id)


def _status(row: NamedFromClause[Any], *statuses: str) -> ColumnElement[bool]:
    """Spelled out in the statement like in the partial indexes, or SQLite wouldn't use them."""
    if len(statuses) == 1:
        return and_(row.c.status == bindparam(None, statuses[0], literal_execute=True))
    return and_(row.c.status.in_(bindparam(None, statuses, expanding=True, literal_execute=True)))


def _incomplete_earlier_life(cursor: NamedFromClause[Any]) -> ColumnElement[bool]:
    earlier = inbox_cursor.alias("ec")
    behind = (earlier.c.producer == cursor.c.producer) & (earlier.c.life < cursor.c.life)
    return exists().where(behind, earlier.c.through < earlier.c.ended_at)


def _earlier_of_same_aggregate(row: NamedFromClause[Any], cursor: NamedFromClause[Any]) -> ColumnElement[bool]:
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


def _cause_is_done(row: NamedFromClause[Any]) -> ColumnElement[bool]:
    cause, cursor = inbox.alias("c"), inbox_cursor.alias("cc")
    over = [InboxStatus.PROCESSED.value, InboxStatus.SKIPPED.value]
    finished = exists().where(cause.c.event_id == row.c.cause_event_id, cause.c.status.in_(over))
    never_stored = ~exists().where(cause.c.event_id == row.c.cause_event_id)
    passed = exists().where(
        cursor.c.producer == row.c.cause_producer,
        cursor.c.stream_id == row.c.cause_stream_id,
        or_(cursor.c.through >= row.c.cause_seq, cursor.c.ended_at < row.c.cause_seq),
    )
    return or_(
        row.c.cause_event_id.is_(None),
        row.c.cause_producer.not_in(bindparam("producers", expanding=True)),
        finished,
        and_(never_stored, passed),
    )


def _referred_is_behind(
    row: NamedFromClause[Any], cursor: NamedFromClause[Any], on_postgresql: bool
) -> ColumnElement[bool]:
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
