"""A service's worker: relay, receiver, processor, receipts and timers, each a thread."""

from collections.abc import Callable, Mapping, Sequence

from shared import clock
from shared.database import Database
from shared.messaging import retention, topology
from shared.messaging.broker import broker_at
from shared.messaging.handling import Handlers
from shared.messaging.leadership import Leadership
from shared.messaging.loop import Loop
from shared.messaging.processor import Processing
from shared.messaging.receipts import Listening
from shared.messaging.receiver import Receiving
from shared.messaging.relay import Relay
from shared.messaging.store import SqlStore
from shared.messaging.timers import Ticking, Timer

#: Seconds between two looks at what may be forgotten.
RETENTION = 3600.0

#: Seconds that all threads together get to finish their turns.
PATIENCE = 10.0


class Worker:
    """All threads of one service. In the embedded run make every worker before starting the first: each makes its queues.

    `died` is called when a thread ends by an error; a process that runs nothing else ends itself then.
    """

    def __init__(
        self,
        database: Database,
        handlers: Handlers,
        *,
        amqp_url: str,
        ledger_key: str,
        timers: Sequence[Timer] = (),
        died: Callable[[], None] = lambda: None,
        pairs: Mapping[str, tuple[str, ...]] = topology.PAIRS,
    ) -> None:
        own = topology.of(database.service, pairs)
        store = SqlStore(database, ledger_key)
        broker = broker_at(amqp_url, own)
        leadership = Leadership(database)
        processing = Processing(store, own, handlers, died)
        handled = [event.name for event in handlers]
        self.relay = Relay(store, broker, own.service, leadership, died)
        self._loops: list[Loop] = [
            Receiving(store, broker, own, handled, processing.wake, died),
            Listening(store, broker, own, leadership, died),
            processing,
            self.relay,
            *(Ticking(database, timer, leadership, died) for timer in (*timers, _retention(own))),
        ]
        database.after_commit(self.relay.wake)

    def start(self) -> None:
        """Start every thread."""
        for loop in self._loops:
            loop.start()

    def stop(self) -> None:
        """Ask every thread to end, and wait for them."""
        until = clock.monotonic() + PATIENCE
        for loop in self._loops:
            loop.stop()
        for loop in self._loops:
            loop.join(max(0.0, until - clock.monotonic()))

    def alive(self) -> bool:
        """Whether every thread lives."""
        return all(loop.is_alive() for loop in self._loops)


def _retention(own: topology.Topology) -> Timer:
    def forget(database: Database) -> None:
        with database.write() as session:
            retention.forget(session, own.consumers)

    return "retention", RETENTION, forget
