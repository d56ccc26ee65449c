"""The safety lines as designed. A mutation overrides one of them; see mutations.py."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from shared.messaging.protocol import numbering, streams
from shared.messaging.protocol.bus import Bus, Inbound
from shared.messaging.protocol.intake import Received
from shared.messaging.protocol.records import Receipt
from shared.messaging.protocol.store import Store, Transaction
from tests.simulation.broker import Connection
from tests.simulation.memory_store import MemoryStore, MemoryTransaction

if TYPE_CHECKING:
    from tests.simulation.node import Node


class Lines:
    """How each service is put together from the production steps."""

    store_class: type[MemoryStore] = MemoryStore
    derived_ids = True
    holds_remade_messages = True

    def bus(self, connection: Connection) -> Bus:
        """What relays publish through."""
        return connection

    def number(self, store: Store[Transaction], lead: numbering.Lead) -> int:
        """Give numbers to what is committed; returns how many."""
        return numbering.number(store, lead)

    def receive(self, node: Node, producer: str, inbound: Inbound) -> Received:
        """Store what is there, then acknowledge."""
        return node.receivers[producer].step(inbound, node.now())

    def send_receipt(self, connection: Connection, receipt: Receipt) -> None:
        """Tell the producer."""
        connection.send_receipt(receipt)

    def restore(self, tx: MemoryTransaction, new_stream_id: streams.NewStreamId, now: datetime) -> None:
        """Begin the next life after the database was set back."""
        streams.restore(tx, new_stream_id, now)
