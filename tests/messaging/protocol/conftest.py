"""A memory store, and a bus that remembers what it was given."""

from collections.abc import Sequence

import pytest

from shared.messaging.protocol.records import Garbage, Message, Receipt
from tests.simulation.memory_store import MemoryStore


class Notebook:
    """A Bus and an Inbound: what was sent can be read, what is `waiting` can be taken."""

    def __init__(self) -> None:
        self.published: list[Message] = []
        self.resent: list[tuple[str, Message]] = []
        self.receipts: list[Receipt] = []
        self.waiting: list[Message | Garbage] = []
        self.acknowledged = 0

    def publish(self, message: Message) -> None:
        self.published.append(message)

    def resend(self, consumer: str, message: Message) -> None:
        self.resent.append((consumer, message))

    def send_receipt(self, receipt: Receipt) -> None:
        self.receipts.append(receipt)

    def take(self, limit: int) -> Sequence[Message | Garbage]:
        taken, self.waiting = self.waiting[:limit], self.waiting[limit:]
        return taken

    def ack(self) -> None:
        self.acknowledged += 1


@pytest.fixture
def store() -> MemoryStore:
    """A fresh memory database."""
    return MemoryStore()


@pytest.fixture
def bus() -> Notebook:
    """A bus that remembers."""
    return Notebook()
