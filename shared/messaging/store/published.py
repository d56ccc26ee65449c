"""What this service publishes, in SQL: its streams, its outbox, and what its consumers told."""

import json
from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import BigInteger, Update, bindparam, column, func, insert, literal, select, update
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
        present = select(stream).where(stream.c.ended_at.is_(None)).with_for_update()
        # A statement that had to wait while a life ended finds neither that one nor the one begun with it; the next does.
        row = self.session.execute(present).one_or_none() or self.session.execute(present).one_or_none()
        if row is None:
            raise NoStream
        return stream_of(row)

    def streams(self) -> list[Stream]:
        """See PublishedSide."""
        return [stream_of(row) for row in self._all(select(stream).order_by(stream.c.life, stream.c.stream_id))]

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
        waiting = select(outbox.c.position).where(outbox.c.seq.is_(None)).order_by(outbox.c.position).limit(limit)
        return list(self.session.scalars(waiting))

    def give_numbers(self, stream_id: str, first_seq: int, positions: Sequence[int]) -> None:
        """See PublishedSide."""
        if self._on_postgresql:
            self._change(_numbering_all(stream_id, first_seq, positions))
        else:
            one_by_one = update(outbox).where(outbox.c.position == bindparam("at"))
            values = [{"at": position, "n": seq} for seq, position in enumerate(positions, first_seq)]
            self._change(one_by_one.values(stream_id=stream_id, seq=bindparam("n")), values)
        behind = update(stream).where(stream.c.stream_id == stream_id)
        self._change(behind.values(next_seq=first_seq + len(positions)))

    def numbered_between(self, stream_id: str, first: int, last: int) -> list[Numbered]:
        """See PublishedSide."""
        between = _numbered.where(outbox.c.stream_id == stream_id, outbox.c.seq.between(first, last))
        return [numbered_of(row) for row in self._all(between)]

    def advance_published(self, stream_id: str, through: int) -> None:
        """See PublishedSide."""
        present = update(stream).where(stream.c.stream_id == stream_id, stream.c.ended_at.is_(None))
        self._change(present.where(stream.c.published_through < through).values(published_through=through))

    def subscribers(self) -> list[Subscriber]:
        """See Subscribers."""
        ordered = select(subscriber).order_by(subscriber.c.consumer, subscriber.c.stream_id)
        return [subscriber_of(row) for row in self._all(ordered)]

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


_numbered = select(outbox).where(outbox.c.seq.is_not(None)).order_by(outbox.c.seq)


def _numbering_all(stream_id: str, first_seq: int, positions: Sequence[int]) -> Update:
    """One statement for a whole batch: the place in the array says the number."""
    array = func.unnest(literal(list(positions), ARRAY(BigInteger)))
    given = array.table_valued(column("position", BigInteger), with_ordinality="nth", name="given").render_derived()
    numbered = update(outbox).where(outbox.c.position == given.c.position)
    return numbered.values(stream_id=stream_id, seq=literal(first_seq - 1, BigInteger) + given.c.nth)
