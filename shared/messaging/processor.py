"""The processor: handlers run over the inbox, in order per aggregate and never before the effects of the cause."""

import random
import threading
from collections.abc import Callable

import structlog

from shared import clock
from shared.messaging.handling import Handlers, by_name
from shared.messaging.loop import Loop
from shared.messaging.protocol.processing import Processor
from shared.messaging.store import SqlStore
from shared.messaging.topology import Topology

#: Seconds; what the receiver stores rings the bell, this is for retries that are due by the clock.
IDLE = 0.5

log = structlog.get_logger(component="processor")


class Processing(Loop):
    """Handles what the receiver stored."""

    def __init__(self, store: SqlStore, topology: Topology, handlers: Handlers, died: Callable[[], None]) -> None:
        super().__init__(f"{topology.service} processor", died)
        self._bell = threading.Event()
        self._processor = Processor(store, by_name(handlers), topology.producers, random.random)

    def turn(self) -> None:
        """Handle a batch; rest until the bell rings where there was nothing to do."""
        self._bell.clear()
        done = self._processor.step(clock.now)
        if done.parked:
            log.error("parked", name=self.name, count=done.parked)
        if not (done.processed or done.parked or done.skipped):
            self._bell.wait(IDLE)

    def wake(self) -> None:
        """There is something new in the inbox."""
        self._bell.set()
