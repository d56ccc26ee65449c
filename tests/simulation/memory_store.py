"""The memory store: the contract of shared/messaging/protocol/store.py, told in dicts."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from types import TracebackType
from typing import Self
from uuid import UUID

from shared.messaging.errors import NoStream, Outage
from shared.messaging.protocol.records import (
    Cursor,
    Event,
    Garbage,
    InboxEvent,
    InboxStatus,
    Known,
    Move,
    Numbered,
    Position,
    Stream,
    Subscriber,
)
from tests.simulation.memory_claim import claim_heads, order
from tests.simulation.memory_database import Key, MemoryDatabase, MemoryScope, OutboxRow, always_commits, key_of

UNFINISHED = (InboxStatus.READY, InboxStatus.PARKED)


class MemoryPublished(MemoryScope):
    """Streams, outbox and subscribers."""

    def lock_present_stream(self) -> Stream:
        for stream in self.database.streams.values():
            if stream.ended_at is None:
                return stream
        raise NoStream

    def streams(self) -> list[Stream]:
        return sorted(self.database.streams.values(), key=lambda stream: (stream.life, stream.stream_id))

    def add_stream(self, stream: Stream) -> None:
        assert stream.stream_id not in self.database.streams
        self.database.streams.put(stream.stream_id, stream)

    def end_stream(self, stream_id: str, at: int) -> None:
        stream = self.database.streams[stream_id]
        self.database.streams.put(stream_id, replace(stream, ended_at=at, published_through=at))

    def raise_epoch(self, stream_id: str) -> int:
        stream = self.database.streams[stream_id]
        self.database.streams.put(stream_id, replace(stream, epoch=stream.epoch + 1))
        return stream.epoch + 1

    def add_event(self, event: Event, position: int | None = None) -> None:
        """What outbox.add does for handlers and use cases, at a `position` taken before if one is given."""
        db = self.database
        position = position or db.next_position()
        assert event.event_id not in db.outbox_ids
        db.outbox.put(position, OutboxRow(event))
        db.outbox_ids.put(event.event_id, position)
        db.unnumbered.put(position, None)

    def unnumbered(self, limit: int) -> list[int]:
        return sorted(self.database.unnumbered)[:limit]

    def give_numbers(self, stream_id: str, first_seq: int, positions: Sequence[int]) -> None:
        db = self.database
        for seq, position in enumerate(positions, first_seq):
            row = db.outbox[position]
            if row.stream_id is not None:
                db.numbered.drop((row.stream_id, row.seq))
            assert (stream_id, seq) not in db.numbered
            db.outbox.put(position, replace(row, stream_id=stream_id, seq=seq))
            db.numbered.put((stream_id, seq), position)
            db.unnumbered.drop(position)
        stream = db.streams[stream_id]
        db.streams.put(stream_id, replace(stream, next_seq=first_seq + len(positions)))

    def numbered_between(self, stream_id: str, first: int, last: int) -> list[Numbered]:
        db = self.database
        found = [(seq, db.numbered.get((stream_id, seq))) for seq in range(first, last + 1)]
        return [Numbered(stream_id, seq, db.outbox[at].event) for seq, at in found if at is not None]

    def advance_published(self, stream_id: str, through: int) -> None:
        stream = self.database.streams.get(stream_id)
        if stream and stream.ended_at is None and stream.published_through < through:
            self.database.streams.put(stream_id, replace(stream, published_through=through))

    def subscribers(self) -> list[Subscriber]:
        return [row for _, row in sorted(self.database.subscribers.items())]

    def save_subscribers(self, rows: Sequence[Subscriber]) -> None:
        for row in rows:
            key = (row.consumer, row.stream_id)
            before = self.database.subscribers.get(key)
            self.database.subscribers.put(key, replace(row, resend_from=before.resend_from) if before else row)

    def set_resend_from(self, consumer: str, stream_id: str, seq: int | None) -> int:
        row = self.database.subscribers.get((consumer, stream_id))
        if row is None:
            return 0
        self.database.subscribers.put((consumer, stream_id), replace(row, resend_from=seq))
        return 1


class MemoryReceiving(MemoryScope):
    """Cursors, inbox and light rows while messages come in."""

    def lock_cursors(self, producer: str) -> list[Cursor]:
        return [cursor for cursor in self.cursors() if cursor.producer == producer]

    def cursors(self) -> list[Cursor]:
        return sorted(self.database.cursors.values(), key=lambda each: (each.producer, each.life, each.stream_id))

    def save_cursors(self, cursors: Sequence[Cursor]) -> None:
        for cursor in cursors:
            self.database.cursors.put((cursor.producer, cursor.stream_id), cursor)

    def event_ids_at(self, producer: str, stream_id: str, seqs: Sequence[int]) -> dict[int, UUID]:
        rows = ((seq, self.database.inbox.get((producer, stream_id, seq))) for seq in seqs)
        return {seq: row.event.event_id for seq, row in rows if row is not None}

    def known(self, event_ids: Collection[UUID]) -> dict[UUID, Known]:
        ids, inbox = self.database.inbox_ids, self.database.inbox
        rows = {event_id: inbox[ids[event_id]] for event_id in event_ids if event_id in ids}
        return {event_id: Known(row.at, row.status) for event_id, row in rows.items()}

    def insert_inbox(self, rows: Sequence[InboxEvent]) -> None:
        for row in rows:
            key = key_of(row.at)
            assert key not in self.database.inbox and row.event.event_id not in self.database.inbox_ids
            self._place(key, row)

    def move(self, moves: Sequence[Move]) -> None:
        db = self.database
        for move in moves:
            old = db.inbox_ids[move.event_id]
            row = db.inbox[old]
            if row.status is InboxStatus.PROCESSED:
                continue
            db.inbox.drop(old)
            db.unfinished.drop(old)
            event = replace(row.event, sealed=move.sealed)
            self._place(key_of(move.to), InboxEvent(move.to, event, row.received_at))

    def _place(self, key: Key, row: InboxEvent) -> None:
        self.database.inbox_ids.put(row.event.event_id, key)
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

    def lock_ready(self, positions: Sequence[Position]) -> list[InboxEvent]:
        rows = (self.database.inbox.get(key_of(at)) for at in positions)
        return [row for row in rows if row is not None and row.status is InboxStatus.READY]

    def mark_suspect(self, positions: Sequence[Position]) -> None:
        for at in positions:
            self.put(key_of(at), replace(self.database.inbox[key_of(at)], suspect=True))

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
        ids = self.database.inbox_ids
        rows = [self.database.inbox[ids[event_id]] for event_id in event_ids if event_id in ids]
        return [row for row in rows if row.status in statuses]

    def replay(self, event_ids: Collection[UUID]) -> int:
        rows = self._rows(event_ids, InboxStatus.PARKED)
        for row in rows:
            ready = replace(row, status=InboxStatus.READY, suspect=False, attempts=0, deaths=0, next_attempt_at=None)
            self.put(key_of(row.at), ready)
        return len(rows)

    def skip(self, event_ids: Collection[UUID], reason: str) -> int:
        return sum(self.skip_row(key_of(row.at), reason) for row in self._rows(event_ids, *UNFINISHED))

    def log_operation(self, at: datetime, actor: str, action: str, key: str, reason: str) -> None:
        self.database.operations.put(len(self.database.operations), (at, actor, action, key, reason))


class MemoryErasure(MemoryScope):
    """The ledger and the boxes."""

    def note_erased(self, subject_ids: Collection[UUID], at: datetime) -> None:
        for subject_id in subject_ids:
            self.database.ledger.put(subject_id, at)

    def erased_among(self, subject_ids: Collection[UUID]) -> set[UUID]:
        return {subject_id for subject_id in subject_ids if subject_id in self.database.ledger}

    def scrub(self, subject_ids: Collection[UUID]) -> None:
        db, subjects = self.database, set(subject_ids)
        for position, row in list(db.outbox.items()):
            if row.event.subject_id in subjects:
                db.outbox.put(position, replace(row, event=replace(row.event, sealed=None)))
        for key, received in list(db.inbox.items()):
            if received.event.subject_id in subjects:
                db.inbox.put(key, replace(received, event=replace(received.event, sealed=None)))

    def subjects_with_boxes(self, after: UUID | None, limit: int) -> list[UUID]:
        events = [row.event for row in self.database.outbox.values()]
        events += [row.event for row in self.database.inbox.values()]
        subjects = {event.subject_id for event in events if event.sealed is not None and event.subject_id is not None}
        return sorted(subject for subject in subjects if after is None or subject > after)[:limit]


class MemoryTransaction(MemoryPublished, MemoryProcessing, MemoryErasure):
    """One transaction: what the `with` block did is kept or gone as a whole."""

    def __enter__(self) -> Self:
        assert not self.database.journal, "a transaction is open"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.commit()
        else:
            self.roll_back()


class MemoryStore:
    """A database with hooks: `before_begin` runs before a transaction begins, `fate` decides how it ends."""

    transaction_class: type[MemoryTransaction] = MemoryTransaction

    def __init__(self, database: MemoryDatabase | None = None) -> None:
        self.database = database or MemoryDatabase()
        self.before_begin: Callable[[], None] | None = None
        self.fate: Callable[[], str] = always_commits

    def begin(self) -> MemoryTransaction:
        """A transaction; use it as a context manager."""
        if self.before_begin:
            self.before_begin()
        return self.transaction_class(self.database, self.fate)

    def is_outage(self, error: Exception) -> bool:
        """Only what says so."""
        return isinstance(error, Outage)
