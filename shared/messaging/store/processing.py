"""The inbox while handlers run, in SQL. Which rows may run is decided by the one statement of claiming.py."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select, update

from shared.messaging.protocol.records import InboxEvent, InboxStatus, Position
from shared.messaging.store.claiming import claim, is_ready
from shared.messaging.store.rows import by_stream, fate_values, inbox_event_of
from shared.messaging.store.session import InTransaction
from shared.messaging.tables import inbox

#: How many of the due rows are looked at where none of the oldest may run.
EVERYTHING = 2**31 - 1


class SqlProcessingSide(InTransaction):
    """Implements ProcessingSide of the protocol's store."""

    def claim_heads(self, producers: Collection[str], now: datetime, limit: int) -> list[InboxEvent]:
        """See ProcessingSide, whose six conditions are the six terms below."""
        values = {"producers": list(producers), "now": now, "limit": limit}
        statement = claim(self._on_postgresql)
        claimed = self._all(statement, {**values, "look": limit})
        if not claimed:
            claimed = self._all(statement, {**values, "look": EVERYTHING})
        return [inbox_event_of(row) for row in claimed]

    def lock_ready(self, positions: Sequence[Position]) -> list[InboxEvent]:
        """See ProcessingSide."""
        found = {}
        for at in by_stream(positions):
            ready = select(inbox).where(self._rows_at(*at), is_ready(inbox))
            for row in self._all(ready.with_for_update(skip_locked=True)):
                event = inbox_event_of(row)
                found[event.at] = event
        return [found[at] for at in positions if at in found]

    def mark_processed(self, positions: Sequence[Position], at: datetime) -> None:
        """See ProcessingSide."""
        done = {"suspect": False, "deaths": 0, "next_attempt_at": None, "last_error": None, "processed_at": at}
        for place in by_stream(positions):
            self._change(update(inbox).where(self._rows_at(*place)).values(status=InboxStatus.PROCESSED.value, **done))

    def save_attempt(self, row: InboxEvent) -> None:
        """See ProcessingSide."""
        there = self._rows_at(row.at.producer, row.at.stream_id, [row.at.seq])
        self._change(update(inbox).where(there).values(**fate_values(row)))

    def _rows_at(self, producer: str, stream_id: str, seqs: list[int]) -> ColumnElement[bool]:
        return and_(inbox.c.producer == producer, inbox.c.stream_id == stream_id, self._among(inbox.c.seq, seqs))
