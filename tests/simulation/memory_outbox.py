"""The published side of the memory store: streams, outbox and subscribers, told in dicts."""

from collections.abc import Sequence
from dataclasses import replace

from shared.messaging.errors import NoStream
from shared.messaging.protocol.records import (
    Event,
    Numbered,
    Stream,
    Subscriber,
)
from tests.simulation.memory_database import MemoryScope, OutboxRow


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
