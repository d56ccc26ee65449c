"""Publishing: numbered events go out in order; what the broker confirmed is recorded."""

from datetime import datetime

from shared import failpoints
from shared.messaging.errors import LeadershipLost
from shared.messaging.protocol.bus import Bus
from shared.messaging.protocol.numbering import Lead, lock_led_stream
from shared.messaging.protocol.speaking import Speaker
from shared.messaging.protocol.store import ROWS, Store, Transaction
from shared.messaging.protocol.window import LARGEST, PublishingWindow


class Publisher:
    """Publishes one led stream over one connection after another. Confirms are told to `window` by the connection."""

    def __init__(
        self, store: Store[Transaction], bus: Bus, producer: str, lead: Lead, in_flight: int = LARGEST
    ) -> None:
        """Goes on where the stream was left. Raises LeadershipLost."""
        self._store = store
        self._bus = bus
        self._producer = producer
        self._lead = lead
        with store.begin() as tx:
            self._recorded = lock_led_stream(tx, lead).published_through
        self.window = PublishingWindow(self._recorded, in_flight)
        #: The last number given, as far as this process knows; None before it looked.
        self._last_seq: int | None = None

    def expect(self, numbered: int) -> int:
        """So many more have their numbers; returns how many."""
        if self._last_seq is not None:
            self._last_seq += numbered
        return numbered

    def look_again(self) -> None:
        """Let the next `fill` find out itself what is numbered. Nobody may rely on `expect` alone: what was numbered just when
        the database went away is told to nobody."""
        self._last_seq = None

    def fill(self, now: datetime) -> int:
        """Publish what is numbered, as far as the window has room; returns how many. Raises LeadershipLost, Outage."""
        wanted, first = min(self.window.room, ROWS), self.window.next_seq
        if not wanted or (self._last_seq is not None and first > self._last_seq):
            return 0
        with self._store.begin() as tx:
            speaker = Speaker(self._producer, tx.streams(), self._store.mark)
            if (speaker.present.stream_id, speaker.present.epoch) != (self._lead.stream_id, self._lead.epoch):
                raise LeadershipLost(f"epoch {self._lead.epoch} of {self._lead.stream_id} is over")
            events = tx.numbered_between(self._lead.stream_id, first, first + wanted - 1)
        if self._last_seq is None:
            self._last_seq = speaker.present.last_seq
        for message in speaker.messages(events):
            self.window.sent(message.seq, now)
            self._bus.publish(message)
        return len(events)

    def record(self) -> int:
        """Store how far the broker confirmed without a hole; returns by how many numbers that moved. Raises Outage."""
        moved = self.window.through - self._recorded
        if moved:
            failpoints.reached("relay.confirmed")
            with self._store.begin() as tx:
                tx.advance_published(self._lead.stream_id, self.window.through)
                failpoints.reached("relay.recording")
            failpoints.reached("relay.recorded")
            self._recorded = self.window.through
        return moved
