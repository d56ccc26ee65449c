"""Receiving: what the broker delivers is stored, once, before it is acknowledged."""

from collections.abc import Collection, Sequence
from datetime import datetime

from shared import failpoints
from shared.messaging.protocol.bus import Inbound
from shared.messaging.protocol.intake import Intake, Received
from shared.messaging.protocol.records import Garbage, Message
from shared.messaging.protocol.store import Store, Transaction

BATCH = 200


class Receiver:
    """Takes the messages of one producer into an inbox; `handled` are the names that have handlers here."""

    def __init__(self, store: Store[Transaction], producer: str, handled: Collection[str]) -> None:
        self._store = store
        self._producer = producer
        self._handled = handled
        self._taken: Sequence[Message | Garbage] = ()

    def step(self, inbound: Inbound, now: datetime) -> Received:
        """One batch: take what is there, store it in one transaction, then acknowledge. Raises Outage.

        What could not be stored is kept for the next step: to acknowledge later deliveries acknowledges it too.
        """
        self._taken = self._taken or inbound.take(BATCH)
        if not self._taken:
            return Received()
        failpoints.reached("receiver.taken")
        with self._store.begin() as tx:
            received = receive(tx, self._producer, self._handled, self._taken, now)
            failpoints.reached("receiver.storing")
        self._taken = ()
        failpoints.reached("receiver.stored")
        inbound.ack()
        failpoints.reached("receiver.acknowledged")
        return received


def receive(
    tx: Transaction,
    producer: str,
    handled: Collection[str],
    deliveries: Sequence[Message | Garbage],
    now: datetime,
) -> Received:
    """Store deliveries of one producer and move its cursors."""
    intake = Intake(tx, producer, handled, now)
    garbage = [delivery for delivery in deliveries if isinstance(delivery, Garbage)]
    if garbage:
        tx.keep_garbage(garbage, now)
    intake.sort([delivery for delivery in deliveries if isinstance(delivery, Message)])
    intake.place()
    intake.write()
    intake.received.taken, intake.received.garbage = len(deliveries), len(garbage)
    return intake.received
