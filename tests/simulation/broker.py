"""The simulated broker: queues that may be wiped, unbound, shuffled, repeated and delayed, and connections that break."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from random import Random

from shared.messaging.errors import Outage
from shared.messaging.protocol.records import Garbage, Message, Receipt
from tests.simulation.business import CONSUMERS, PRODUCERS, SERVICES

Pair = tuple[str, str]


class Broker:
    """Queues `(consumer, producer)` and receipts by producer. `loss` is the chance that a queue drops a message."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.loss = 0.0
        self.queues: dict[Pair, list[Message]] = {(c, p): [] for c in SERVICES for p in PRODUCERS[c]}
        self.unacknowledged: dict[Pair, list[Message]] = defaultdict(list)
        self.unbound: set[Pair] = set()
        self.receipts: dict[str, list[Receipt]] = {name: [] for name in SERVICES}
        self.delayed: list[tuple[Pair, Message]] = []
        self.delayed_receipts: list[Receipt] = []

    def wipe(self) -> None:
        """The disk is gone: every message and receipt with it."""
        for queue in (*self.queues.values(), *self.unacknowledged.values()):
            queue.clear()
        for receipts in self.receipts.values():
            receipts.clear()

    def route(self, message: Message) -> bool:
        """To every consumer's queue that is bound; False if there is none."""
        bound = [
            pair for pair in ((c, message.producer) for c in CONSUMERS[message.producer]) if pair not in self.unbound
        ]
        for pair in bound:
            self.put(pair, message)
        return bool(bound)

    def put(self, pair: Pair, message: Message) -> None:
        """Into one queue, or nowhere."""
        if self.rng.random() >= self.loss:
            self.queues[pair].append(message)

    def give_back(self, consumer: str) -> None:
        """The consumer's process died: what it had not acknowledged is delivered again."""
        for pair, taken in self.unacknowledged.items():
            if pair[0] == consumer:
                self.queues[pair][:0] = taken
                taken.clear()

    def bind_all(self) -> None:
        """Every queue is declared and bound again."""
        self.unbound.clear()

    def release(self) -> None:
        """What was delayed arrives now."""
        for pair, message in self.delayed:
            self.queues[pair].append(message)
        for receipt in self.delayed_receipts:
            self.receipts[receipt.producer].append(receipt)
        self.delayed.clear()
        self.delayed_receipts.clear()


class Connection:
    """One relay's connection, a Bus. Confirms wait in `confirms` until the scheduler lets them through."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self.tag = 0
        self.confirms: list[int] = []
        self.is_returned = False
        self.returned_resends: list[str] = []
        self.breaks_after: int | None = None

    def publish(self, message: Message) -> None:
        """Route now, confirm later; may break in between."""
        if self.breaks_after is not None:
            self.breaks_after -= 1
            if self.breaks_after < 0:
                raise Outage("connection lost")
        self.tag += 1
        if self._broker.route(message):
            self.confirms.append(self.tag)
        else:
            self.is_returned = True

    def resend(self, consumer: str, message: Message) -> None:
        """To one queue, or returned."""
        pair = (consumer, message.producer)
        if pair in self._broker.unbound:
            self.returned_resends.append(consumer)
        else:
            self._broker.put(pair, message)

    def send_receipt(self, receipt: Receipt) -> None:
        """To the producer's receipts."""
        if self._broker.rng.random() >= self._broker.loss:
            self._broker.receipts[receipt.producer].append(receipt)

    def reconnect(self) -> None:
        """A new connection: tags count from 1, old confirms never come."""
        self.tag = 0
        self.confirms.clear()
        self.is_returned = False
        self.breaks_after = None


class QueueOf:
    """One consumer's queue from one producer, an Inbound. `at_most` makes small batches."""

    def __init__(self, broker: Broker, pair: Pair, at_most: int, on_ack: Callable[[Sequence[Message]], None]) -> None:
        self._broker = broker
        self._on_ack = on_ack
        self._pair = pair
        self._at_most = at_most

    def take(self, limit: int) -> Sequence[Message | Garbage]:
        """What is there, in order."""
        queue = self._broker.queues[self._pair]
        count = min(limit, self._at_most, len(queue))
        taken = queue[:count]
        del queue[:count]
        self._broker.unacknowledged[self._pair] += taken
        return taken

    def ack(self) -> None:
        """Everything taken is done with."""
        taken = self._broker.unacknowledged[self._pair]
        self._on_ack(taken)
        taken.clear()
