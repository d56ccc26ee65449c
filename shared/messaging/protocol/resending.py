"""Resending: what a consumer lacks is sent again from the outbox, to that consumer only."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.messaging.protocol.bus import Bus
from shared.messaging.protocol.records import Numbered, Stream, Subscriber
from shared.messaging.protocol.speaking import Speaker
from shared.messaging.protocol.store import ROWS, Store, Transaction

STANDING = timedelta(seconds=5)
PAUSE_AFTER_RETURN = timedelta(seconds=5)
PACE_OF_WISHES = timedelta(seconds=1)
SMALLEST, FIRST, LARGEST = 50, 500, 8_000

Range = tuple[int, int]


@dataclass(slots=True)
class _Round:
    """What was sent again last: the numbers up to `through`, at most `size` of them."""

    size: int
    through: int
    sent_at: datetime


class Resending:
    """Decides what is due for every consumer and sends it. A restart forgets the rounds: a repetition at most."""

    def __init__(self, store: Store[Transaction], bus: Bus, producer: str) -> None:
        self._store = store
        self._bus = bus
        self._producer = producer
        self._rounds: dict[tuple[str, str], _Round] = {}
        self._deferred_until: dict[str, datetime] = {}

    def returned(self, consumer: str, now: datetime) -> None:
        """The broker returned a resend, the consumer's queue isn't bound: leave this consumer alone for 5 s."""
        self._deferred_until[consumer] = now + PAUSE_AFTER_RETURN

    def step(self, now: datetime) -> dict[str, int]:
        """Send again what is due; returns how many messages by consumer. Raises Outage."""
        due: list[tuple[str, list[Numbered]]] = []
        with self._store.begin() as tx:
            speaker = Speaker(self._producer, tx.streams(), self._store.mark)
            for told in tx.subscribers():
                stream = speaker.streams.get(told.stream_id)
                if stream is None or self._deferred_until.get(told.consumer, now) > now:
                    continue
                ranges = self._wished(tx, told, stream, now) or self.plan(told, stream, now)
                events = [event for first, last in ranges for event in _read(tx, told.stream_id, first, last)]
                if events:
                    due.append((told.consumer, events))
        sent: dict[str, int] = {}
        for consumer, events in due:
            for message in speaker.messages(events):
                self._bus.resend(consumer, message)
            sent[consumer] = sent.get(consumer, 0) + len(events)
        return sent

    def plan(self, told: Subscriber, stream: Stream, now: datetime) -> list[Range]:
        """The numbers due for a consumer by its last receipt, as inclusive ranges; they count as sent now.

        A round begins when gaps are named or nothing moved for 5 s; the next follows when receipts reach its end, twice
        as large, or, half as large, when they stand still for 5 s.
        """
        key = (told.consumer, stream.stream_id)
        top = _top(stream)
        if told.settled_through >= top:
            self._rounds.pop(key, None)
            return []
        last = self._rounds.get(key)
        size = _next_size(last, told, now)
        if size is None:
            return []
        ranges = _first_numbers(_lacking(told, top), size)
        self._rounds[key] = _Round(size, ranges[-1][1], now)
        return ranges

    def _wished(self, tx: Transaction, told: Subscriber, stream: Stream, now: datetime) -> list[Range]:
        if told.resend_from is None:
            return []
        last = min(_top(stream), told.resend_from + ROWS - 1)
        tx.set_resend_from(told.consumer, told.stream_id, last + 1 if last < _top(stream) else None)
        return [(told.resend_from, last)]


def _top(stream: Stream) -> int:
    return stream.published_through if stream.ended_at is None else stream.ended_at


def _next_size(last: _Round | None, told: Subscriber, now: datetime) -> int | None:
    """How many numbers the next round may have; None while none is due."""
    if last is None:
        return FIRST if told.missing or now - told.moved_at >= STANDING else None
    if told.settled_through >= last.through:
        # Exactly at the end of a round and nothing behind it: the rest is lost too. Beyond: what is published flows.
        goes_on = bool(told.missing) or told.settled_through == last.through
        return min(LARGEST, last.size * 2) if goes_on or now - told.moved_at >= STANDING else None
    if now - max(last.sent_at, told.moved_at) < STANDING:
        return None
    return max(SMALLEST, last.size // 2)


def _lacking(told: Subscriber, top: int) -> list[Range]:
    named = [(first, min(last, top)) for first, last in told.missing if first <= top]
    return named or [(told.settled_through + 1, top)]


def _first_numbers(ranges: list[Range], size: int) -> list[Range]:
    chosen: list[Range] = []
    for first, last in ranges:
        if size <= 0:
            break
        chosen.append((first, min(last, first + size - 1)))
        size -= chosen[-1][1] - first + 1
    return chosen


def _read(tx: Transaction, stream_id: str, first: int, last: int) -> list[Numbered]:
    events: list[Numbered] = []
    for start in range(first, last + 1, ROWS):
        events += tx.numbered_between(stream_id, start, min(last, start + ROWS - 1))
    return events
