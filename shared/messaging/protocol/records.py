"""What the protocol speaks of: plain values, without I/O, the same in the simulator, on SQLite and on PostgreSQL."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Position:
    """A place in one publisher's numbered stream: `seq` counts 1, 2, 3 … without gaps."""

    producer: str
    stream_id: str
    seq: int


@dataclass(frozen=True, slots=True)
class Cause:
    """The event that made a handler add another one. `at` is where the handler met it (its number may change after a
    restore), `event_id` never changes."""

    at: Position
    event_id: UUID


@dataclass(frozen=True, slots=True)
class Event:
    """A committed fact. `body` is CloudEvents JSON and never changes; `sealed` has the private boxes and may be erased.

    `refers_to` names other aggregates of the same publisher. `root_at` is when the first event of the chain of causes
    occurred: the event's own `occurred_at` when it has no cause.
    """

    event_id: UUID
    name: str
    aggregate: str
    aggregate_seq: int
    body: str
    sealed: str | None
    subject_id: UUID | None
    cause: Cause | None
    refers_to: tuple[str, ...]
    occurred_at: datetime
    root_at: datetime
    correlation_id: str | None = None
    traceparent: str | None = None


@dataclass(frozen=True, slots=True)
class Numbered:
    """An outbox row that has its place `seq` in stream `stream_id`."""

    stream_id: str
    seq: int
    event: Event


@dataclass(frozen=True, slots=True)
class Stream:
    """One life of a publisher. A restore ends it and begins the next; `life` orders them (1, 2, 3 …).

    Numbers below `first_seq` have left the outbox by retention, `next_seq` is the first one not given yet. `ended_at`
    is the last number of an ended stream (None: the present one). `restored_at`: when `restore` was last run.
    """

    stream_id: str
    life: int
    first_seq: int = 1
    next_seq: int = 1
    published_through: int = 0
    ended_at: int | None = None
    epoch: int = 0
    restored_at: datetime | None = None

    @property
    def last_seq(self) -> int:
        """The last number given in this stream, 0 if none was."""
        return self.next_seq - 1


@dataclass(frozen=True, slots=True)
class StreamEnd:
    """`stream_id`, the `life`-th of its publisher, will never have more than `through` events; the outbox still holds
    those from `first_seq` on."""

    stream_id: str
    life: int
    through: int
    first_seq: int = 1


@dataclass(frozen=True, slots=True)
class Message:
    """What travels: an event under its number, and what its publisher said of its streams at that moment.

    `life` and `first_seq` belong to `stream_id`; `present_id` and `present_life` name the stream that was the present
    one when it was sent (another one if an event of an ended stream is sent again); `ends` are all ended streams. A
    hello carries the present stream and the ends alone: `event` is None and `seq` is 0. `mark` proves that the publisher gave
    the number: whoever received it can say so later, and nobody else.
    """

    producer: str
    stream_id: str
    life: int
    seq: int
    event: Event | None
    present_id: str
    present_life: int
    first_seq: int = 1
    ends: tuple[StreamEnd, ...] = ()
    unreadable_body: bool = False
    mark: str | None = None


@dataclass(frozen=True, slots=True)
class Garbage:
    """A delivery that is no message of the producer it should be from: unreadable headers or a foreign user."""

    sha256: str
    raw: bytes
    headers: str


class InboxStatus(StrEnum):
    """What became of a received event; `ready` and `parked` are unfinished."""

    READY = "ready"
    PROCESSED = "processed"
    PARKED = "parked"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class InboxEvent:
    """A received event and what became of it. `attempts` counts failed tries, `deaths` how often running it alone began
    without being seen to end (its process died)."""

    at: Position
    event: Event
    received_at: datetime
    status: InboxStatus = InboxStatus.READY
    suspect: bool = False
    attempts: int = 0
    deaths: int = 0
    next_attempt_at: datetime | None = None
    last_error: str | None = None
    processed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """Where the inbox has an event, and what became of it."""

    at: Position
    status: InboxStatus


@dataclass(frozen=True, slots=True)
class Stored:
    """What the inbox has under a number."""

    event_id: UUID
    status: InboxStatus
    last_error: str | None


@dataclass(frozen=True, slots=True)
class Cursor:
    """Through which number this consumer has everything of one stream. `ended_at` as its publisher last said; `seen` is the
    greatest number that ever came, `seen_mark` its mark."""

    producer: str
    stream_id: str
    life: int
    through: int = 0
    ended_at: int | None = None
    seen: int = 0
    seen_mark: str | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """What a receipt says of one stream: everything through `through`, then the first open gaps, each as its first and
    last missing number; the greatest number seen, with its mark."""

    stream_id: str
    life: int
    through: int
    missing: tuple[tuple[int, int], ...] = ()
    ended_at: int | None = None
    seen: int = 0
    mark: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a consumer tells a producer that it has, for every stream of it that it knows."""

    producer: str
    consumer: str
    streams: tuple[Held, ...]


@dataclass(frozen=True, slots=True)
class Subscriber:
    """What this producer knows of one consumer and one of its streams; `missing` as in Held. `moved_at`: when
    `settled_through` last changed. `resend_from` is the operator's wish."""

    consumer: str
    stream_id: str
    settled_through: int
    missing: tuple[tuple[int, int], ...]
    last_receipt_at: datetime
    moved_at: datetime
    resend_from: int | None = None
