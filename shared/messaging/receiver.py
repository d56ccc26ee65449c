"""The receiver: what the producers send is stored before it is acknowledged, and they are told what is there."""

from collections.abc import Callable, Collection
from datetime import datetime

import structlog

from shared import clock, failpoints, metrics
from shared.messaging.broker.connecting import Broker, Consuming
from shared.messaging.loop import Loop
from shared.messaging.protocol.intake import Received
from shared.messaging.protocol.receipts import ReceiptTimer, compose
from shared.messaging.protocol.receiving import Receiver
from shared.messaging.store import SqlStore
from shared.messaging.topology import Topology

log = structlog.get_logger(component="receiver")


class Receiving(Loop):
    """Fills the inbox of one service from all its producers; `stored` is told when there is something to handle."""

    def __init__(
        self,
        store: SqlStore,
        broker: Broker,
        topology: Topology,
        handled: Collection[str],
        stored: Callable[[], None],
        died: Callable[[], None],
    ) -> None:
        super().__init__(f"{topology.service} receiver", died)
        self._store = store
        self._broker = broker
        self._service = topology.service
        self._stored = stored
        self._receivers = {producer: Receiver(store, producer, handled) for producer in topology.producers}
        self._timers = {producer: ReceiptTimer() for producer in topology.producers}
        self._connection: Consuming | None = None

    def open(self) -> None:
        """Connect; declare what is missing first, since a queue that isn't there can't be read."""
        self._broker.declare()
        self._connection = self._broker.for_receiver()

    def turn(self) -> None:
        """Take what is there from every producer, and send the receipts that are due."""
        connection = self._connection
        if connection is None:
            self.open()
            return
        connection.attend(connection.idle)
        for producer, receiver in self._receivers.items():
            self._note(producer, receiver.step(connection.inbound[producer], clock.now()))
        self._tell(connection, clock.now())

    def close(self) -> None:
        """Hang up."""
        connection, self._connection = self._connection, None
        if connection:
            connection.close()

    def wake(self) -> None:
        """Look again."""
        if connection := self._connection:
            connection.wake()

    def _note(self, producer: str, received: Received) -> None:
        self._timers[producer].note(received)
        metrics.INBOX_DUPLICATES.labels(self._service).inc(received.duplicates)
        for fate, count in received.fates():
            metrics.INBOX_TAKEN.labels(self._service, producer, fate).inc(count)
        for at in received.alarms:
            log.error("security: two events under one number", producer=producer, stream=at.stream_id, seq=at.seq)
        if received.stored or received.moved or received.cursor_moved:
            self._stored()

    def _tell(self, connection: Consuming, now: datetime) -> None:
        due = [producer for producer, timer in self._timers.items() if timer.is_due(now)]
        if not due:
            return
        with self._store.begin() as tx:
            receipts = compose(tx, self._service, due)
        for receipt in receipts:
            connection.send_receipt(receipt)
            self._timers[receipt.producer].sent(now)
        failpoints.reached("receiver.told")
