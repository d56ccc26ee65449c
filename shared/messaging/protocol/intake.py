"""What becomes of one batch of messages: new rows, moved rows, light rows, and how far the cursors go."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from shared.messaging.protocol.lives import Lives
from shared.messaging.protocol.records import Event, InboxEvent, InboxStatus, Known, Message, Position, Stored
from shared.messaging.protocol.scrubbing import without_erased_boxes
from shared.messaging.protocol.store import ROWS, Transaction

UNREADABLE = "unreadable body"


@dataclass(slots=True)
class Received:
    """What became of one batch: each message of it is one of stored, moved, passed (it needs no row), duplicates, ignored
    (void, or of a stream that isn't believed), garbage, hellos, or one of the alarms: numbers that came with another event
    than the stored one."""

    taken: int = 0
    stored: int = 0
    moved: int = 0
    passed: int = 0
    hellos: int = 0
    duplicates: int = 0
    ignored: int = 0
    garbage: int = 0
    cursor_moved: bool = False
    gap_open: bool = False
    alarms: list[Position] = field(default_factory=list)

    def fates(self) -> list[tuple[str, int]]:
        """How many messages met each fate, of those fates that occurred; together they are `taken`."""
        counted = ("stored", "moved", "passed", "hellos", "duplicates", "ignored", "garbage")
        fates = [(fate, getattr(self, fate)) for fate in counted] + [("alarms", len(self.alarms))]
        return [(fate, count) for fate, count in fates if count]


class Arrival(NamedTuple):
    """What came under a number."""

    event: Event
    unreadable_body: bool

    @property
    def event_id(self) -> UUID:
        """Of its event."""
        return self.event.event_id

    def mends(self, there: "Arrival | Stored") -> bool:
        """Whether this is the same event as `there`, whose body was damaged on the way and can be read now."""
        was_unreadable = there.unreadable_body if isinstance(there, Arrival) else _waits_for_its_body(there)
        return was_unreadable and not self.unreadable_body and self.event_id == there.event_id


def _waits_for_its_body(there: Stored) -> bool:
    return there.status is InboxStatus.PARKED and there.last_error == UNREADABLE


class Intake:
    """One transaction's worth of messages of one producer on their way to rows: sort, place, write, in this order."""

    def __init__(self, tx: Transaction, producer: str, handled: Collection[str], now: datetime) -> None:
        self.received = Received()
        self.lives = Lives(tx, producer)
        self._tx = tx
        self._producer = producer
        self._handled = handled
        self._now = now
        self._new: dict[Position, Arrival] = {}
        self._mended: dict[Position, Arrival] = {}
        self._inserts: dict[UUID, InboxEvent] = {}
        self._moves: dict[UUID, InboxEvent] = {}
        self._light: dict[str, set[int]] = {}
        self._ahead: dict[str, list[int]] = {}

    def sort(self, messages: Sequence[Message]) -> None:
        """Leave out what is known, void or not to be believed; keep the first of each new number."""
        for message in messages:
            self.lives.listen(message)
        arrived: dict[Position, Arrival] = {}
        for message in messages:
            if not self.lives.knows(message.stream_id):
                self.received.ignored += 1
            elif message.event is None:
                self.received.hellos += 1
            else:
                self.lives.see(message)
                at = Position(self._producer, message.stream_id, message.seq)
                self._keep_first(arrived, at, Arrival(message.event, message.unreadable_body))
        # The earlier life first: an event that comes under two numbers stays under the later one.
        for stream_id in sorted({at.stream_id for at in arrived}, key=lambda each: (self.lives[each].life, each)):
            self._sort_stream(stream_id, {at: new for at, new in arrived.items() if at.stream_id == stream_id})

    def _sort_stream(self, stream_id: str, arrived: dict[Position, Arrival]) -> None:
        stored = self._tx.stored_at(self._producer, stream_id, [at.seq for at in arrived])
        for at, arrival in arrived.items():
            if self.lives.is_void(stream_id, at.seq):
                self.received.ignored += 1
            elif at.seq in stored and arrival.mends(stored[at.seq]):
                self._mended[at] = arrival
            elif at.seq in stored:
                self._repeated(at, stored[at.seq].event_id, arrival.event_id)
            elif at.seq <= self.lives[stream_id].through or at.seq in self._ahead_of(stream_id):
                self.received.duplicates += 1
            else:
                self._new[at] = arrival

    def _keep_first(self, arrived: dict[Position, Arrival], at: Position, came: Arrival) -> None:
        first = arrived.setdefault(at, came)
        if came.mends(first):
            arrived[at] = came
        if first is not came:
            self._repeated(at, first.event_id, came.event_id)

    def _repeated(self, at: Position, stored: UUID, came: UUID) -> None:
        if stored == came:
            self.received.duplicates += 1
        else:
            self.received.alarms.append(at)

    def place(self) -> None:
        """Decide for each new number: a new row, a known event's new place, or nothing but the cursor."""
        for at, arrival in self._mended.items():
            event = without_erased_boxes(self._tx, [arrival.event])[arrival.event_id]
            self._moves[arrival.event_id] = self._row(at, arrival, event)
            self.received.moved += 1
        events = [arrival.event for arrival in self._new.values()]
        known = self._tx.known(self._producer, {event.event_id for event in events}) if events else {}
        scrubbed = without_erased_boxes(self._tx, [event for event in events if event.name in self._handled])
        for at, arrival in self._new.items():
            event_id = arrival.event_id
            if event_id in known:
                self._place_known(at, arrival, known[event_id], scrubbed)
            elif event_id in scrubbed:
                self._inserts[event_id] = self._row(at, arrival, scrubbed[event_id])
                known[event_id] = Known(at, InboxStatus.READY)
            else:
                self.received.passed += 1
                self._pass_over(at)

    def _place_known(self, at: Position, arrival: Arrival, known: Known, scrubbed: dict[UUID, Event]) -> None:
        event = scrubbed.get(arrival.event_id)
        if known.status is InboxStatus.PROCESSED or event is None:
            self.received.passed += 1
            self._pass_over(at)
            return
        self.received.moved += 1
        before = self._inserts.get(event.event_id)
        if before is not None:
            self._pass_over(before.at)
            self._inserts[event.event_id] = self._row(at, arrival, event)
        else:
            earlier = self._moves.get(event.event_id)
            self._pass_over(earlier.at if earlier else known.at)
            self._moves[event.event_id] = self._row(at, arrival, event)

    def _row(self, at: Position, arrival: Arrival, event: Event) -> InboxEvent:
        if arrival.unreadable_body:
            return InboxEvent(at, event, self._now, InboxStatus.PARKED, last_error=UNREADABLE)
        return InboxEvent(at, event, self._now)

    def _pass_over(self, at: Position) -> None:
        self._light.setdefault(at.stream_id, set()).add(at.seq)

    def write(self) -> None:
        """Store the rows, then move the cursors over what is contiguous."""
        if self._inserts:
            self._tx.insert_inbox(list(self._inserts.values()))
            self.received.stored = len(self._inserts)
        if self._moves:
            self._tx.move(list(self._moves.values()))
        for stream_id in sorted({at.stream_id for at in self._new} | set(self._light) | self.lives.reopened):
            self._advance(stream_id)
        self.received.cursor_moved = self.lives.save()

    def _advance(self, stream_id: str) -> None:
        light = {seq for seq in self._light.get(stream_id, ()) if not self.lives.is_void(stream_id, seq)}
        rows = {at.seq for at in self._new if at.stream_id == stream_id} - light
        through = self._contiguous(stream_id, light | rows)
        self.lives.move_to(stream_id, through)
        if self._ahead_of(stream_id):
            self._tx.drop_light(self._producer, stream_id, through)
        late = [Position(self._producer, stream_id, seq) for seq in sorted(light) if seq > through]
        if late:
            self._tx.add_light(late)
        if max(light | rows | set(self._ahead_of(stream_id)), default=0) > through:
            self.received.gap_open = True

    def _contiguous(self, stream_id: str, arrived: set[int]) -> int:
        """How far there is no hole any more."""
        through = self.lives[stream_id].through
        page = self._ahead_of(stream_id)
        while True:
            present = arrived.union(page)
            while through + 1 in present and not self.lives.is_void(stream_id, through + 1):
                through += 1
            if len(page) < ROWS or page[-1] > through:
                return through
            page = self._tx.numbers_after(self._producer, stream_id, through, ROWS)

    def _ahead_of(self, stream_id: str) -> list[int]:
        """The first numbers that were stored beyond the cursor before this batch: there is a gap before them."""
        if stream_id not in self._ahead:
            after = self.lives[stream_id].through
            self._ahead[stream_id] = self._tx.numbers_after(self._producer, stream_id, after, ROWS)
        return self._ahead[stream_id]
