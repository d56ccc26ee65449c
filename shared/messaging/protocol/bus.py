"""What a broker must offer to the steps. It may lose, repeat and reorder everything at any time."""

from collections.abc import Sequence
from typing import Protocol

from shared.messaging.protocol.records import Garbage, Message, Receipt


class Bus(Protocol):
    """The broker as one service sees it. Every call may raise Outage; none waits for a confirm."""

    def publish(self, message: Message) -> None:
        """Send to the events exchange of this service, persistent and mandatory. The n-th call on one connection has
        delivery tag n; who runs the connection tells its confirm, refusal or return to the PublishingWindow."""
        ...

    def resend(self, consumer: str, message: Message) -> None:
        """Send to the queue of one consumer only. A hello goes this way too."""
        ...

    def send_receipt(self, receipt: Receipt) -> None:
        """Send to the producer that the receipt is for."""
        ...


class Inbound(Protocol):
    """One consumer's queue from one producer."""

    def take(self, limit: int) -> Sequence[Message | Garbage]:
        """What is there now, at most `limit`, in the order of delivery; nothing is waited for. Raises Outage."""
        ...

    def ack(self) -> None:
        """Acknowledge everything taken so far (nothing, if that was on an earlier connection); what was taken and not
        acknowledged comes again. Raises Outage."""
        ...
