"""What a publisher says: its events as messages, with the ends of its earlier streams on every one."""

from collections.abc import Callable, Iterable, Sequence

from shared.messaging.errors import NoStream
from shared.messaging.protocol.records import Message, Numbered, Stream, StreamEnd

#: (stream_id, seq) → the proof that the publisher gave that number.
Mark = Callable[[str, int], str]


class Speaker:
    """Words the messages of one publisher as of the moment when `streams` (all of its streams) were read."""

    def __init__(self, producer: str, streams: Sequence[Stream], mark: Mark) -> None:
        """Raises NoStream if none of the streams is present."""
        self.producer = producer
        self._mark = mark
        self.streams = {stream.stream_id: stream for stream in streams}
        present = [stream for stream in streams if stream.ended_at is None]
        if not present:
            raise NoStream(producer)
        self.present = present[0]
        self.ends = tuple(
            StreamEnd(stream.stream_id, stream.life, stream.ended_at, stream.first_seq)
            for stream in streams
            if stream.ended_at is not None
        )

    def messages(self, events: Iterable[Numbered]) -> list[Message]:
        """The events as they travel."""
        return [self._message(self.streams[row.stream_id], row.seq, row) for row in events]

    def hello(self) -> Message:
        """The present stream and the ends, without an event."""
        return self._message(self.present, 0, None)

    def _message(self, stream: Stream, seq: int, row: Numbered | None) -> Message:
        return Message(
            producer=self.producer,
            stream_id=stream.stream_id,
            life=stream.life,
            seq=seq,
            event=row.event if row else None,
            present_id=self.present.stream_id,
            present_life=self.present.life,
            first_seq=stream.first_seq,
            ends=self.ends,
            mark=self._mark(stream.stream_id, seq) if row else None,
        )
