"""How one service's events fare, and what of it needs somebody: for the operator's page and `events status`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from sqlalchemy import func, select, text, union
from sqlalchemy.orm import Session

from shared import clock
from shared.messaging import topology
from shared.messaging.measuring import Measures, age, how_many, measure
from shared.messaging.protocol.records import Cursor, Stream, Subscriber
from shared.messaging.protocol.store import ROWS
from shared.messaging.store.rows import cursor_of, stream_of, subscriber_of
from shared.messaging.tables import (
    READY,
    UNFINISHED,
    inbox,
    inbox_cursor,
    inbox_garbage,
    inbox_light,
    stream,
    subscriber,
)

#: Seconds after which silence, a lag or a gap needs somebody.
LATE = 60
#: Seconds after which a row that nothing holds up should have been handled.
STUCK = 300
#: For so long what could not be believed is worth a look.
LATELY = timedelta(days=1)


class Need(StrEnum):
    """What somebody has to look at, the most urgent first."""

    AHEAD = "ahead"
    PARKED = "parked"
    FAILING = "failing"
    UNPUBLISHED = "unpublished"
    SILENT = "silent"
    BEHIND = "behind"
    GAP = "gap"
    STUCK = "stuck"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that needs somebody: how many, or for how many seconds, and whom it is about."""

    need: Need
    amount: int = 0
    about: str = ""


@dataclass(frozen=True, slots=True)
class Hearer:
    """A consumer of our events, as it told us. Ages in seconds; None where it never told anything."""

    consumer: str
    settled_through: int
    lag: int
    missing: tuple[tuple[int, int], ...]
    receipt_age: float | None
    still_age: float | None
    resend_from: int | None


@dataclass(frozen=True, slots=True)
class Heard:
    """What we have of one stream of a producer. `gaps` are the first open ones, each its first and last missing number."""

    cursor: Cursor
    gaps: tuple[tuple[int, int], ...]
    ready: int
    parked: int


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything about one service's backbone. `failing` rows failed and will be tried again by themselves."""

    service: str
    present: Stream | None
    ended: tuple[Stream, ...]
    measures: Measures
    failing: int
    hearers: tuple[Hearer, ...]
    heard: tuple[Heard, ...]
    troubles: tuple[Trouble, ...]


def overview(session: Session, service: str) -> Overview:
    """Look at every table of the backbone."""
    streams = [stream_of(row) for row in session.execute(select(stream).order_by(stream.c.life))]
    present = next((one for one in streams if one.ended_at is None), None)
    hearers = tuple(_hearers(session, service, present))
    heard = tuple(_heard(session))
    measures = measure(session)
    failing = how_many(session, select(inbox.c.seq).where(text(READY), inbox.c.next_attempt_at.is_not(None)))
    return Overview(
        service=service,
        present=present,
        ended=tuple(one for one in streams if one.ended_at is not None),
        measures=measures,
        failing=failing,
        hearers=hearers,
        heard=heard,
        troubles=(
            *_own_troubles(session, measures, failing),
            *(trouble for hearer in hearers for trouble in _troubles_of_hearer(hearer, present)),
            *(trouble for one in heard for trouble in _troubles_of_heard(session, one)),
        ),
    )


def _hearers(session: Session, service: str, present: Stream | None) -> Iterator[Hearer]:
    told: dict[str, Subscriber] = {}
    if present:
        rows = session.execute(select(subscriber).where(subscriber.c.stream_id == present.stream_id))
        told = {row.consumer: subscriber_of(row) for row in rows}
    published = present.published_through if present else 0
    for consumer in sorted({*topology.of(service).consumers, *told}):
        word = told.get(consumer)
        if word is None:
            yield Hearer(consumer, 0, published, (), None, None, None)
        else:
            lag = max(0, published - word.settled_through)
            ages = (_age(word.last_receipt_at), _age(word.moved_at))
            yield Hearer(consumer, word.settled_through, lag, word.missing, *ages, word.resend_from)


def _heard(session: Session) -> Iterator[Heard]:
    counted = select(inbox.c.producer, inbox.c.stream_id, inbox.c.status, func.count())
    by_status = counted.where(text(UNFINISHED)).group_by(inbox.c.producer, inbox.c.stream_id, inbox.c.status)
    counts = {(row[0], row[1], row[2]): row[3] for row in session.execute(by_status)}
    order = (inbox_cursor.c.producer, inbox_cursor.c.life, inbox_cursor.c.stream_id)
    for row in session.execute(select(inbox_cursor).order_by(*order)).all():
        cursor = cursor_of(row)
        here = (cursor.producer, cursor.stream_id)
        yield Heard(cursor, _gaps(session, cursor), counts.get((*here, "ready"), 0), counts.get((*here, "parked"), 0))


def _gaps(session: Session, cursor: Cursor) -> tuple[tuple[int, int], ...]:
    beyond = [
        select(table.c.seq).where(
            table.c.producer == cursor.producer, table.c.stream_id == cursor.stream_id, table.c.seq > cursor.through
        )
        for table in (inbox, inbox_light)
    ]
    both = union(*beyond).subquery()
    numbers = list(session.scalars(select(both.c.seq).order_by(both.c.seq).limit(ROWS)))
    last = cursor.ended_at if cursor.ended_at is not None else max(numbers, default=0)
    present = [cursor.through, *(seq for seq in numbers if seq <= last)]
    return tuple((before + 1, after - 1) for before, after in pairwise(present) if after > before + 1)


def _own_troubles(session: Session, measures: Measures, failing: int) -> Iterator[Trouble]:
    if measures.parked:
        yield Trouble(Need.PARKED, measures.parked)
    if failing:
        yield Trouble(Need.FAILING, failing)
    if measures.oldest_unpublished > LATE:
        yield Trouble(Need.UNPUBLISHED, round(measures.oldest_unpublished))
    # Whatever failed or is missing explains why others wait.
    if measures.oldest_ready > STUCK and not (measures.parked or failing or measures.gaps):
        yield Trouble(Need.STUCK, round(measures.oldest_ready))
    lately = select(inbox_garbage.c.sha256).where(inbox_garbage.c.received_at > clock.now() - LATELY)
    if refused := how_many(session, lately):
        yield Trouble(Need.REFUSED, refused)


def _troubles_of_hearer(hearer: Hearer, present: Stream | None) -> Iterator[Trouble]:
    if present is None:
        return
    if hearer.settled_through > present.last_seq:
        yield Trouble(Need.AHEAD, hearer.settled_through - present.last_seq, hearer.consumer)
    elif hearer.receipt_age is None:
        if present.published_through:
            yield Trouble(Need.SILENT, 0, hearer.consumer)
    elif hearer.receipt_age > LATE:
        yield Trouble(Need.SILENT, round(hearer.receipt_age), hearer.consumer)
    elif hearer.lag and (hearer.still_age or 0) > LATE:
        yield Trouble(Need.BEHIND, hearer.lag, hearer.consumer)


def _troubles_of_heard(session: Session, heard: Heard) -> Iterator[Trouble]:
    cursor = heard.cursor
    if not heard.gaps:
        return
    here = (inbox.c.producer == cursor.producer, inbox.c.stream_id == cursor.stream_id, inbox.c.seq > cursor.through)
    if age(session, select(func.min(inbox.c.received_at)).where(*here)) > LATE:
        yield Trouble(Need.GAP, cursor.through + 1, cursor.producer)


def _age(since: datetime) -> float:
    return (clock.now() - since).total_seconds()
