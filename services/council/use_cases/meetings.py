"""Sessions of the council and the committees."""

from datetime import date, time

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.council.models import COUNCIL, Meeting, Organization
from shared.web.i18n import gettext


class AlreadyPlanned(Exception):
    """This body has a session on that day already."""


def plan_meeting(session: Session, committee: str, held_on: date, starts_at: time | None, place: str | None) -> Meeting:
    """A session with its day, time and place. Raises AlreadyPlanned."""
    if _planned(session, committee, held_on):
        raise AlreadyPlanned
    return _plan(session, committee, held_on, starts_at, place)


def meeting_on(session: Session, held_on: date, committee: str | None) -> Meeting:
    """The session of that day, made where there is none yet; the council's own where no committee is named."""
    name = committee or _council(session)
    try:
        with session.begin_nested():
            return _planned(session, name, held_on) or _plan(session, name, held_on)
    except IntegrityError:
        # Somebody else planned it between our look and our insert.
        return session.scalars(_of_day(name, held_on)).one()


def _plan(
    session: Session, committee: str, held_on: date, starts_at: time | None = None, place: str | None = None
) -> Meeting:
    meeting = Meeting(committee=committee, held_on=held_on, starts_at=starts_at, place=place)
    session.add(meeting)
    return meeting


def _planned(session: Session, committee: str, held_on: date) -> Meeting | None:
    return session.scalar(_of_day(committee, held_on))


def _of_day(committee: str, held_on: date) -> Select[Meeting]:
    return select(Meeting).where(Meeting.committee == committee, Meeting.held_on == held_on)


def _council(session: Session) -> str:
    name = session.scalar(
        select(Organization.name).where(Organization.kind == COUNCIL).order_by(Organization.valid_from)
    )
    return name or gettext("Integrationsrat")
