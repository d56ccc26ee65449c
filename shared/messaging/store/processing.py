"""The inbox while handlers run, in SQL. Which rows may run is decided by the one statement of claiming.py."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, Update, bindparam, select, update

from shared.database import UTCDateTime
from shared.messaging.protocol.records import InboxEvent, InboxStatus, Position
from shared.messaging.store.claiming import anything_due, claim, claim_one, is_ready
from shared.messaging.store.rows import by_stream, fate_values, inbox_event_of, position_values
from shared.messaging.store.session import InTransaction, at_numbers, the_numbers
from shared.messaging.tables import inbox

#: How many of the due rows are looked at where none of the oldest may run.
EVERYTHING = 2**31 - 1


class SqlProcessingSide(InTransaction):
    """Implements ProcessingSide of the protocol's store."""

    def claim_heads(self, producers: Collection[str], now: datetime, limit: int) -> list[InboxEvent]:
        """See ProcessingSide."""
        # The planner takes twenty times as long over the claim as over this question, which mostly is all there is to ask.
        if self.session.scalar(anything_due(), {"now": now}) is None:
            return []
        values = {"producers": list(producers), "now": now, "limit": limit}
        statement = claim(self._on_postgresql)
        claimed = self._all(statement, {**values, "look": limit})
        if not claimed:
            claimed = self._all(statement, {**values, "look": EVERYTHING})
        return [inbox_event_of(row) for row in claimed]

    def claim_head(self, at: Position, producers: Collection[str], now: datetime) -> InboxEvent | None:
        """See ProcessingSide."""
        values = {**position_values(at), "producers": list(producers), "now": now}
        claimed = self._all(claim_one(self._on_postgresql), values)
        return inbox_event_of(claimed[0]) if claimed else None

    def lock_ready(self, positions: Sequence[Position]) -> list[InboxEvent]:
        """See ProcessingSide."""
        found = {}
        for producer, stream_id, seqs in by_stream(positions):
            for row in self._all(_locking(self._on_postgresql), the_numbers(producer, stream_id, seqs)):
                event = inbox_event_of(row)
                found[event.at] = event
        return [found[at] for at in positions if at in found]

    def mark_processed(self, positions: Sequence[Position], at: datetime) -> None:
        """See ProcessingSide."""
        for producer, stream_id, seqs in by_stream(positions):
            place = the_numbers(producer, stream_id, seqs)
            self.session.execute(_marking(self._on_postgresql), {**place, "done_at": at})

    def save_attempt(self, row: InboxEvent) -> None:
        """See ProcessingSide."""
        place = the_numbers(row.at.producer, row.at.stream_id, [row.at.seq])
        self.session.execute(_saving(self._on_postgresql), {**place, **fate_values(row)})


@cache
def _locking(on_postgresql: bool) -> Select[Any]:
    return select(inbox).where(at_numbers(inbox, on_postgresql), is_ready(inbox)).with_for_update(skip_locked=True)


@cache
def _marking(on_postgresql: bool) -> Update:
    done = {"suspect": False, "deaths": 0, "next_attempt_at": None, "last_error": None}
    processed = update(inbox).where(at_numbers(inbox, on_postgresql)).values(status=InboxStatus.PROCESSED.value, **done)
    return processed.values(processed_at=bindparam("done_at", type_=UTCDateTime()))


@cache
def _saving(on_postgresql: bool) -> Update:
    return update(inbox).where(at_numbers(inbox, on_postgresql))
