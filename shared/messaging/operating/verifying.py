"""The promises that one service's tables can be held to, as queries that find what breaks them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Table, and_, func, select
from sqlalchemy.orm import Session

from shared.messaging.protocol.lives import STREAM_ENDED
from shared.messaging.protocol.processing import NO_HANDLER
from shared.messaging.protocol.records import InboxStatus
from shared.messaging.tables import inbox, inbox_cursor, operator_log, outbox, stream, subscriber


@dataclass(frozen=True, slots=True)
class Violation:
    """A promise that isn't kept (`I1` … `I6`), and what shows it."""

    promise: str
    what: str

    def __str__(self) -> str:
        return f"{self.promise}: {self.what}"


def violations(session: Session) -> list[Violation]:
    """What is wrong, in words; an empty list when every promise holds."""
    return [Violation(promise, what) for promise, check in _CHECKS for what in check(session)]


def _numbering(session: Session) -> Iterator[str]:
    """I2: the numbers of each stream are 1, 2, 3 … without gaps, as far as retention left them."""
    given = select(outbox.c.stream_id, func.count(), func.min(outbox.c.seq), func.max(outbox.c.seq))
    by_stream = {row[0]: tuple(row)[1:] for row in session.execute(given.group_by(outbox.c.stream_id)) if row[0]}
    for row in session.execute(select(stream)):
        count, first, last = by_stream.pop(row.stream_id, (0, row.next_seq, row.next_seq - 1))
        if last - first + 1 != count or (first > row.first_seq and row.ended_at != 0):
            yield f"stream {row.stream_id} has {count} events from {first} to {last}, first_seq says {row.first_seq}"
        if last > row.next_seq - 1 or row.published_through > max(row.next_seq - 1, row.ended_at or 0):
            yield f"stream {row.stream_id} knows numbers that were never given"
    for unknown in by_stream:
        yield f"the outbox has events of an unknown stream {unknown}"


def _versions(session: Session) -> Iterator[str]:
    """I3: each aggregate's events count its versions without gaps (older ones may be gone by retention)."""
    counted = select(
        outbox.c.aggregate, func.count(), func.min(outbox.c.aggregate_seq), func.max(outbox.c.aggregate_seq)
    )
    broken = counted.group_by(outbox.c.aggregate).having(
        func.max(outbox.c.aggregate_seq) - func.min(outbox.c.aggregate_seq) + 1 != func.count()
    )
    for aggregate, *_ in session.execute(broken):
        yield f"versions of {aggregate} are missing in the outbox"


def _told_too_much(session: Session) -> Iterator[str]:
    """I1: no consumer has more than was ever numbered."""
    beyond = select(subscriber.c.consumer, subscriber.c.stream_id).join(
        stream, and_(stream.c.stream_id == subscriber.c.stream_id, subscriber.c.settled_through >= stream.c.next_seq)
    )
    for consumer, stream_id in session.execute(beyond.where(stream.c.ended_at.is_(None))):
        yield f"{consumer} has more of {stream_id} than this database numbered: restored without `restore`?"


def _once(session: Session) -> Iterator[str]:
    """I4: one cause makes at most one event of a name per aggregate, and an event has one row."""
    key = (outbox.c.cause_event_id, outbox.c.name, outbox.c.aggregate)
    twice = select(*key).where(outbox.c.cause_event_id.is_not(None)).group_by(*key).having(func.count() > 1)
    for cause, name, aggregate in session.execute(twice):
        yield f"{cause} caused {name} of {aggregate} more than once"


def _order(session: Session) -> Iterator[str]:
    """I5: nothing of an aggregate was processed while something before it is unfinished."""
    earlier = inbox.alias("earlier")
    passed = (
        select(inbox.c.aggregate)
        .join(
            earlier,
            and_(
                earlier.c.producer == inbox.c.producer,
                earlier.c.aggregate == inbox.c.aggregate,
                earlier.c.aggregate_seq < inbox.c.aggregate_seq,
                earlier.c.status.in_(["ready", "parked"]),
                # One that came back under a new number after a restore may be late without fault.
                earlier.c.stream_id == inbox.c.stream_id,
            ),
        )
        .where(inbox.c.status == "processed")
        .distinct()
    )
    for aggregate in session.scalars(passed):
        yield f"{aggregate} was processed past an unfinished event"


def _effects_before_causes(session: Session) -> Iterator[str]:
    """I5: no effect before its cause's."""
    cause = inbox.alias("cause")
    same = (cause.c.event_id == inbox.c.cause_event_id) & (cause.c.producer == inbox.c.cause_producer)
    early = select(inbox.c.event_id).join(cause, same)
    for event_id in session.scalars(
        early.where(inbox.c.status == "processed", cause.c.status.in_(["ready", "parked"]))
    ):
        yield f"{event_id} was processed before its cause"


def _reasons(session: Session) -> Iterator[str]:
    """I6: nothing is parked or skipped without a reason."""
    silent = select(inbox.c.event_id).where(inbox.c.status.in_(["parked", "skipped"]), inbox.c.last_error.is_(None))
    for event_id in session.scalars(silent):
        yield f"{event_id} was put aside without a reason"


def _skipped_by_somebody(session: Session) -> Iterator[str]:
    """I6: whatever was skipped was skipped by somebody, or by a rule of ours."""
    by_rule = inbox.c.last_error.in_([STREAM_ENDED, NO_HANDLER])
    logged = select(operator_log.c.key).where(operator_log.c.action == "skip")
    known = set(session.scalars(logged))
    by_hand = select(inbox.c.event_id).where(inbox.c.status == InboxStatus.SKIPPED.value, ~by_rule)
    for event_id in session.scalars(by_hand):
        if str(event_id) not in known:
            yield f"nobody is known to have skipped {event_id}"


def _fates(session: Session) -> Iterator[str]:
    """I6: every row is in one of the four states."""
    states = [status.value for status in InboxStatus]
    for event_id in session.scalars(select(inbox.c.event_id).where(inbox.c.status.not_in(states))):
        yield f"{event_id} is in a state that there isn't"


def _positions(session: Session) -> Iterator[str]:
    """I6: every row belongs to a stream that has a cursor."""
    lost = (
        select(inbox.c.producer, inbox.c.stream_id)
        .outerjoin(inbox_cursor, _same_stream(inbox_cursor, inbox))
        .where(inbox_cursor.c.stream_id.is_(None))
        .distinct()
    )
    for producer, stream_id in session.execute(lost).tuples():
        yield f"the inbox has events of {producer}'s stream {stream_id}, of which there is no cursor"


def _same_stream(one: Table, other: Table) -> ColumnElement[bool]:
    return and_(one.c.producer == other.c.producer, one.c.stream_id == other.c.stream_id)


_CHECKS: tuple[tuple[str, Callable[[Session], Iterator[str]]], ...] = (
    ("I1", _told_too_much),
    ("I2", _numbering),
    ("I3", _versions),
    ("I4", _once),
    ("I5", _order),
    ("I5", _effects_before_causes),
    ("I6", _reasons),
    ("I6", _skipped_by_somebody),
    ("I6", _fates),
    ("I6", _positions),
)
#: The invariants that one service's tables can show.
PROMISES = tuple(dict.fromkeys(promise for promise, _ in _CHECKS))
