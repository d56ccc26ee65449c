"""The database of one simulated service: tables, backups, and what may befall a transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.messaging.errors import Outage
from shared.messaging.protocol.records import Cursor, Event, InboxEvent, Message, Position, Stream, Subscriber
from tests.simulation.tables import Journal, Table, take_back

Key = tuple[str, str, int]
Tables = dict[str, dict[Any, Any]]


class Crash(BaseException):
    """The process of a service dies here. Nothing but the scheduler catches it."""


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A committed event; the relay gives it its place in a stream."""

    event: Event
    stream_id: str | None = None
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Effect:
    """What a handler did: for which event, met where. `cause_was_void`: its producer had said that the stream ended before
    the cause; a later restore of a later backup may make the cause a fact again."""

    at: Position
    event: Event
    cause_was_void: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """What somebody is told, and how far that is: created, sending, sent, or unknown (held for a person to decide).

    One cause makes at most one event of a name per aggregate, and that makes one letter: `about`.
    """

    about: tuple[str, str, UUID]
    state: str


def key_of(at: Position) -> Key:
    """The primary key of an inbox row."""
    return (at.producer, at.stream_id, at.seq)


class MemoryDatabase:
    """All tables of one service. `facts`, `effects` and `letters` are its business, written by handlers and use cases."""

    def __init__(self) -> None:
        self.journal: Journal = []
        self.outbox: Table[int, OutboxRow] = Table(self.journal)
        self.outbox_ids: Table[UUID, int] = Table(self.journal)
        self.unnumbered: Table[int, None] = Table(self.journal)
        self.numbered: Table[tuple[str, int], int] = Table(self.journal)
        self.streams: Table[str, Stream] = Table(self.journal)
        self.subscribers: Table[tuple[str, str], Subscriber] = Table(self.journal)
        self.inbox: Table[Key, InboxEvent] = Table(self.journal)
        self.inbox_ids: Table[tuple[str, UUID], Key] = Table(self.journal)
        self.unfinished: Table[Key, None] = Table(self.journal)
        self.light: Table[Key, None] = Table(self.journal)
        self.highest: Table[tuple[str, str], int] = Table(self.journal)
        self.cursors: Table[tuple[str, str], Cursor] = Table(self.journal)
        self.garbage: Table[str, Any] = Table(self.journal)
        self.ledger: Table[UUID, datetime] = Table(self.journal)
        self.operations: Table[int, tuple[Any, ...]] = Table(self.journal)
        self.facts: Table[tuple[str, Any], Any] = Table(self.journal)
        self.letters: Table[UUID, Letter] = Table(self.journal)
        self.effects: Table[int, Effect] = Table(self.journal)
        self.positions_given = 0

    def _tables(self) -> Tables:
        return {name: table for name, table in vars(self).items() if isinstance(table, Table)}

    def backup(self) -> Tables:
        """The committed contents, as they are now."""
        return {name: dict(table) for name, table in self._tables().items()}

    def set_back(self, backup: Tables) -> None:
        """Become what `backup` holds."""
        for name, table in self._tables().items():
            table.clear()
            table.update(backup[name])

    def next_position(self) -> int:
        """A new outbox position; as a database's sequence, it is not taken back by a rollback."""
        self.positions_given += 1
        return self.positions_given


def always_commits() -> str:
    """The fate of transactions while nothing goes wrong."""
    return "commits"


class MemoryScope:
    """One transaction of a memory database, as a context manager: all or nothing.

    `fate` is asked at the commit: "commits", or "crash", "outage" followed by "before" or "after".
    """

    def __init__(self, database: MemoryDatabase, fate: Callable[[], str] = always_commits) -> None:
        self.database = database
        self._fate = fate

    def commit(self) -> None:
        """Meet the transaction's fate. Raises Crash or Outage."""
        fate = self._fate()
        if fate.endswith("before"):
            take_back(self.database.journal)
        self.database.journal.clear()
        if fate.startswith("crash"):
            raise Crash(fate)
        if fate.startswith("outage"):
            raise Outage(fate)

    def roll_back(self) -> None:
        """Take everything back."""
        take_back(self.database.journal)


def is_accounted_for(db: MemoryDatabase, message: Message) -> bool:
    """Whether a message is stored, passed by the cursor, or was to be ignored."""
    key = (message.producer, message.stream_id, message.seq)
    cursor = db.cursors.get(key[:2])
    if message.event is None or cursor is None:
        return any(other.life >= message.life for other in db.cursors.values() if other.producer == message.producer)
    if message.seq <= cursor.through or (cursor.ended_at is not None and message.seq > cursor.ended_at):
        return True
    return key in db.inbox or key in db.light
