"""What the worker's threads ask of a broker. One thread, one connection: none of these is shared between threads."""

from collections.abc import Mapping
from typing import Protocol

from shared.messaging.protocol.bus import Bus, Inbound
from shared.messaging.protocol.records import Receipt
from shared.messaging.protocol.window import PublishingWindow


class Relaying(Bus, Protocol):
    """The connection on which the relay publishes."""

    #: Seconds to attend while there is nothing to do.
    idle: float

    def confirm_to(self, window: PublishingWindow) -> None:
        """Tell this window of confirms, refusals and returns from now on."""
        ...

    @property
    def is_paused(self) -> bool:
        """Whether the broker wants nothing at the moment (an alarm, or a message it could route nowhere)."""
        ...

    def attend(self, seconds: float) -> None:
        """Let the connection work until something came, `wake` was called, or the time is over. Raises Outage."""
        ...

    def wake(self) -> None:
        """End `attend` early; the one method for other threads."""
        ...

    def close(self) -> None:
        """Hang up."""
        ...


class Consuming(Bus, Protocol):
    """A connection on which queues of this service are read, and receipts and resends are sent."""

    #: What comes from each producer.
    inbound: Mapping[str, Inbound]

    #: Seconds to attend while there is nothing to do.
    idle: float

    def take_receipts(self, limit: int) -> list[Receipt]:
        """The receipts for this service that are there now; each is taken off the queue."""
        ...

    def returned(self) -> set[str]:
        """The consumers whose resends came back since the last call."""
        ...

    def attend(self, seconds: float) -> None:
        """Wait until something came, `wake` was called, or the time is over. Raises Outage."""
        ...

    def wake(self) -> None:
        """End `attend` early; the one method for other threads."""
        ...

    def close(self) -> None:
        """Hang up; what was taken and not acknowledged comes again."""
        ...


class Broker(Protocol):
    """The broker as one service sees it. Every call may raise Outage."""

    def declare(self) -> None:
        """Make what is missing of this service's exchanges, queues and bindings."""
        ...

    def for_relay(self) -> Relaying:
        """A connection that publishes."""
        ...

    def for_receiver(self) -> Consuming:
        """A connection that reads what the producers send and sends receipts."""
        ...

    def for_receipts(self) -> Consuming:
        """A connection that reads receipts and resends."""
        ...
