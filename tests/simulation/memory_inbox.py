"""The receiving and processing sides of the memory store: cursors, inbox and light rows, told in dicts."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from shared.messaging.protocol.records import (
    Cursor,
    Garbage,
    InboxEvent,
    InboxStatus,
    Known,
    Position,
    Stored,
)
from tests.simulation.memory_claim import claim_heads, order
from tests.simulation.memory_database import Key, MemoryScope, key_of

UNFINISHED = (InboxStatus.READY, InboxStatus.PARKED)


class MemoryReceiving(MemoryScope):
    """Cursors, inbox and light rows while messages come in."""

    def lock_cursors(self, producer: str) -> list[Cursor]:
        return [cursor for cursor in self.cursors() if cursor.producer == producer]

    def cursors(self) -> list[Cursor]:
        return sorted(self.database.cursors.values(), key=lambda each: (each.producer, each.life, each.stream_id))

    def save_cursors(self, cursors: Sequence[Cursor]) -> None:
        for cursor in cursors:
            self.database.cursors.put((cursor.producer, cursor.stream_id), cursor)

    def stored_at(self, producer: str, stream_id: str, seqs: Sequence[int]) -> dict[int, Stored]:
        rows = ((seq, self.database.inbox.get((producer, stream_id, seq))) for seq in seqs)
        return {seq: Stored(row.event.event_id, row.status, row.last_error) for seq, row in rows if row is not None}

    def known(self, producer: str, event_ids: Collection[UUID]) -> dict[UUID, Known]:
        ids, inbox = self.database.inbox_ids, self.database.inbox
        rows = {event_id: inbox[ids[producer, event_id]] for event_id in event_ids if (producer, event_id) in ids}
        return {event_id: Known(row.at, row.status) for event_id, row in rows.items()}

    def insert_inbox(self, rows: Sequence[InboxEvent]) -> None:
        for row in rows:
            key = key_of(row.at)
            assert (
                key not in self.database.inbox and (row.at.producer, row.event.event_id) not in self.database.inbox_ids
            )
            self._place(key, row)

    def move(self, rows: Sequence[InboxEvent]) -> None:
        db = self.database
        for row in rows:
            old = db.inbox_ids[row.at.producer, row.event.event_id]
            if db.inbox[old].status is not InboxStatus.PROCESSED:
                db.inbox.drop(old)
                db.unfinished.drop(old)
                self._place(key_of(row.at), row)

    def _place(self, key: Key, row: InboxEvent) -> None:
        self.database.inbox_ids.put((row.at.producer, row.event.event_id), key)
        self._reach(key)
        self.put(key, row)

    def _reach(self, key: Key) -> None:
        stream = (key[0], key[1])
        if self.database.highest.get(stream, 0) < key[2]:
            self.database.highest.put(stream, key[2])

    def put(self, key: Key, row: InboxEvent) -> None:
        """Write a row and keep the index of the unfinished ones."""
        self.database.inbox.put(key, row)
        if row.status in UNFINISHED:
            self.database.unfinished.put(key, None)
        else:
            self.database.unfinished.drop(key)

    def add_light(self, positions: Sequence[Position]) -> None:
        for at in positions:
            self.database.light.put(key_of(at), None)
            self._reach(key_of(at))

    def drop_light(self, producer: str, stream_id: str, through: int) -> None:
        self._drop_light(producer, stream_id, 0, through)

    def drop_light_beyond(self, producer: str, stream_id: str, through: int) -> None:
        self._drop_light(producer, stream_id, through + 1, self.database.highest.get((producer, stream_id), 0))

    def _drop_light(self, producer: str, stream_id: str, first: int, last: int) -> None:
        for key in [key for key in self.database.light if key[:2] == (producer, stream_id) and first <= key[2] <= last]:
            self.database.light.drop(key)

    def numbers_after(self, producer: str, stream_id: str, after: int, limit: int) -> list[int]:
        db = self.database
        last = db.highest.get((producer, stream_id), 0)
        keys = ((producer, stream_id, seq) for seq in range(after + 1, last + 1))
        return [key[2] for key in keys if key in db.inbox or key in db.light][:limit]

    def skip_beyond(self, producer: str, stream_id: str, through: int, reason: str) -> int:
        beyond = [key for key in self.database.unfinished if key[:2] == (producer, stream_id) and key[2] > through]
        return sum(self.skip_row(key, reason) for key in beyond)

    def skip_row(self, key: Key, reason: str) -> bool:
        """Skip one unfinished row."""
        row = self.database.inbox[key]
        self.put(key, replace(row, status=InboxStatus.SKIPPED, suspect=False, next_attempt_at=None, last_error=reason))
        return True

    def unskip_between(self, producer: str, stream_id: str, after: int, through: int, reason: str) -> int:
        found = 0
        for seq in range(after + 1, through + 1):
            row = self.database.inbox.get((producer, stream_id, seq))
            if row and row.status is InboxStatus.SKIPPED and row.last_error == reason:
                self.put(key_of(row.at), replace(row, status=InboxStatus.READY, last_error=None))
                found += 1
        return found

    def keep_garbage(self, garbage: Sequence[Garbage], received_at: datetime) -> None:
        for each in garbage:
            self.database.garbage.put(each.sha256, each)


class MemoryProcessing(MemoryReceiving):
    """The inbox while handlers run, and what operators do to it."""

    def claim_heads(self, producers: Collection[str], now: datetime, limit: int) -> list[InboxEvent]:
        return claim_heads(self.database, producers, now, limit)

    def claim_head(self, at: Position, producers: Collection[str], now: datetime) -> InboxEvent | None:
        claimed = self.claim_heads(producers, now, len(self.database.unfinished))
        return next((row for row in claimed if row.at == at), None)

    def lock_ready(self, positions: Sequence[Position]) -> list[InboxEvent]:
        rows = (self.database.inbox.get(key_of(at)) for at in positions)
        return [row for row in rows if row is not None and row.status is InboxStatus.READY]

    def mark_processed(self, positions: Sequence[Position], at: datetime) -> None:
        for position in positions:
            row = self.database.inbox[key_of(position)]
            done = InboxEvent(
                row.at, row.event, row.received_at, InboxStatus.PROCESSED, attempts=row.attempts, processed_at=at
            )
            self.put(key_of(position), done)

    def save_attempt(self, row: InboxEvent) -> None:
        before = self.database.inbox[key_of(row.at)]
        self.put(key_of(row.at), replace(row, event=before.event, received_at=before.received_at))

    def parked(self, limit: int, name: str | None = None, error: str | None = None) -> list[InboxEvent]:
        rows = [
            row
            for row in (self.database.inbox[key] for key in self.database.unfinished)
            if row.status is InboxStatus.PARKED
            and name in (None, row.event.name)
            and (error is None or error in (row.last_error or ""))
        ]
        return sorted(rows, key=lambda row: order(self.database, row))[:limit]

    def _rows(self, event_ids: Collection[UUID], *statuses: InboxStatus) -> list[InboxEvent]:
        wanted = set(event_ids)
        rows = [
            self.database.inbox[key] for (_, event_id), key in self.database.inbox_ids.items() if event_id in wanted
        ]
        return [row for row in rows if row.status in statuses]

    def replay(self, event_ids: Collection[UUID]) -> int:
        unfinished = self._rows(event_ids, *UNFINISHED)
        rows = [row for row in unfinished if row.status is InboxStatus.PARKED or row.next_attempt_at is not None]
        for row in rows:
            ready = replace(row, status=InboxStatus.READY, suspect=False, attempts=0, deaths=0, next_attempt_at=None)
            self.put(key_of(row.at), ready)
        return len(rows)

    def skip(self, event_ids: Collection[UUID], reason: str) -> int:
        return sum(self.skip_row(key_of(row.at), reason) for row in self._rows(event_ids, *UNFINISHED))

    def log_operation(self, at: datetime, actor: str, action: str, key: str, reason: str) -> None:
        self.database.operations.put(len(self.database.operations), (at, actor, action, key, reason))
