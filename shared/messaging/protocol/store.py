"""What one transaction of a store offers to the steps. Every operation is one statement over at most 500 rows.

Whatever the docstrings call an order or a condition is part of the contract: tests/messaging/store_contract.py holds
every implementation to it. "Unfinished" means `ready` or `parked`. The life of an inbox row is the life of its stream's
cursor, which exists for every stream that has rows. Rows are locked as far as the words say so; a store with a single
writer at a time (SQLite, memory) has nothing to do for that.
"""

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

from shared.messaging.protocol.records import (
    Cursor,
    Garbage,
    InboxEvent,
    Known,
    Numbered,
    Position,
    Stored,
    Stream,
    Subscriber,
)

ROWS = 500


class PublishedSide(Protocol):
    """What this service publishes: its streams and its outbox."""

    def lock_present_stream(self) -> Stream:
        """The one stream whose `ended_at` is None, locked until the transaction ends. Raises NoStream without one."""
        ...

    def streams(self) -> list[Stream]:
        """All streams of this service, ordered by (life, stream_id)."""
        ...

    def add_stream(self, stream: Stream) -> None:
        """Insert a stream, as given."""
        ...

    def end_stream(self, stream_id: str, at: int) -> None:
        """Set `ended_at` and `published_through` of the stream to `at`."""
        ...

    def raise_epoch(self, stream_id: str) -> int:
        """Add one to the stream's epoch and return it."""
        ...

    def unnumbered(self, limit: int) -> list[int]:
        """The `position`s of the first `limit` committed outbox rows without a number, ascending."""
        ...

    def give_numbers(self, stream_id: str, first_seq: int, positions: Sequence[int]) -> None:
        """Give the rows at `positions`, in that order, the numbers first_seq, first_seq + 1 … of the stream, and set
        the stream's `next_seq` behind them. Only called while the stream is locked."""
        ...

    def numbered_between(self, stream_id: str, first: int, last: int) -> list[Numbered]:
        """The outbox rows of the stream with first ≤ seq ≤ last, ascending. Rows gone by retention are just missing."""
        ...

    def advance_published(self, stream_id: str, through: int) -> None:
        """Set `published_through` to `through` unless it is greater already, or the stream is ended or unknown."""
        ...


class Subscribers(Protocol):
    """What the consumers told this service."""

    def subscribers(self) -> list[Subscriber]:
        """Every row, ordered by (consumer, stream_id)."""
        ...

    def save_subscribers(self, rows: Sequence[Subscriber]) -> None:
        """Insert the rows, or update all but `resend_from` where (consumer, stream_id) exists. An inserted row takes
        `resend_from` as given."""
        ...

    def set_resend_from(self, consumer: str, stream_id: str, seq: int | None) -> int:
        """Set the operator's wish on an existing row; returns how many rows that were (0 or 1)."""
        ...


class ReceivingSide(Protocol):
    """The inbox while messages come in."""

    def lock_cursors(self, producer: str) -> list[Cursor]:
        """All cursors of the producer, ordered by (life, stream_id), locked until the transaction ends. Two
        transactions of the same producer must come after one another even when there is no cursor yet."""
        ...

    def cursors(self) -> list[Cursor]:
        """All cursors of all producers, ordered by (producer, life, stream_id), without a lock."""
        ...

    def save_cursors(self, cursors: Sequence[Cursor]) -> None:
        """Insert or replace, by (producer, stream_id), exactly as given (the step decides what may move where). Only
        called while the producer's cursors are locked."""
        ...

    def stored_at(self, producer: str, stream_id: str, seqs: Sequence[int]) -> dict[int, Stored]:
        """By number, what stands in every inbox row (whatever its status) at one of these numbers."""
        ...

    def known(self, producer: str, event_ids: Collection[UUID]) -> dict[UUID, Known]:
        """Where the inbox has these events of `producer`; those it hasn't are missing from the answer. The same id from
        another producer is another event."""
        ...

    def insert_inbox(self, rows: Sequence[InboxEvent]) -> None:
        """Insert new rows, all fields as given. The step has made sure that neither position nor event_id exists."""
        ...

    def move(self, rows: Sequence[InboxEvent]) -> None:
        """Each row takes the place of the one with its producer and event_id, unless that one is processed by
        then. An event made again after a restore has its old id but may have another aggregate_seq and body."""
        ...

    def add_light(self, positions: Sequence[Position]) -> None:
        """Remember that these numbers need no inbox row (no handler, or the event is elsewhere). Repeats are fine."""
        ...

    def drop_light(self, producer: str, stream_id: str, through: int) -> None:
        """Forget light rows of the stream with seq ≤ through."""
        ...

    def numbers_after(self, producer: str, stream_id: str, after: int, limit: int) -> list[int]:
        """The first `limit` numbers > after of the stream that have an inbox row (whatever its status) or a light row,
        ascending, each once."""
        ...

    def skip_beyond(self, producer: str, stream_id: str, through: int, reason: str) -> int:
        """Set the unfinished rows of the stream with seq > through to skipped, `last_error` to the reason, suspect to
        false, next_attempt_at to None. Returns how many."""
        ...

    def unskip_between(self, producer: str, stream_id: str, after: int, through: int, reason: str) -> int:
        """Set the skipped rows of the stream with after < seq ≤ through and `last_error` equal to the reason to ready,
        last_error to None. Returns how many."""
        ...

    def drop_light_beyond(self, producer: str, stream_id: str, through: int) -> None:
        """Forget light rows of the stream with seq > through."""
        ...

    def keep_garbage(self, garbage: Sequence[Garbage], received_at: datetime) -> None:
        """Keep what could not be taken for a message; a known sha256 changes nothing. The store caps rows and bytes."""
        ...


