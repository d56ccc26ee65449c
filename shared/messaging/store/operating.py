"""Erasure and the operator's commands, in SQL."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select, text, update

from shared.messaging.outbox import write
from shared.messaging.protocol.records import InboxEvent, InboxStatus
from shared.messaging.store.rows import inbox_event_of, known_ids
from shared.messaging.store.session import InTransaction
from shared.messaging.tables import UNFINISHED, erased_subject, inbox, inbox_cursor, operator_log, outbox
from shared.seals import mark


class SqlErasure(InTransaction):
    """Implements Erasure of the protocol's store."""

    def note_erased(self, subject_ids: Collection[UUID], at: datetime) -> None:
        """See Erasure."""
        values = [{"mark": self._mark(subject_id), "erased_at": at} for subject_id in known_ids(subject_ids)]
        self._change(self._insert(erased_subject).on_conflict_do_nothing(), values)

    def erased_among(self, subject_ids: Collection[UUID]) -> set[UUID]:
        """See Erasure."""
        marks = {self._mark(subject_id): subject_id for subject_id in subject_ids}
        there = select(erased_subject.c.mark).where(self._among(erased_subject.c.mark, marks))
        return {marks[found] for found in self.session.scalars(there)}

    def scrub(self, subject_ids: Collection[UUID]) -> None:
        """See Erasure."""
        write(self.session)
        for table in (outbox, inbox):
            self._change(
                update(table).where(self._among(table.c.subject_id, known_ids(subject_ids))).values(sealed=None)
            )

    def subjects_with_boxes(self, after: UUID | None, limit: int) -> list[UUID]:
        """See Erasure."""
        first_of_each = []
        for table in (outbox, inbox):
            boxes = select(table.c.subject_id).where(table.c.subject_id.is_not(None), table.c.sealed.is_not(None))
            if after is not None:
                boxes = boxes.where(table.c.subject_id > after)
            first_of_each.append(
                select(boxes.distinct().order_by(table.c.subject_id).limit(limit).subquery().c.subject_id)
            )
        both = first_of_each[0].union(first_of_each[1]).subquery()
        return list(self.session.scalars(select(both.c.subject_id).order_by(both.c.subject_id).limit(limit)))

    def _mark(self, subject_id: UUID) -> str:
        return mark(self._ledger_key, "erased", subject_id)


class SqlOperatorSide(InTransaction):
    """Implements OperatorSide of the protocol's store."""

    def parked(self, limit: int, name: str | None = None, error: str | None = None) -> list[InboxEvent]:
        """See OperatorSide."""
        same_stream = (inbox_cursor.c.producer == inbox.c.producer) & (inbox_cursor.c.stream_id == inbox.c.stream_id)
        rows = select(inbox).join(inbox_cursor, same_stream).where(inbox.c.status == InboxStatus.PARKED.value)
        if name is not None:
            rows = rows.where(inbox.c.name == name)
        if error is not None:
            rows = rows.where(inbox.c.last_error.contains(error, autoescape=True))
        order = (inbox.c.received_at, inbox.c.producer, inbox_cursor.c.life, inbox.c.stream_id, inbox.c.seq)
        return [inbox_event_of(row) for row in self._all(rows.order_by(*order).limit(limit))]

    def replay(self, event_ids: Collection[UUID]) -> int:
        """See OperatorSide."""
        has_failed = (inbox.c.status == InboxStatus.PARKED.value) | inbox.c.next_attempt_at.is_not(None)
        failed = update(inbox).where(self._among(inbox.c.event_id, event_ids), text(UNFINISHED), has_failed)
        anew = {"suspect": False, "attempts": 0, "deaths": 0, "next_attempt_at": None}
        return self._change(failed.values(status=InboxStatus.READY.value, **anew))

    def skip(self, event_ids: Collection[UUID], reason: str) -> int:
        """See OperatorSide."""
        rows = update(inbox).where(self._among(inbox.c.event_id, event_ids), text(UNFINISHED))
        skipped = InboxStatus.SKIPPED.value
        return self._change(rows.values(status=skipped, last_error=reason, suspect=False, next_attempt_at=None))

    def log_operation(self, at: datetime, actor: str, action: str, key: str, reason: str) -> None:
        """See OperatorSide."""
        self.session.execute(insert(operator_log).values(at=at, actor=actor, action=action, key=key, reason=reason))
