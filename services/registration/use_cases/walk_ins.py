"""Who came without a ticket and had registered after all: both are one presence, and what is left when somebody is forgotten."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.registration.attendance import recount
from services.registration.models import Checkin, Conference, Registration
from services.registration.use_cases.locks import locked_conference
from shared.rules import NotFound


def link_walk_in(session: Session, conference_id: UUID, checkin_id: UUID, registration_id: UUID | None) -> Checkin:
    """The people of this walk-in had registered: both are one presence from now on. Raises NotFound or IllegalTransition."""
    conference, checkin = _locked(session, conference_id, checkin_id)
    registration = session.get(Registration, registration_id) if registration_id else None
    if registration is None or registration.conference_id != conference_id:
        raise NotFound
    checkin.belongs_to(registration.id)
    recount(session, conference)
    return checkin


def unlink_walk_in(session: Session, conference_id: UUID, checkin_id: UUID) -> Checkin:
    """They hadn't: the walk-in counts by itself again. Raises NotFound or IllegalTransition."""
    conference, checkin = _locked(session, conference_id, checkin_id)
    checkin.belongs_to_nobody()
    recount(session, conference)
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


def _locked(session: Session, conference_id: UUID, checkin_id: UUID) -> tuple[Conference, Checkin]:
    # The conference first: a desk that reads the same person's ticket waits until it is decided whose presence this is.
    conference = locked_conference(session, conference_id)
    checkin = session.get(Checkin, checkin_id)
    if checkin is None or checkin.conference_id != conference_id:
        raise NotFound
    return conference, checkin
