"""The publisher's ear: receipts are believed, and what a consumer lacks is sent to it again."""

from collections.abc import Callable

import structlog

from shared import clock, failpoints, metrics
from shared.messaging.broker.connecting import Broker, Consuming
from shared.messaging.errors import NoStream
from shared.messaging.leadership import Leadership
from shared.messaging.loop import Loop
from shared.messaging.protocol.receipts import accept, is_proven
from shared.messaging.protocol.records import Receipt
from shared.messaging.protocol.resending import Resending
from shared.messaging.protocol.speaking import Speaker
from shared.messaging.relay import new_stream_id
from shared.messaging.store import SqlStore, SqlTransaction
from shared.messaging.topology import Topology

BATCH = 100

log = structlog.get_logger(component="receipts")


class Listening(Loop):
    """Takes receipts, answers with a hello where a consumer doesn't know all streams, and resends while it leads."""

    def __init__(
        self, store: SqlStore, broker: Broker, topology: Topology, leadership: Leadership, died: Callable[[], None]
    ) -> None:
        super().__init__(f"{topology.service} receipts", died)
        self._store = store
        self._broker = broker
        self._topology = topology
        self._leadership = leadership
        self._connection: Consuming | None = None
        self._resending: Resending | None = None

    def open(self) -> None:
        """Connect; declare what is missing first."""
        self._broker.declare()
        self._connection = self._broker.for_receipts()
        self._resending = Resending(self._store, self._connection, self._topology.service)

    def turn(self) -> None:
        """Take what receipts are there, then resend what is due."""
        if self._connection is None or self._resending is None:
            self.open()
            return
        self._connection.attend(self._connection.idle)
        try:
            self._believe(self._connection, self._connection.take_receipts(BATCH))
            if self._leadership.is_held:
                self._resend(self._connection, self._resending)
        except NoStream:
            # The relay has yet to begin the first one; consumers repeat their receipts.
            self.rest(self._connection.idle)

    def close(self) -> None:
        """Hang up."""
        connection, self._connection = self._connection, None
        if connection:
            connection.close()

    def wake(self) -> None:
        """Look again."""
        if connection := self._connection:
            connection.wake()

    def _resend(self, connection: Consuming, resending: Resending) -> None:
        for consumer in connection.returned():
            resending.returned(consumer, clock.now())
        for consumer, count in resending.step(clock.now()).items():
            metrics.RELAY_RESENT.labels(self._topology.service, consumer).inc(count)

    def _believe(self, connection: Consuming, receipts: list[Receipt]) -> None:
        latest = {r.consumer: r for r in receipts if r.consumer in self._topology.consumers}
        if not latest:
            return
        failpoints.reached("receipts.taken")
        with self._store.begin() as tx:
            now = clock.now()
            believed = {c: receipt for c, receipt in latest.items() if self._is_proven(tx, receipt)}
            lost = [c for c, receipt in believed.items() if accept(tx, receipt, new_stream_id, now)]
            speaker = Speaker(self._topology.service, tx.streams(), self._store.mark)
            failpoints.reached("receipts.believing")
        failpoints.reached("receipts.believed")
        for consumer in lost:
            connection.resend(consumer, speaker.hello())

    def _is_proven(self, tx: SqlTransaction, receipt: Receipt) -> bool:
        proven = is_proven(tx, receipt, self._store.mark)
        if not proven:
            log.error("security: a receipt for numbers that nobody gave", name=self.name, consumer=receipt.consumer)
        return proven
