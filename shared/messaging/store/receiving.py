"""The inbox while messages come in, in SQL."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Executable,
    Integer,
    Select,
    Table,
    bindparam,
    delete,
    func,
    insert,
    select,
    text,
    update,
)

from shared.messaging.protocol.records import Cursor, Garbage, InboxEvent, InboxStatus, Known, Position, Stored
from shared.messaging.store.rows import cursor_of, inbox_values, position_of, position_values
from shared.messaging.store.session import (
    InTransaction,
    among,
    at_numbers,
    in_stream,
    insert_into,
    the_numbers,
    the_stream,
)
from shared.messaging.tables import UNFINISHED, inbox, inbox_cursor, inbox_garbage, inbox_light

#: How much garbage is kept as evidence; whoever sends more of it only fills the log.
MOST_GARBAGE_ROWS = 1000
MOST_GARBAGE_BYTES = 10_000_000


class SqlReceivingSide(InTransaction):
    """Implements ReceivingSide of the protocol's store."""

    def lock_cursors(self, producer: str) -> list[Cursor]:
        """See ReceivingSide."""
        if self._on_postgresql:
            # Rows that don't exist yet can't be locked, so the name is.
            self.session.execute(_locking_name, {"key": f"inbox:{producer}"})
        return [cursor_of(row) for row in self._all(_locking_cursors, {"of_producer": producer})]

    def cursors(self) -> list[Cursor]:
        """See ReceivingSide."""
        order = (inbox_cursor.c.producer, inbox_cursor.c.life, inbox_cursor.c.stream_id)
        return [cursor_of(row) for row in self._all(select(inbox_cursor).order_by(*order))]

    def save_cursors(self, cursors: Sequence[Cursor]) -> None:
        """See ReceivingSide."""
        self._change(_saving_cursors(self._on_postgresql), [asdict(cursor) for cursor in cursors])

    def stored_at(self, producer: str, stream_id: str, seqs: Sequence[int]) -> dict[int, Stored]:
        """See ReceivingSide."""
        if not seqs:
            return {}
        rows = self._all(_stored_at(self._on_postgresql), the_numbers(producer, stream_id, seqs))
        return {row.seq: Stored(row.event_id, InboxStatus(row.status), row.last_error) for row in rows}

    def known(self, producer: str, event_ids: Collection[UUID]) -> dict[UUID, Known]:
        """See ReceivingSide."""
        rows = self._all(_known(self._on_postgresql), {"of_producer": producer, "event_ids": list(event_ids)})
        return {row.event_id: Known(position_of(row), InboxStatus(row.status)) for row in rows}

    def insert_inbox(self, rows: Sequence[InboxEvent]) -> None:
        """See ReceivingSide."""
        self._change(_inserting, [inbox_values(row) for row in rows])

    def move(self, rows: Sequence[InboxEvent]) -> None:
        """See ReceivingSide."""
        unfinished = inbox.c.status != InboxStatus.PROCESSED.value
        same = (inbox.c.event_id == bindparam("moved"), inbox.c.producer == bindparam("theirs"))
        moved = update(inbox).where(*same, unfinished)
        self._change(
            moved, [{"moved": row.event.event_id, "theirs": row.at.producer, **inbox_values(row)} for row in rows]
        )

    def add_light(self, positions: Sequence[Position]) -> None:
        """See ReceivingSide."""
        self._change(self._insert(inbox_light).on_conflict_do_nothing(), [position_values(at) for at in positions])

    def drop_light(self, producer: str, stream_id: str, through: int) -> None:
        """See ReceivingSide."""
        light = _of(inbox_light, producer, stream_id)
        self._change(delete(inbox_light).where(light, inbox_light.c.seq <= through))

    def drop_light_beyond(self, producer: str, stream_id: str, through: int) -> None:
        """See ReceivingSide."""
        light = _of(inbox_light, producer, stream_id)
        self._change(delete(inbox_light).where(light, inbox_light.c.seq > through))

    def numbers_after(self, producer: str, stream_id: str, after: int, limit: int) -> list[int]:
        """See ReceivingSide."""
        wanted = {**the_stream(producer, stream_id), "after": after, "limit": limit}
        return list(self.session.scalars(_numbers_after(), wanted))

    def skip_beyond(self, producer: str, stream_id: str, through: int, reason: str) -> int:
        """See ReceivingSide."""
        beyond = update(inbox).where(_of(inbox, producer, stream_id), inbox.c.seq > through, text(UNFINISHED))
        skipped = InboxStatus.SKIPPED.value
        return self._change(beyond.values(status=skipped, last_error=reason, suspect=False, next_attempt_at=None))

    def unskip_between(self, producer: str, stream_id: str, after: int, through: int, reason: str) -> int:
        """See ReceivingSide."""
        there = _of(inbox, producer, stream_id) & (inbox.c.seq > after) & (inbox.c.seq <= through)
        skipped = (inbox.c.status == InboxStatus.SKIPPED.value) & (inbox.c.last_error == reason)
        back = update(inbox).where(there, skipped).values(status=InboxStatus.READY.value, last_error=None)
        return self._change(back)

    def keep_garbage(self, garbage: Sequence[Garbage], received_at: datetime) -> None:
        """See ReceivingSide."""
        size = func.coalesce(func.sum(func.length(inbox_garbage.c.raw)), 0)
        rows, kept_bytes = self.session.execute(select(func.count(), size).select_from(inbox_garbage)).one()
        values = []
        for piece in garbage[: max(0, MOST_GARBAGE_ROWS - rows)]:
            kept_bytes += len(piece.raw)
            if kept_bytes <= MOST_GARBAGE_BYTES:
                values.append({**asdict(piece), "received_at": received_at})
        self._change(self._insert(inbox_garbage).on_conflict_do_nothing(), values)


