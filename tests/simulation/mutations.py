"""One safety line switched off at a time. Each must make the simulation fail, or the line is not needed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING
from uuid import UUID

from shared.messaging.errors import LeadershipLost
from shared.messaging.protocol import numbering, streams
from shared.messaging.protocol.bus import Bus, Inbound
from shared.messaging.protocol.intake import Received
from shared.messaging.protocol.records import (
    Garbage,
    InboxEvent,
    InboxStatus,
    Known,
    Message,
    Position,
    Receipt,
    Stream,
)
from shared.messaging.protocol.store import Store, Transaction
from tests.simulation.broker import Connection
from tests.simulation.lines import Lines
from tests.simulation.memory_claim import claim_heads
from tests.simulation.memory_database import MemoryDatabase
from tests.simulation.memory_store import MemoryStore, MemoryTransaction

if TYPE_CHECKING:
    from tests.simulation.node import Node


class PositionAsNumber(MemoryTransaction):
    """Looks for new rows behind the last numbered one, as an ordinary outbox does: late commits are never seen."""

    def unnumbered(self, limit: int) -> list[int]:
        last = max(self.database.numbered.values(), default=0)
        return [position for position in super().unnumbered(limit) if position > last]


class ForgetsConditions(MemoryTransaction):
    """Claims rows without the conditions named in `switched_off`."""

    switched_off: tuple[str, ...] = ()

    def claim_heads(self, producers: Collection[str], now: datetime, limit: int) -> list[InboxEvent]:
        return claim_heads(self.database, producers, now, limit, self.switched_off)


class PastAGap(ForgetsConditions):
    """Runs what lies behind a gap."""

    switched_off = ("has_no_gap_before", "earlier_lives_are_complete")


class TwoHeads(ForgetsConditions):
    """Runs later events of an aggregate beside an unfinished one."""

    switched_off = ("is_head",)


class NoCausalHold(ForgetsConditions):
    """Runs an event before its cause."""

    switched_off = ("cause_is_settled",)


class NoHoldForReferences(ForgetsConditions):
    """Runs an event before what it refers to."""

    switched_off = ("nothing_referred_to_is_behind",)


class LivesOutOfOrder(ForgetsConditions):
    """Runs a life before the ones before it are complete."""

    switched_off = ("earlier_lives_are_complete",)


class MarkOutside(MemoryTransaction):
    """Commits the effects first and marks the rows in a transaction of its own."""

    def __init__(self, database: MemoryDatabase, fate: Callable[[], str]) -> None:
        super().__init__(database, fate)
        self._marks: list[tuple[Sequence[Position], datetime]] = []

    def mark_processed(self, positions: Sequence[Position], at: datetime) -> None:
        self._marks.append((positions, at))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        super().__exit__(kind, error, trace)
        if kind is None and self._marks:
            for marks in self._marks:
                super().mark_processed(*marks)
            self.commit()


class NothingMoves(MemoryTransaction):
    """Leaves every known event at its old number, as if it were processed."""

    def known(self, producer: str, event_ids: Collection[UUID]) -> dict[UUID, Known]:
        known = super().known(producer, event_ids)
        return {event_id: replace(each, status=InboxStatus.PROCESSED) for event_id, each in known.items()}


class NoEpochCheck(MemoryTransaction):
    """Shows every relay the epoch it hopes for, so that the check under the lock never refuses."""

    hoped_for: numbering.Lead | None = None

    def lock_present_stream(self) -> Stream:
        stream = super().lock_present_stream()
        lead = NoEpochCheck.hoped_for
        return replace(stream, epoch=lead.epoch) if lead and lead.stream_id == stream.stream_id else stream


def _store(transaction: type[MemoryTransaction]) -> type[MemoryStore]:
    return type(f"StoreWith{transaction.__name__}", (MemoryStore,), {"transaction_class": transaction})


def _lines(transaction: type[MemoryTransaction]) -> type[Lines]:
    return type(f"LinesWith{transaction.__name__}", (Lines,), {"store_class": _store(transaction)})


class NoEpoch(Lines):
    """An old leader numbers what a new one has numbered meanwhile."""

    store_class = _store(NoEpochCheck)

    def number(self, store: Store[Transaction], lead: numbering.Lead) -> int:
        NoEpochCheck.hoped_for = lead
        try:
            return super().number(store, lead)
        except LeadershipLost:
            return 0
        finally:
            NoEpochCheck.hoped_for = None


class NoReceipts(Lines):
    """Consumers never tell what they have."""

    def send_receipt(self, connection: Connection, receipt: Receipt) -> None:
        return


class _AlreadyTaken:
    """Hands out what was taken and acknowledged before."""

    def __init__(self, taken: Sequence[Message | Garbage]) -> None:
        self._taken = taken

    def take(self, limit: int) -> Sequence[Message | Garbage]:
        return self._taken

    def ack(self) -> None:
        return


class AckBeforeStore(Lines):
    """Acknowledges first."""

    def receive(self, node: Node, producer: str, inbound: Inbound) -> Received:
        taken = inbound.take(200)
        inbound.ack()
        return node.receivers[producer].step(_AlreadyTaken(taken), node.now())


class SameStream(Lines):
    """A restored service goes on numbering where the backup was."""

    def restore(self, tx: MemoryTransaction, new_stream_id: streams.NewStreamId, now: datetime) -> None:
        return


class _WithoutEnds:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def publish(self, message: Message) -> None:
        self._connection.publish(replace(message, ends=()))

    def resend(self, consumer: str, message: Message) -> None:
        self._connection.resend(consumer, replace(message, ends=()))

    def send_receipt(self, receipt: Receipt) -> None:
        self._connection.send_receipt(receipt)


class NoEnds(Lines):
    """Nobody is told where a stream ended."""

    def bus(self, connection: Connection) -> Bus:
        return _WithoutEnds(connection)


class RandomIds(Lines):
    """What a handler adds gets a new id each time."""

    derived_ids = False


class RemadeMessagesNotHeld(Lines):
    """Restored notifications send whatever is made again."""

    holds_remade_messages = False


MUTATIONS: dict[str, type[Lines]] = {
    "no-gapless-number": _lines(PositionAsNumber),
    "no-receipts": NoReceipts,
    "past-a-gap": _lines(PastAGap),
    "mark-outside-transaction": _lines(MarkOutside),
    "two-heads": _lines(TwoHeads),
    "no-epoch": NoEpoch,
    "ack-before-store": AckBeforeStore,
    "no-causal-hold": _lines(NoCausalHold),
    "no-hold-for-references": _lines(NoHoldForReferences),
    "same-stream": SameStream,
    "no-ends": NoEnds,
    "lives-out-of-order": _lines(LivesOutOfOrder),
    "unfinished-not-moved": _lines(NothingMoves),
    "random-ids": RandomIds,
    "remade-not-held": RemadeMessagesNotHeld,
}
