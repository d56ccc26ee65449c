"""Letting people in: what a desk or a visitor says is judged entry by entry, and what was said before changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.registration import tickets
from services.registration.attendance import recount
from services.registration.config import Config
from services.registration.models import Checkin, Conference, Registration
from services.registration.models.attendance import (
    MOST_SELF_WALK_INS,
    Entry,
    has_entrance,
    takes_visitors_themselves,
)
from services.registration.models.registrations import CONFIRMED
from services.registration.use_cases.locks import locked_conference
from shared import clock
from shared.columns import encrypt
from shared.rules import IllegalTransition
from shared.web.i18n import gettext

#: What became of an entry; only with the first somebody is counted who wasn't before.
CHECKED_IN, ALREADY, UNKNOWN_TICKET, UNDONE, NOTHING_TO_UNDO = (
    "checked_in",
    "already",
    "unknown_ticket",
    "undone",
    "nothing_to_undo",
)
OTHER_CONFERENCE = "other_conference"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of one entry. `at` and `people` are those of the entry that counts."""

    client_id: UUID
    result: str
    at: datetime | None = None
    people: int | None = None


def record(
    session: Session, config: Config, conference_id: UUID, entries: Sequence[Entry], by: UUID | None
) -> list[Verdict]:
    """Judge the entries in their order; `by` is the staff session, or None for visitors themselves.

    Entries that were judged before get the same verdict and change nothing. Raises NotFound, or IllegalTransition while
    nobody is let in at this conference.
    """
    conference = locked_conference(session, conference_id)
    if not has_entrance(conference):
        raise IllegalTransition(gettext("Für diese Konferenz gibt es keinen Einlass."))
    book = _Book.opened(session, config, conference_id, entries)
    verdicts = [_judge(session, config, conference, book, entry, by) for entry in entries]
    recount(session, conference)
    return verdicts


def record_self(session: Session, config: Config, conference_id: UUID, entry: Entry) -> Verdict:
    """Judge what visitors say themselves, on the day. Raises NotFound, or IllegalTransition outside its hours and when so
    many came without a ticket that somebody should look."""
    conference = locked_conference(session, conference_id)
    if not takes_visitors_themselves(conference):
        raise IllegalTransition(gettext("Das geht nur am Tag der Konferenz, solange sie dauert."))
    if entry.ticket is None and entry.registration_id is None:
        _require_room(session, conference_id)
    [verdict] = record(session, config, conference_id, [entry], by=None)
    return verdict


def _require_room(session: Session, conference_id: UUID) -> None:
    by_themselves = select(func.count()).where(
        Checkin.conference_id == conference_id, Checkin.is_walk_in, Checkin.recorded_by.is_(None)
    )
    if (session.scalar(by_themselves) or 0) >= MOST_SELF_WALK_INS:
        raise IllegalTransition(gettext("Bitte gehen Sie zum Empfang: Dort zählt Sie jemand dazu."))


@dataclass(frozen=True, slots=True)
class _Book:
    """What is known about the entries of a batch, read at once: others wait for the conference's lock meanwhile."""

    entries: dict[UUID, Checkin]
    by_ticket: dict[str, Registration]
    by_id: dict[UUID, Registration]
    present: dict[UUID, Checkin]

    @classmethod
    def opened(cls, session: Session, config: Config, conference_id: UUID, entries: Sequence[Entry]) -> "_Book":
        marks = {tickets.mark_of(config, entry.ticket) for entry in entries if entry.ticket}
        looked_up = {entry.registration_id for entry in entries if entry.registration_id}
        known = select(Checkin).where(
            Checkin.conference_id == conference_id, Checkin.client_id.in_({entry.client_id for entry in entries})
        )
        registered = select(Registration).where(
            Registration.ticket_mark.in_(marks - {None}) | Registration.id.in_(looked_up)
        )
        people = session.scalars(registered).all()
        counted = select(Checkin).where(
            Checkin.registration_id.in_({one.id for one in people}), Checkin.undone_at.is_(None)
        )
        newest_first = counted.order_by(Checkin.received_at.desc(), Checkin.id.desc())
        return cls(
            entries={one.client_id: one for one in session.scalars(known)},
            by_ticket={one.ticket_mark: one for one in people if one.ticket_mark},
            by_id={one.id: one for one in people},
            present={one.registration_id: one for one in session.scalars(newest_first) if one.registration_id},
        )

    def registration(self, config: Config, entry: Entry) -> Registration | None:
        if entry.registration_id is not None:
            return self.by_id.get(entry.registration_id)
        return self.by_ticket.get(tickets.mark_of(config, entry.ticket or "") or "")

    def note(self, checkin: Checkin) -> None:
        self.entries[checkin.client_id] = checkin
        if checkin.registration_id is not None:
            self.present[checkin.registration_id] = checkin

    def undo(self, checkin: Checkin) -> None:
        checkin.undo()
        if checkin.registration_id is not None and self.present.get(checkin.registration_id) is checkin:
            del self.present[checkin.registration_id]


def _judge(
    session: Session, config: Config, conference: Conference, book: _Book, entry: Entry, by: UUID | None
) -> Verdict:
    known = book.entries.get(entry.client_id)
    if entry.undo:
        if known is None:
            return Verdict(client_id=entry.client_id, result=NOTHING_TO_UNDO)
        book.undo(known)
        # The same ticket may come again in this batch, and new rows are written before others are changed.
        session.flush()
    if known is not None:
        return _verdict(entry, CHECKED_IN if known.undone_at is None else UNDONE, known)
    registration = None
    if entry.ticket is not None or entry.registration_id is not None:
        registration = book.registration(config, entry)
        if reason := _refusal(registration, conference):
            return Verdict(client_id=entry.client_id, result=reason)
    if registration is not None and (before := book.present.get(registration.id)):
        return _verdict(entry, ALREADY, before)
    checkin = _let_in(config, conference, registration, entry, by)
    session.add(checkin)
    book.note(checkin)
    return _verdict(entry, CHECKED_IN, checkin)


def _refusal(registration: Registration | None, conference: Conference) -> str | None:
    if registration is None:
        return UNKNOWN_TICKET
    if registration.conference_id != conference.id:
        return OTHER_CONFERENCE
    return None if registration.status == CONFIRMED else registration.status


def _let_in(
    config: Config,
    conference: Conference,
    registration: Registration | None,
    entry: Entry,
    by: UUID | None,
) -> Checkin:
    now = clock.now()
    return Checkin(
        conference_id=conference.id,
        client_id=entry.client_id,
        registration_id=registration.id if registration else None,
        is_walk_in=registration is None,
        people=entry.people or (registration.places if registration else 1),
        name=encrypt(config.column_box, entry.name) if entry.name else None,
        # A phone whose clock is ahead must not write tomorrow.
        at=min(entry.at, now),
        received_at=now,
        recorded_by=by,
    )


def _verdict(entry: Entry, result: str, checkin: Checkin) -> Verdict:
    return Verdict(client_id=entry.client_id, result=result, at=checkin.at, people=checkin.people)