class ProcessingSide(Protocol):
    """The inbox while handlers run."""

    def claim_heads(self, producers: Collection[str], now: datetime, limit: int) -> list[InboxEvent]:
        """The first `limit` rows r, ordered by (received_at, producer, life, stream_id, seq), for which all this holds:

        1. r is ready, and its next_attempt_at is None or ≤ now.
        2. r.seq ≤ through of its stream's cursor.
        3. No earlier life is incomplete: no cursor of the same producer has a smaller life, an ended_at, and
           through < ended_at.
        4. r is the head of its aggregate: no other unfinished row of the same producer and aggregate has a smaller
           (aggregate_seq, life, stream_id, seq).
        5. Its cause holds it no longer: it has none, or cause.at.producer isn't one of `producers` (those this service
           consumes), or the inbox row with the cause's event_id is processed, or there is no such row or a skipped one
           (it may come again under cause.at) and the cursor of (cause.at.producer, cause.at.stream_id) exists and has
           through ≥ cause.at.seq or ended_at < cause.at.seq.
        6. Nothing it refers to is behind: no unfinished row of the same producer whose aggregate is in r.refers_to has
           a smaller (life, seq).

        They are locked until the transaction ends; a row that another transaction holds is left out (SKIP LOCKED).
        """
        ...

    def claim_head(self, at: Position, producers: Collection[str], now: datetime) -> InboxEvent | None:
        """The row at `at`, locked, if claim_heads would give it out with a limit that is great enough."""
        ...

    def lock_ready(self, positions: Sequence[Position]) -> list[InboxEvent]:
        """Those rows at `positions` that are (still) ready, in the order asked for, locked until the transaction ends;
        a row that another transaction holds is left out (SKIP LOCKED)."""
        ...

    def mark_processed(self, positions: Sequence[Position], at: datetime) -> None:
        """Set these rows to processed: processed_at = at, suspect false, deaths 0, next_attempt_at, last_error None."""
        ...

    def save_attempt(self, row: InboxEvent) -> None:
        """Write status, suspect, attempts, deaths, next_attempt_at, last_error, processed_at of the row at row.at."""
        ...


class Erasure(Protocol):
    """The ledger of erased subjects (keyed hashes) and what it does to sealed boxes."""

    def note_erased(self, subject_ids: Collection[UUID], at: datetime) -> None:
        """Add to the ledger; repeats are fine."""
        ...

    def erased_among(self, subject_ids: Collection[UUID]) -> set[UUID]:
        """Those that are in the ledger."""
        ...

    def scrub(self, subject_ids: Collection[UUID]) -> None:
        """Set `sealed` to None in every outbox and inbox row with one of these subject_ids."""
        ...

    def subjects_with_boxes(self, after: UUID | None, limit: int) -> list[UUID]:
        """The first `limit` distinct subject_ids > after (None: from the beginning) that still have a sealed box in the
        outbox or the inbox, ascending as UUID values (lower-case text order is the same)."""
        ...


class OperatorSide(Protocol):
    """What operators do to rows. Each call is logged by log_operation in the same transaction."""

    def parked(self, limit: int, name: str | None = None, error: str | None = None) -> list[InboxEvent]:
        """The first `limit` parked rows ordered by (received_at, producer, life, stream_id, seq); only those of the
        event `name` and those whose last_error contains `error`, if given."""
        ...

    def replay(self, event_ids: Collection[UUID]) -> int:
        """Set parked rows among these, and ready ones that have a next_attempt_at, to ready: suspect false, attempts and
        deaths 0, next_attempt_at None (last_error stays). Returns how many."""
        ...

    def skip(self, event_ids: Collection[UUID], reason: str) -> int:
        """Set unfinished rows among these to skipped: last_error = reason, suspect false, next_attempt_at None.
        Returns how many."""
        ...

    def log_operation(self, at: datetime, actor: str, action: str, key: str, reason: str) -> None:
        """Append to operator_log."""
        ...


class Transaction(
    PublishedSide,
    Subscribers,
    ReceivingSide,
    ProcessingSide,
    Erasure,
    OperatorSide,
    Protocol,
):
    """All or nothing: everything a `begin()` block did is committed when it ends and gone when it raises."""


TransactionT_co = TypeVar("TransactionT_co", bound=Transaction, covariant=True)


class Store(Protocol[TransactionT_co]):
    """The database of one service."""

    def begin(self) -> AbstractContextManager[TransactionT_co]:
        """A write transaction: commits at the end of the block, rolls back when it raises (and lets that through).
        Raises Outage when the database can't be reached or the commit isn't known to have happened."""
        ...

    def mark(self, stream_id: str, seq: int) -> str:
        """The proof that this service gave the number, which nobody else can make: see receipts.is_proven."""
        ...

    def is_outage(self, error: Exception) -> bool:
        """Whether an error that came out of a handler is the failure of the database or the broker, not the event's."""
        ...
