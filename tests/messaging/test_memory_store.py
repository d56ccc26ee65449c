"""The memory store of the simulation keeps the contract that the real stores keep."""

import pytest

from shared.messaging.protocol.records import Event
from tests.messaging.claim_contract import ClaimContract
from tests.messaging.inbox_contract import ProcessingContract, ReceivingContract
from tests.messaging.store_contract import Add, ErasureContract, PublishedContract
from tests.simulation.memory_store import MemoryStore, MemoryTransaction


@pytest.fixture
def store() -> MemoryStore:
    """A fresh memory database."""
    return MemoryStore()


@pytest.fixture
def add() -> Add:
    """Events are added as the simulated services add them."""

    def add_event(tx: MemoryTransaction, event: Event) -> None:
        tx.add_event(event)

    return add_event


class TestPublished(PublishedContract):
    """Streams, outbox, subscribers."""


class TestReceiving(ReceivingContract):
    """Cursors, inbox rows, light rows."""


class TestClaims(ClaimContract):
    """Which rows may run."""


class TestProcessing(ProcessingContract):
    """What becomes of rows."""


class TestErasure(ErasureContract):
    """The ledger and the boxes."""
