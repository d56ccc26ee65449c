"""One simulated service: its database, its business and the processes that run the protocol's steps for it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from random import Random

from shared.messaging.errors import LeadershipLost, Outage, RestoredWithoutRestore
from shared.messaging.protocol import receipts, streams
from shared.messaging.protocol.numbering import take_lead
from shared.messaging.protocol.processing import Handle, Processor
from shared.messaging.protocol.publishing import Publisher
from shared.messaging.protocol.receipts import ReceiptTimer
from shared.messaging.protocol.receiving import Receiver
from shared.messaging.protocol.records import Message
from shared.messaging.protocol.resending import Resending
from shared.messaging.protocol.speaking import Speaker
from tests.simulation.broker import Broker, Connection, QueueOf
from tests.simulation.business import PRODUCERS
from tests.simulation.lines import Lines
from tests.simulation.memory_database import Letter, is_accounted_for
from tests.simulation.memory_store import MemoryStore, MemoryTransaction


class RelayProcess:
    """A relay that leads, or believes so: a stopped and resumed one goes on with an old epoch."""

    def __init__(self, node: "Node") -> None:
        self.node = node
        self.connection = Connection(node.broker)
        self.bus = node.lines.bus(self.connection)
        self.lead = take_lead(node.store)
        self.publisher = Publisher(node.store, self.bus, node.name, self.lead, in_flight=node.rng.choice((2, 5, 50)))
        self.resending = Resending(node.store, self.bus, node.name)

    def number(self) -> None:
        """Give numbers."""
        self.publisher.expect(self.node.lines.number(self.node.store, self.lead))

    def publish(self) -> None:
        """Fill the window; a broken connection is followed by the next one."""
        if self.node.rng.random() < 0.25:
            # As the production relay does every other second.
            self.publisher.look_again()
        try:
            self.publisher.fill(self.node.now())
        except Outage:
            self._reconnect()
        if self.connection.is_returned:
            self.connection.is_returned = False
            self.publisher.window.refused()

    def _reconnect(self) -> None:
        self.connection.reconnect()
        self.publisher.window.connection_lost()

    def confirm(self) -> None:
        """Let confirms through, some as `multiple`, then record them."""
        confirms, now = self.connection.confirms, self.node.now()
        if confirms and self.node.rng.random() < 0.5:
            self.publisher.window.confirmed(confirms[-1], True, now)
        else:
            for tag in self.node.rng.sample(confirms, len(confirms)):
                self.publisher.window.confirmed(tag, False, now)
        confirms.clear()
        self.publisher.record()

    def refuse(self) -> None:
        """The broker says no to what is in flight."""
        self.publisher.window.refused()

    def lose_connection(self) -> None:
        """It breaks; confirms that were under way never come."""
        self._reconnect()

    def resend(self) -> None:
        """Send again what is due."""
        self.resending.step(self.node.now())
        for consumer in self.connection.returned_resends:
            self.resending.returned(consumer, self.node.now())
        self.connection.returned_resends.clear()

    def accept_receipts(self, at_most: int = 50) -> None:
        """Believe what consumers say; greet those that don't know all of our streams."""
        waiting = self.node.broker.receipts[self.node.name]
        for receipt in waiting[:at_most]:
            with self.node.store.begin() as tx:
                assert receipts.is_proven(tx, receipt, self.node.store.mark), "an honest receipt is proven"
                hello_due = receipts.accept(tx, receipt, self.node.new_stream_id, self.node.now())
                speaker = Speaker(self.node.name, tx.streams(), self.node.store.mark)
            if hello_due:
                self.bus.resend(receipt.consumer, speaker.hello())
        del waiting[:at_most]


class Node:
    """A service. Everything but `store` is gone when its process dies."""

    def __init__(
        self,
        name: str,
        rng: Random,
        broker: Broker,
        lines: Lines,
        now: Callable[[], datetime],
        handlers: Mapping[str, Handle[MemoryTransaction]],
    ) -> None:
        self.name, self.rng, self.broker, self.lines, self.now, self.handlers = name, rng, broker, lines, now, handlers
        self.store: MemoryStore = lines.store_class()
        self.ids_given = 0
        self.refusals = 0
        self.alarms = 0
        self.acknowledged_unstored = 0
        self.zombies: list[RelayProcess] = []
        self.restart()
        with self.store.begin() as tx:
            streams.begin_first_life(tx, self.new_stream_id)

    def restart(self) -> None:
        """A new process: nothing in memory, unacknowledged messages are delivered again."""
        self.broker.give_back(self.name)
        self.relay: RelayProcess | None = None
        self.receivers = {p: Receiver(self.store, p, self.handlers.keys()) for p in PRODUCERS[self.name]}
        self.timers = {p: ReceiptTimer() for p in PRODUCERS[self.name]}
        self.processor = Processor(
            self.store, self.handlers, PRODUCERS[self.name], self.rng.random, batch=self.rng.choice((1, 3, 100))
        )
        self.receipts_by = Connection(self.broker)
        self._hold_letters("sending")

    def _hold_letters(self, *states: str) -> None:
        letters = self.store.database.letters
        for key, letter in [(key, letter) for key, letter in letters.items() if letter.state in states]:
            letters[key] = Letter(letter.about, "unknown")

    def new_stream_id(self) -> str:
        """Never the same again, whatever is restored."""
        self.ids_given += 1
        return f"{self.name[0]}{self.ids_given}"

    def lead(self, run: Callable[[RelayProcess], None]) -> None:
        """Let the relay do something; take the lead before if there is none."""
        try:
            self.relay = self.relay or RelayProcess(self)
            run(self.relay)
        except LeadershipLost:
            self.relay = None
        except RestoredWithoutRestore:
            self.refusals += 1

    def lead_as_zombie(self, run: Callable[[RelayProcess], None]) -> None:
        """Let an old leader do something, until it notices."""
        zombie = self.rng.choice(self.zombies)
        try:
            run(zombie)
        except (LeadershipLost, RestoredWithoutRestore):
            self.zombies.remove(zombie)

    def receive(self, producer: str, at_most: int = 200) -> None:
        """One batch from one producer."""
        queue = QueueOf(self.broker, (self.name, producer), at_most, self._look_at_acknowledged)
        received = self.lines.receive(self, producer, queue)
        self.alarms += len(received.alarms)
        self.timers[producer].note(received)

    def _look_at_acknowledged(self, messages: Sequence[Message]) -> None:
        self.acknowledged_unstored += sum(not is_accounted_for(self.store.database, message) for message in messages)

    def process(self) -> None:
        """One step of the processor."""
        self.processor.step(self.now)

    def send_receipts(self) -> None:
        """Those that are due."""
        due = [producer for producer, timer in self.timers.items() if timer.is_due(self.now())]
        if not due:
            return
        with self.store.begin() as tx:
            composed = receipts.compose(tx, self.name, due)
        for receipt in composed:
            self.lines.send_receipt(self.receipts_by, receipt)
            self.timers[receipt.producer].sent(self.now())

    def restore(self) -> None:
        """What the operator's command does after the database was set back."""
        with self.store.begin() as tx:
            self.lines.restore(tx, self.new_stream_id, self.now())
        self._hold_letters("created", "sending")
