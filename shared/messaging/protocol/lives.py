"""A consumer's view of one producer's streams: what messages say of their lives and ends, and what follows."""

from dataclasses import replace

from shared.messaging.limits import LONGEST_LEAP, MOST_LIVES
from shared.messaging.protocol.records import Cursor, Message, StreamEnd
from shared.messaging.protocol.store import Transaction

STREAM_ENDED = "stream ended"


class Lives:
    """The cursors of one producer inside one transaction, locked. `save` writes back what changed."""

    def __init__(self, tx: Transaction, producer: str) -> None:
        self._tx = tx
        self._producer = producer
        self._cursors = {cursor.stream_id: cursor for cursor in tx.lock_cursors(producer)}
        self._as_stored = dict(self._cursors)
        self._last_word: tuple[str, tuple[StreamEnd, ...]] | None = None
        self.reopened: set[str] = set()

    def __getitem__(self, stream_id: str) -> Cursor:
        return self._cursors[stream_id]

    def knows(self, stream_id: str) -> bool:
        """Whether there is a cursor of this stream."""
        return stream_id in self._cursors

    def listen(self, message: Message) -> None:
        """Learn of streams and ends. A message whose stream isn't known afterwards is to be ignored.

        A word is believed if the life it was said in is later than all known ones, or is the latest known one. A stream
        of no later life that isn't known was begun by a producer that forgot a life in a second restore: it is ignored
        until the producer has learned that from our receipt, has begun a life above both and says how each one ended.
        """
        word = (message.present_id, message.ends)
        if word != self._last_word:
            self._last_word = word
            self._believe(message)
        if message.stream_id in self._cursors:
            self._start_at(message.stream_id, message.first_seq)

    def move_to(self, stream_id: str, through: int) -> None:
        """Set how far the consumer has everything of the stream."""
        self._cursors[stream_id] = replace(self._cursors[stream_id], through=through)

    def see(self, message: Message) -> None:
        """Remember the greatest number that came of a known stream, with its mark."""
        cursor = self._cursors[message.stream_id]
        if message.mark is not None and message.seq > cursor.seen:
            self._cursors[message.stream_id] = replace(cursor, seen=message.seq, seen_mark=message.mark)

    def is_void(self, stream_id: str, seq: int) -> bool:
        """Whether the number lies beyond the end of its stream."""
        ended_at = self._cursors[stream_id].ended_at
        return ended_at is not None and seq > ended_at

    def save(self) -> bool:
        """Store the changed cursors; returns whether there were any."""
        changed = [cursor for key, cursor in self._cursors.items() if self._as_stored.get(key) != cursor]
        if changed:
            self._tx.save_cursors(changed)
        return bool(changed)

    def _believe(self, message: Message) -> None:
        if not self._is_credible(message):
            return
        self._add(message.present_id, message.present_life)
        for end in message.ends:
            self._add(end.stream_id, end.life)
            self._start_at(end.stream_id, end.first_seq)
            self._end(end.stream_id, end.through)

    def _is_credible(self, message: Message) -> bool:
        """Whether to believe the word. Streams are few and their lives close to each other; whoever claims others, or that
        the present one ended, wants to fill our tables, or to be above any life that can still begin."""
        ended = {end.stream_id for end in message.ends}
        if message.present_id in ended or len({*self._cursors, *ended, message.present_id}) > MOST_LIVES:
            return False
        latest = max(self._cursors.values(), key=lambda cursor: cursor.life, default=None)
        if latest is None or message.present_id == latest.stream_id:
            return True
        return latest.life < message.present_life <= latest.life + LONGEST_LEAP

    def _add(self, stream_id: str, life: int) -> None:
        if stream_id not in self._cursors:
            self._cursors[stream_id] = Cursor(self._producer, stream_id, life)

    def _start_at(self, stream_id: str, first_seq: int) -> None:
        # What left the outbox by retention was settled by every consumer of that time; only a newer one starts here.
        if self._cursors[stream_id].through < first_seq - 1:
            self.move_to(stream_id, first_seq - 1)
            self.reopened.add(stream_id)

    def _end(self, stream_id: str, through: int) -> None:
        cursor = self._cursors[stream_id]
        if cursor.ended_at == through:
            return
        if cursor.ended_at is not None and cursor.ended_at < through:
            # A later restore took a later backup: numbers that were void are facts again.
            self._tx.unskip_between(self._producer, stream_id, cursor.ended_at, through, STREAM_ENDED)
            self.reopened.add(stream_id)
        else:
            self._tx.skip_beyond(self._producer, stream_id, through, STREAM_ENDED)
            self._tx.drop_light_beyond(self._producer, stream_id, through)
        self._cursors[stream_id] = replace(cursor, ended_at=through, through=min(cursor.through, through))
