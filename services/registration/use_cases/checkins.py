"""Letting people in: what a desk or a visitor says is judged entry by entry, and what was said before changes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.registration import tickets
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
from shared.rules import IllegalTransition, NotFound
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
    session: Session, config: Config, conference_id: UUID, entries: Iterable[Entry], by: UUID | None
) -> list[Verdict]:
    """Judge the entries in their order; `by` is the staff session, or None for visitors themselves.

    Entries that were judged before get the same verdict and change nothing. Raises NotFound, or IllegalTransition while
    nobody is let in at this conference.
    """
    conference = locked_conference(session, conference_id)
    if not has_entrance(conference):
        raise IllegalTransition(gettext("Für diese Konferenz gibt es keinen Einlass."))
    return [_judge(session, config, conference, entry, by) for entry in entries]


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


def link_walk_in(session: Session, conference_id: UUID, checkin_id: UUID, registration_id: UUID | None) -> Checkin:
    """The people of this walk-in had registered: both are one presence from now on. Raises NotFound or IllegalTransition."""
    checkin = _locked(session, conference_id, checkin_id)
    registration = session.get(Registration, registration_id) if registration_id else None
    if registration is None or registration.conference_id != conference_id:
        raise NotFound
    checkin.belongs_to(registration.id)
    return checkin


def unlink_walk_in(session: Session, conference_id: UUID, checkin_id: UUID) -> Checkin:
    """They hadn't: the walk-in counts by itself again. Raises NotFound or IllegalTransition."""
    checkin = _locked(session, conference_id, checkin_id)
    checkin.belongs_to_nobody()
    return checkin


def _require_room(session: Session, conference_id: UUID) -> None:
    by_themselves = select(func.count()).where(
        Checkin.conference_id == conference_id, Checkin.is_walk_in, Checkin.recorded_by.is_(None)
    )
    if (session.scalar(by_themselves) or 0) >= MOST_SELF_WALK_INS:
        raise IllegalTransition(gettext("Bitte gehen Sie zum Empfang: Dort zählt Sie jemand dazu."))


def _locked(session: Session, conference_id: UUID, checkin_id: UUID) -> Checkin:
    # The conference first: a desk that reads the same person's ticket waits until it is decided whose presence this is.
    locked_conference(session, conference_id)
    checkin = session.get(Checkin, checkin_id)
    if checkin is None or checkin.conference_id != conference_id:
        raise NotFound
    return checkin


def keep_only_a_number(session: Session, registration_id: UUID) -> None:
    """Before a registration is deleted: how many of it were there stays, in one entry without a name."""
    largest_first = select(Checkin).where(Checkin.registration_id == registration_id)
    counts = 0
    for checkin in session.scalars(largest_first.order_by(Checkin.people.desc(), Checkin.is_walk_in)):
        checkin.name = None
        if checkin.undone_at is None:
            counts += 1
            if counts > 1:
                checkin.undo()


def _judge(session: Session, config: Config, conference: Conference, entry: Entry, by: UUID | None) -> Verdict:
    known = session.scalar(
        select(Checkin).where(Checkin.conference_id == conference.id, Checkin.client_id == entry.client_id)
    )
    if entry.undo:
        if known is None:
            return Verdict(client_id=entry.client_id, result=NOTHING_TO_UNDO)
        known.undo()
    if known is not None:
        return _verdict(entry, CHECKED_IN if known.undone_at is None else UNDONE, known)
    if entry.ticket is None and entry.registration_id is None:
        return _let_in(session, config, conference, None, entry, by)
    return _judge_registered(session, config, conference, entry, by)


def _judge_registered(
    session: Session, config: Config, conference: Conference, entry: Entry, by: UUID | None
) -> Verdict:
    registration = _registration(session, config, entry)
    if registration is None:
        return Verdict(client_id=entry.client_id, result=UNKNOWN_TICKET)
    if reason := _refusal(registration, conference):
        return Verdict(client_id=entry.client_id, result=reason)
    if before := _present(session, registration.id):
        return _verdict(entry, ALREADY, before)
    return _let_in(session, config, conference, registration, entry, by)


def _registration(session: Session, config: Config, entry: Entry) -> Registration | None:
    if entry.registration_id is not None:
        return session.get(Registration, entry.registration_id)
    found = tickets.mark_of(config, entry.ticket or "")
    return session.scalar(select(Registration).where(Registration.ticket_mark == found)) if found else None


def _refusal(registration: Registration, conference: Conference) -> str | None:
    if registration.conference_id != conference.id:
        return OTHER_CONFERENCE
    return None if registration.status == CONFIRMED else registration.status


def _present(session: Session, registration_id: UUID) -> Checkin | None:
    counted = select(Checkin).where(Checkin.registration_id == registration_id, Checkin.undone_at.is_(None))
    return session.scalars(counted.order_by(Checkin.received_at, Checkin.id)).first()


def _let_in(
    session: Session,
    config: Config,
    conference: Conference,
    registration: Registration | None,
    entry: Entry,
    by: UUID | None,
) -> Verdict:
    now = clock.now()
    checkin = Checkin(
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
    session.add(checkin)
    session.flush()
    return _verdict(entry, CHECKED_IN, checkin)


def _verdict(entry: Entry, result: str, checkin: Checkin) -> Verdict:
    return Verdict(client_id=entry.client_id, result=result, at=checkin.at, people=checkin.people)
