"""What this service publishes, in SQL: its streams, its outbox, and what its consumers told."""

import json
from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import BigInteger, Integer, bindparam, column, func, insert, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from shared.messaging import tables
from shared.messaging.errors import NoStream
from shared.messaging.protocol.records import Numbered, Stream, Subscriber
from shared.messaging.store.rows import numbered_of, stream_of, subscriber_of
from shared.messaging.store.session import InTransaction
from shared.messaging.tables import outbox, stream, subscriber


class SqlPublishedSide(InTransaction):
    """Implements PublishedSide and Subscribers of the protocol's store."""

    def lock_present_stream(self) -> Stream:
        """See PublishedSide. Raises NoStream."""
        # A statement that had to wait while a life ended finds neither that one nor the one begun with it; the next does.
        row = self.session.execute(_present).one_or_none() or self.session.execute(_present).one_or_none()
        if row is None:
            raise NoStream
        return stream_of(row)

    def streams(self) -> list[Stream]:
        """See PublishedSide."""
        return [stream_of(row) for row in self._all(_streams)]

    def add_stream(self, stream: Stream) -> None:
        """See PublishedSide."""
        self._change(insert(tables.stream), [asdict(stream)])

    def end_stream(self, stream_id: str, at: int) -> None:
        """See PublishedSide."""
        self._change(update(stream).where(stream.c.stream_id == stream_id).values(ended_at=at, published_through=at))

    def raise_epoch(self, stream_id: str) -> int:
        """See PublishedSide."""
        raised = update(stream).where(stream.c.stream_id == stream_id).values(epoch=stream.c.epoch + 1)
        epoch: int = self.session.scalars(raised.returning(stream.c.epoch)).one()
        return epoch

    def unnumbered(self, limit: int) -> list[int]:
        """See PublishedSide."""
        return list(self.session.scalars(_unnumbered, {"limit": limit}))

    def give_numbers(self, stream_id: str, first_seq: int, positions: Sequence[int]) -> None:
        """See PublishedSide."""
        if self._on_postgresql:
            told = {"of_stream": stream_id, "before": first_seq - 1, "positions": list(positions)}
            self.session.execute(_numbering_all, told)
        else:
            values = [
                {"at": position, "n": seq, "of_stream": stream_id} for seq, position in enumerate(positions, first_seq)
            ]
            self._change(_numbering_each, values)
        self.session.execute(_moving_next, {"of_stream": stream_id, "next": first_seq + len(positions)})

    def numbered_between(self, stream_id: str, first: int, last: int) -> list[Numbered]:
        """See PublishedSide."""
        between = {"of_stream": stream_id, "first": first, "last": last}
        return [numbered_of(row) for row in self._all(_numbered_between, between)]

    def advance_published(self, stream_id: str, through: int) -> None:
        """See PublishedSide."""
        self.session.execute(_advancing, {"of_stream": stream_id, "through": through})

    def subscribers(self) -> list[Subscriber]:
        """See Subscribers."""
        return [subscriber_of(row) for row in self._all(_subscribers)]

    def save_subscribers(self, rows: Sequence[Subscriber]) -> None:
        """See Subscribers."""
        added = self._insert(subscriber)
        told = ("settled_through", "missing", "last_receipt_at", "moved_at")
        upsert = added.on_conflict_do_update(
            index_elements=[subscriber.c.consumer, subscriber.c.stream_id],
            set_={name: added.excluded[name] for name in told},
        )
        self._change(upsert, [{**asdict(row), "missing": json.dumps(row.missing)} for row in rows])

    def set_resend_from(self, consumer: str, stream_id: str, seq: int | None) -> int:
        """See Subscribers."""
        row = update(subscriber).where(subscriber.c.consumer == consumer, subscriber.c.stream_id == stream_id)
        return self._change(row.values(resend_from=seq))


# Made once: to build a statement anew costs more than to run it.
_this_stream = stream.c.stream_id == bindparam("of_stream")
_is_present = stream.c.ended_at.is_(None)
_streams = select(stream).order_by(stream.c.life, stream.c.stream_id)
_present = select(stream).where(_is_present).with_for_update()
_subscribers = select(subscriber).order_by(subscriber.c.consumer, subscriber.c.stream_id)

_waiting = select(outbox.c.position).where(outbox.c.seq.is_(None)).order_by(outbox.c.position)
_unnumbered = _waiting.limit(bindparam("limit", type_=Integer()))
_numbered = select(outbox).where(outbox.c.stream_id == bindparam("of_stream"), outbox.c.seq.is_not(None))
_numbered_between = _numbered.where(outbox.c.seq.between(bindparam("first"), bindparam("last"))).order_by(outbox.c.seq)

_moving_next = update(stream).where(_this_stream).values(next_seq=bindparam("next"))
_behind = update(stream).where(_this_stream, _is_present, stream.c.published_through < bindparam("through"))
_advancing = _behind.values(published_through=bindparam("through"))

_numbering = update(outbox).values(stream_id=bindparam("of_stream"))
_numbering_each = _numbering.where(outbox.c.position == bindparam("at")).values(seq=bindparam("n"))
#: One statement for a whole batch: the place in the array says the number.
_given = (
    func.unnest(bindparam("positions", type_=ARRAY(BigInteger)))
    .table_valued(column("position", BigInteger), with_ordinality="nth", name="given")
    .render_derived()
)
_numbering_all = _numbering.where(outbox.c.position == _given.c.position).values(
    seq=bindparam("before", type_=BigInteger()) + _given.c.nth
)
