"""Receipts: a consumer tells what it has; its producer believes it, up or down."""

from collections.abc import Collection
from datetime import datetime, timedelta

from shared.messaging.limits import MOST_GAPS
from shared.messaging.protocol.intake import Received
from shared.messaging.protocol.records import Cursor, Held, Receipt, Stream, Subscriber
from shared.messaging.protocol.speaking import Mark
from shared.messaging.protocol.store import ROWS, Transaction
from shared.messaging.protocol.streams import NewStreamId, remember_forgotten_lives
from shared.seals import same

AFTER_MOVING = timedelta(seconds=1)
ANYWAY = timedelta(seconds=5)


class ReceiptTimer:
    """When receipts are due: each second when a cursor moved, every 5 s anyway, at once when a gap opens."""

    def __init__(self) -> None:
        self._sent_at: datetime | None = None
        self._moved = False
        self._gap_open = False
        self._gap_opened = False

    def note(self, received: Received) -> None:
        """Look at what a batch did."""
        self._moved = self._moved or received.cursor_moved
        self._gap_opened = self._gap_opened or (received.gap_open and not self._gap_open)
        self._gap_open = received.gap_open

    def is_due(self, now: datetime) -> bool:
        """Whether to send receipts now."""
        if self._sent_at is None or self._gap_opened:
            return True
        return now - self._sent_at >= (AFTER_MOVING if self._moved else ANYWAY)

    def sent(self, now: datetime) -> None:
        """They are sent."""
        self._sent_at, self._moved, self._gap_opened = now, False, False


def compose(tx: Transaction, consumer: str, producers: Collection[str]) -> list[Receipt]:
    """One receipt for each producer, also for one of which nothing is known yet."""
    streams: dict[str, list[Held]] = {producer: [] for producer in producers}
    for cursor in tx.cursors():
        if cursor.producer in streams:
            streams[cursor.producer].append(_held(tx, cursor))
    return [Receipt(producer, consumer, tuple(held)) for producer, held in streams.items()]


def _held(tx: Transaction, cursor: Cursor) -> Held:
    missing: list[tuple[int, int]] = []
    if cursor.through != cursor.ended_at:
        after = cursor.through
        for seq in tx.numbers_after(cursor.producer, cursor.stream_id, after, ROWS):
            if seq > after + 1:
                missing.append((after + 1, seq - 1))
            after = seq
    return Held(
        cursor.stream_id,
        cursor.life,
        cursor.through,
        tuple(missing[:MOST_GAPS]),
        cursor.ended_at,
        cursor.seen,
        cursor.seen_mark,
    )


def is_proven(tx: Transaction, receipt: Receipt, mark: Mark) -> bool:
    """Whether a receipt that claims more than this database ever gave can show that it was given: then the database was
    restored. Without the mark of a number as high it is invented, and must not stop anybody from numbering."""
    ours = {stream.stream_id: stream for stream in tx.streams()}
    for held in receipt.streams:
        stream = ours.get(held.stream_id)
        if stream is None or held.through <= stream.last_seq:
            continue
        if held.seen < held.through or not same(mark(held.stream_id, held.seen), held.mark or ""):
            return False
    return True


def accept(tx: Transaction, receipt: Receipt, new_stream_id: NewStreamId, now: datetime) -> bool:
    """Believe a receipt as it comes: what it doesn't name, its consumer doesn't have. Nothing is ever deleted for it.

    Returns whether the consumer needs a hello, since it doesn't know all streams and their ends.
    """
    by_id = {held.stream_id: held for held in receipt.streams}
    ours = {stream.stream_id for stream in tx.streams()}
    unknown = [held for held in receipt.streams if held.stream_id not in ours]
    if unknown:
        remember_forgotten_lives(tx, unknown, new_stream_id)
    streams = tx.streams()
    before = {row.stream_id: row for row in tx.subscribers() if row.consumer == receipt.consumer}
    tx.save_subscribers(
        [
            _subscriber(receipt.consumer, stream, by_id.get(stream.stream_id), before.get(stream.stream_id), now)
            for stream in streams
        ]
    )
    return any(not _is_told(stream, by_id.get(stream.stream_id)) for stream in streams)


def _is_told(stream: Stream, held: Held | None) -> bool:
    return held is not None and held.ended_at == stream.ended_at


def _subscriber(
    consumer: str, stream: Stream, held: Held | None, before: Subscriber | None, now: datetime
) -> Subscriber:
    settled = held.through if held else 0
    stands = before is not None and before.settled_through == settled
    return Subscriber(
        consumer=consumer,
        stream_id=stream.stream_id,
        settled_through=settled,
        missing=held.missing if held else (),
        last_receipt_at=now,
        moved_at=before.moved_at if before is not None and stands else now,
    )
