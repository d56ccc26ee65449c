"""The memory store: the contract of shared/messaging/protocol/store.py, told in dicts."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from types import TracebackType
from typing import Self
from uuid import UUID

from shared.messaging.errors import Outage
from tests.simulation.memory_database import MemoryDatabase, MemoryScope, always_commits
from tests.simulation.memory_inbox import MemoryProcessing
from tests.simulation.memory_outbox import MemoryPublished


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

    def mark(self, stream_id: str, seq: int) -> str:
        """A secret that no fault knows."""
        return f"{stream_id} gave {seq}"

    def is_outage(self, error: Exception) -> bool:
        """Only what says so."""
        return isinstance(error, Outage)
