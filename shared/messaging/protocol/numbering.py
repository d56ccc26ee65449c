"""Numbering: the one leader gives committed outbox rows their gapless numbers."""

from dataclasses import dataclass

from shared import failpoints
from shared.messaging.errors import LeadershipLost, RestoredWithoutRestore
from shared.messaging.protocol.records import Stream
from shared.messaging.protocol.store import ROWS, Store, Transaction


@dataclass(frozen=True, slots=True)
class Lead:
    """The right to number one stream, until somebody takes a later epoch or the stream ends."""

    stream_id: str
    epoch: int


def take_lead(store: Store[Transaction]) -> Lead:
    """Become the leader of the present stream; whoever led before is fenced off. Raises NoStream."""
    with store.begin() as tx:
        stream = tx.lock_present_stream()
        return Lead(stream.stream_id, tx.raise_epoch(stream.stream_id))


def number(store: Store[Transaction], lead: Lead) -> int:
    """Number what is committed and unnumbered, at most 500 rows; returns how many.

    Rows are looked up without a lock, so that an idle relay costs the writers nothing. The epoch checked under the lock
    proves that no other relay numbered them meanwhile. Raises LeadershipLost and RestoredWithoutRestore.
    """
    with store.begin() as tx:
        positions = tx.unnumbered(ROWS)
    if not positions:
        return 0
    with store.begin() as tx:
        stream = lock_led_stream(tx, lead)
        _refuse_if_restored(tx, stream)
        tx.give_numbers(stream.stream_id, stream.next_seq, positions)
        failpoints.reached("relay.numbering")
    failpoints.reached("relay.numbered")
    return len(positions)


def lock_led_stream(tx: Transaction, lead: Lead) -> Stream:
    """The present stream, locked. Raises LeadershipLost if `lead` isn't the latest one of it."""
    stream = tx.lock_present_stream()
    if (stream.stream_id, stream.epoch) != (lead.stream_id, lead.epoch):
        raise LeadershipLost(f"epoch {lead.epoch} of {lead.stream_id} is over")
    return stream


def _refuse_if_restored(tx: Transaction, stream: Stream) -> None:
    for told in tx.subscribers():
        if told.stream_id == stream.stream_id and told.settled_through > stream.last_seq:
            raise RestoredWithoutRestore(
                f"restored without `restore`: {told.consumer} has {stream.stream_id} through {told.settled_through}, "
                f"this database ends at {stream.last_seq}"
            )
