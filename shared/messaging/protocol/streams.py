"""The lives of a publisher: the first one, the one that a restore begins, and those that a second restore forgot."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from shared.messaging.limits import LONGEST_LEAP, MOST_LIVES
from shared.messaging.protocol import scrubbing
from shared.messaging.protocol.records import Held, Stream
from shared.messaging.protocol.store import Transaction

NewStreamId = Callable[[], str]


def begin_first_life(tx: Transaction, new_stream_id: NewStreamId) -> None:
    """Give a fresh database its first stream; one that has a stream stays as it is."""
    if not tx.streams():
        tx.add_stream(Stream(new_stream_id(), life=1))


def restore(tx: Transaction, new_stream_id: NewStreamId, now: datetime) -> Stream:
    """After this database was set back to an earlier moment: end its stream, begin the next life and return it.

    The old stream ends at the last number that this database gave, which is the last one its outbox can still hold.
    """
    begun = _begin_next_life(tx, new_stream_id, above=0)
    begun = replace(begun, restored_at=now)
    tx.add_stream(begun)
    scrubbing.apply_ledger(tx)
    return begun


def remember_forgotten_lives(tx: Transaction, unknown: Sequence[Held], new_stream_id: NewStreamId) -> None:
    """Streams of ours that a consumer knows and we don't: lives lost by a second restore. They ended at 0.

    If such a life is not older than the present one, consumers can't tell which of the two is the later: a life above
    both begins. A consumer that invents streams of ours achieves no more than that: only so many are believed.
    """
    present = tx.lock_present_stream()
    known = {stream.stream_id for stream in tx.streams()}
    room = max(0, MOST_LIVES // 2 - len(known))
    nearby = [held for held in unknown if held.life <= present.life + LONGEST_LEAP]
    forgotten = [held for held in nearby if held.stream_id not in known][:room]
    for held in forgotten:
        tx.add_stream(Stream(held.stream_id, held.life, ended_at=0))
    highest = max((held.life for held in forgotten), default=0)
    if highest >= present.life:
        tx.add_stream(_begin_next_life(tx, new_stream_id, above=highest))


def _begin_next_life(tx: Transaction, new_stream_id: NewStreamId, above: int) -> Stream:
    present = tx.lock_present_stream()
    tx.end_stream(present.stream_id, present.last_seq)
    life = max(above, *(stream.life for stream in tx.streams())) + 1
    return Stream(new_stream_id(), life, epoch=present.epoch, restored_at=present.restored_at)
