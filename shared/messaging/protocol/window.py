"""The publishing window: which numbers are on their way to the broker, and what its confirms prove."""

from collections import deque
from datetime import datetime, timedelta

LARGEST = 1_000
PATIENCE = timedelta(seconds=30)


class PublishingWindow:
    """Own accounting of delivery tags on one connection after another. A lost or refused number takes everything behind
    the last contiguous confirm with it: publishing goes on from there, in order, with half as much in flight."""

    def __init__(self, published_through: int, largest: int = LARGEST) -> None:
        self.through = published_through
        self.size = largest
        self._largest = largest
        self._sent_through = published_through
        self._next_tag = 1
        self._in_flight: deque[tuple[int, int]] = deque()
        self._confirmed: set[int] = set()
        self._waiting_since: datetime | None = None

    @property
    def next_seq(self) -> int:
        """The number to publish next."""
        return self._sent_through + 1

    @property
    def in_flight(self) -> int:
        """How many numbers wait for their confirm or for one before them."""
        return len(self._in_flight)

    @property
    def room(self) -> int:
        """How many more may be sent now."""
        return max(0, self.size - len(self._in_flight))

    def sent(self, seq: int, now: datetime) -> None:
        """`seq` (the next one) is handed to the connection. Call it before, since a confirm may come at once."""
        self._in_flight.append((self._next_tag, seq))
        self._next_tag += 1
        self._sent_through = seq
        self._waiting_since = self._waiting_since or now

    def confirmed(self, tag: int, multiple: bool, now: datetime) -> None:
        """The broker has it (`multiple`: and everything before). Tags from before a setback say nothing."""
        if not multiple and self._in_flight and self._in_flight[0][0] <= tag <= self._in_flight[-1][0]:
            self._confirmed.add(tag)
        while self._in_flight and self._is_settled(self._in_flight[0][0], tag if multiple else 0):
            done, self.through = self._in_flight.popleft()
            self._confirmed.discard(done)
            self.size = min(self._largest, self.size + 1)
        self._waiting_since = now if self._in_flight else None

    def _is_settled(self, tag: int, all_through: int) -> bool:
        return tag <= all_through or tag in self._confirmed

    def refused(self) -> None:
        """The broker refused or returned one: go on behind the last contiguous confirm, with half the window."""
        self._in_flight.clear()
        self._confirmed.clear()
        self._sent_through = self.through
        self._waiting_since = None
        self.size = max(1, self.size // 2)

    def connection_lost(self) -> None:
        """As refused; the next connection counts its tags from 1."""
        self.refused()
        self._next_tag = 1

    def is_stalled(self, now: datetime) -> bool:
        """Whether no confirm came for 30 seconds though some are due: the connection is to be dropped."""
        return self._waiting_since is not None and now - self._waiting_since >= PATIENCE