def _of(table: Table, producer: str, stream_id: str) -> ColumnElement[bool]:
    return (table.c.producer == producer) & (table.c.stream_id == stream_id)


# Made once: to build a statement anew costs more than to run it.
_inserting = insert(inbox)
_locking_name = text("SELECT pg_advisory_xact_lock(hashtext(:key))")
_locking_cursors = (
    select(inbox_cursor)
    .where(inbox_cursor.c.producer == bindparam("of_producer"))
    .order_by(inbox_cursor.c.life, inbox_cursor.c.stream_id)
    .with_for_update()
)


@cache
def _saving_cursors(on_postgresql: bool) -> Executable:
    added = insert_into(inbox_cursor, on_postgresql)
    return added.on_conflict_do_update(
        index_elements=[inbox_cursor.c.producer, inbox_cursor.c.stream_id],
        set_={name: added.excluded[name] for name in ("life", "through", "ended_at", "seen", "seen_mark")},
    )


@cache
def _stored_at(on_postgresql: bool) -> Select[Any]:
    columns = (inbox.c.seq, inbox.c.event_id, inbox.c.status, inbox.c.last_error)
    return select(*columns).where(at_numbers(inbox, on_postgresql))


@cache
def _known(on_postgresql: bool) -> Select[Any]:
    columns = (inbox.c.event_id, inbox.c.producer, inbox.c.stream_id, inbox.c.seq, inbox.c.status)
    # As in claiming.is_ready: only the ids lead straight to the rows.
    theirs = inbox.c.producer.concat("") == bindparam("of_producer")
    return select(*columns).where(among(inbox.c.event_id, "event_ids", on_postgresql), theirs)


@cache
def _numbers_after() -> Select[Any]:
    limit = bindparam("limit", type_=Integer())
    first_of_each = [
        select(
            select(table.c.seq)
            .where(in_stream(table), table.c.seq > bindparam("after"))
            .order_by(table.c.seq)
            .limit(limit)
            .subquery()
            .c.seq
        )
        for table in (inbox, inbox_light)
    ]
    both = first_of_each[0].union(first_of_each[1]).subquery()
    return select(both.c.seq).order_by(both.c.seq).limit(limit)
