"""Who is there, counted; and what a desk has to know to judge tickets without network."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.registration import lists
from services.registration.config import Config
from services.registration.models import Checkin, Conference, Registration
from services.registration.models.attendance import ENTRANCE
from services.registration.models.people import Person
from services.registration.models.registrations import CANCELLED, CONFIRMED
from services.registration.models.stages import DOCUMENTED
from shared.columns import decrypt
from shared.seals import mark

#: Hex symbols of a ticket's mark that a desk gets: enough to tell the tickets of a conference apart, and far too few to say
#: which of the thousands of codes behind each is the real one, should the phone be lost.
DESK_MARK_LENGTH = 8
LAST = 10
#: How long after the conference a desk keeps its list.
DESK_KEEPS = timedelta(hours=6)
#: Somebody who looks for a name reads no longer list.
MOST_FOUND = 8


@dataclass(frozen=True, slots=True)
class Attendance:
    """People who are there; `registered` came with a registration, `walk_ins` without one."""

    people: int
    registered: int
    walk_ins: int


def attendance_of(session: Session, conference_id: UUID) -> Attendance:
    """Everybody who is there, once: of several entries for one registration the one with the most people counts."""
    counted = select(Checkin.id, Checkin.registration_id, Checkin.is_walk_in, Checkin.people).where(
        Checkin.conference_id == conference_id, Checkin.undone_at.is_(None)
    )
    registered: dict[UUID, int] = {}
    walk_ins = 0
    for row in session.execute(counted):
        if row.registration_id is None and row.is_walk_in:
            walk_ins += row.people
        else:
            household = row.registration_id or row.id
            registered[household] = max(registered.get(household, 0), row.people)
    known = sum(registered.values())
    return Attendance(people=known + walk_ins, registered=known, walk_ins=walk_ins)


def count_attended(session: Session, conference: Conference) -> None:
    """Write down how many people came; where nobody stood at the door, nobody counted."""
    conference.attended = attendance_of(session, conference.id).people or None


def recount(session: Session, conference: Conference) -> None:
    """Bring the written number up to date: a desk may have been without network until after the report."""
    if conference.status == DOCUMENTED:
        count_attended(session, conference)


def at_the_door(session: Session) -> Sequence[Conference]:
    """The conferences at which people are let in, the latest first."""
    wanted = select(Conference).where(Conference.status.in_(ENTRANCE))
    return session.scalars(wanted.order_by(Conference.starts_at.desc()).limit(LAST)).all()


def desk_salt(config: Config, conference_id: UUID) -> str:
    """What desks of this conference add to a code before they compare its mark."""
    return mark(config.link_key, "desk", conference_id)


def ticket_list(session: Session, config: Config, conference_id: UUID) -> list[list[Any]]:
    """For a desk: [mark of the code, people, whether they are there] of each ticket. No names, no addresses."""
    salt = desk_salt(config, conference_id)
    present = set(session.scalars(_present(conference_id)))
    seated = select(Registration.id, Registration.ticket, Registration.companions).where(
        Registration.conference_id == conference_id, Registration.status == CONFIRMED
    )
    return [
        [desk_mark(salt, decrypt(config.column_box, row.ticket)), 1 + row.companions, row.id in present]
        for row in session.execute(seated)
        if row.ticket is not None
    ]


def desk_mark(salt: str, code: str) -> str:
    """The mark under which a desk knows the ticket with this code; the page computes the same."""
    return mark(salt, "ticket", code)[:DESK_MARK_LENGTH]


def last_checkins(session: Session, conference_id: UUID) -> Sequence[Checkin]:
    """The newest entries that count."""
    newest = select(Checkin).where(Checkin.conference_id == conference_id, Checkin.undone_at.is_(None))
    return session.scalars(newest.order_by(Checkin.received_at.desc(), Checkin.id.desc()).limit(LAST)).all()


def walk_ins(session: Session, config: Config, conference_id: UUID) -> list[dict[str, Any]]:
    """Everybody who came without a ticket, the newest first, with the name of the registration they were found to belong to."""
    box = config.column_box
    found = (
        select(Checkin, Registration)
        .outerjoin(Registration, Registration.id == Checkin.registration_id)
        .where(Checkin.conference_id == conference_id, Checkin.is_walk_in, Checkin.undone_at.is_(None))
        .order_by(Checkin.at.desc(), Checkin.id)
    )
    return [
        {
            "id": row.Checkin.id,
            "at": row.Checkin.at,
            "people": row.Checkin.people,
            "name": decrypt(box, row.Checkin.name) if row.Checkin.name else None,
            "merged_with": _called(Person.decrypted(config.column_box, row.Registration.person))
            if row.Registration
            else None,
        }
        for row in session.execute(found)
    ]


def find_by_name(session: Session, config: Config, conference_id: UUID, typed: str) -> list[dict[str, Any]]:
    """Registrations whose name or address has `typed` in it, for the office; addresses come masked."""
    wanted = typed.strip()
    if not wanted:
        return []
    present = set(session.scalars(_present(conference_id)))
    sought = lists.Sought(words=wanted, order=lists.BY_NAME)
    found = lists.matching(session, config, conference_id, sought)
    return [
        {
            "id": one.row.id,
            "called": _called(one.person),
            "people": 1 + one.row.companions,
            "status": one.row.status,
            "is_present": one.row.id in present,
        }
        for one in islice((one for one in found if one.row.status != CANCELLED), MOST_FOUND)
    ]


def _called(person: Person) -> str:
    masked = person.masked(person.email or person.phone) or ""
    return f"{person.name} ({masked})" if person.name else masked


def _present(conference_id: UUID) -> Any:
    return select(Checkin.registration_id).where(
        Checkin.conference_id == conference_id, Checkin.undone_at.is_(None), Checkin.registration_id.is_not(None)
    )
