"""Which inbox rows may run: the six conditions of ProcessingSide.claim_heads, one function each, over dicts."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from shared.messaging.protocol.records import InboxEvent, InboxStatus
from tests.simulation.memory_database import MemoryDatabase


def claim_heads(
    db: MemoryDatabase,
    producers: Collection[str],
    now: datetime,
    limit: int,
    switched_off: Collection[str] = (),
) -> list[InboxEvent]:
    """The eligible rows in order. `switched_off` names conditions that a mutation leaves out."""
    claim = Claim(db, producers, now)
    conditions = [condition for condition in CONDITIONS if condition.__name__ not in switched_off]
    rows = [row for row in claim.unfinished if all(condition(claim, row) for condition in conditions)]
    return sorted(rows, key=lambda row: order(db, row))[:limit]


def order(db: MemoryDatabase, row: InboxEvent) -> tuple[Any, ...]:
    """What claimed and parked rows are sorted by."""
    at = row.at
    return (row.received_at, at.producer, db.cursors[at.producer, at.stream_id].life, at.stream_id, at.seq)


class Claim:
    """The unfinished rows and, per aggregate, the first of them."""

    def __init__(self, db: MemoryDatabase, producers: Collection[str], now: datetime) -> None:
        self.db = db
        self.producers = producers
        self.now = now
        self.unfinished = [db.inbox[key] for key in db.unfinished]
        self.heads: dict[tuple[str, str], tuple[int, int, str, int]] = {}
        self.earliest: dict[tuple[str, str], tuple[int, int]] = {}
        for row in self.unfinished:
            of = (row.at.producer, row.event.aggregate)
            head, place = self.head_order(row), self.place(row)
            self.heads[of] = min(head, self.heads.get(of, head))
            self.earliest[of] = min(place, self.earliest.get(of, place))

    def place(self, row: InboxEvent) -> tuple[int, int]:
        """Where the row stands among all lives of its producer."""
        return (self.db.cursors[row.at.producer, row.at.stream_id].life, row.at.seq)

    def head_order(self, row: InboxEvent) -> tuple[int, int, str, int]:
        """Where the row stands in its aggregate."""
        life, seq = self.place(row)
        return (row.event.aggregate_seq, life, row.at.stream_id, seq)


def is_due(claim: Claim, row: InboxEvent) -> bool:
    """Ready, and not waiting for a later try."""
    if row.status is not InboxStatus.READY:
        return False
    return row.next_attempt_at is None or row.next_attempt_at <= claim.now


def has_no_gap_before(claim: Claim, row: InboxEvent) -> bool:
    """Up to the cursor."""
    return row.at.seq <= claim.db.cursors[row.at.producer, row.at.stream_id].through


def earlier_lives_are_complete(claim: Claim, row: InboxEvent) -> bool:
    """Every earlier life of the producer is there up to its end."""
    life = claim.place(row)[0]
    return not any(
        cursor.life < life and cursor.ended_at is not None and cursor.through < cursor.ended_at
        for (producer, _), cursor in claim.db.cursors.items()
        if producer == row.at.producer
    )


def is_head(claim: Claim, row: InboxEvent) -> bool:
    """The first unfinished row of its aggregate."""
    return claim.heads[row.at.producer, row.event.aggregate] == claim.head_order(row)


def cause_is_settled(claim: Claim, row: InboxEvent) -> bool:
    """Its cause is processed here, or nothing to be processed here."""
    cause = row.event.cause
    if cause is None or cause.at.producer not in claim.producers:
        return True
    key = claim.db.inbox_ids.get((cause.at.producer, cause.event_id))
    if key in claim.db.unfinished:
        return False
    if key is not None and claim.db.inbox[key].status is InboxStatus.PROCESSED:
        return True
    cursor = claim.db.cursors.get((cause.at.producer, cause.at.stream_id))
    if cursor is None:
        return False
    return cursor.through >= cause.at.seq or (cursor.ended_at is not None and cursor.ended_at < cause.at.seq)


def nothing_referred_to_is_behind(claim: Claim, row: InboxEvent) -> bool:
    """No earlier row of an aggregate it refers to is unfinished."""
    place = claim.place(row)
    return all(claim.earliest.get((row.at.producer, aggregate), place) >= place for aggregate in row.event.refers_to)


CONDITIONS = (
    is_due,
    has_no_gap_before,
    earlier_lives_are_complete,
    is_head,
    cause_is_settled,
    nothing_referred_to_is_behind,
)
