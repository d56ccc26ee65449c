"""Reading sessions and the bodies of the district."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.council.models import ADDRESSEE_KINDS, COMMITTEE, COUNCIL, Case, Meeting, Organization
from shared import clock


def meetings(session: Session) -> list[tuple[Meeting, list[Case]]]:
    """Every session, the latest first, with the cases on its agenda."""
    agendas: dict[UUID | None, list[Case]] = {}
    for case in session.scalars(select(Case).where(Case.meeting_id.is_not(None)).order_by(Case.year, Case.sequence)):
        agendas.setdefault(case.meeting_id, []).append(case)
    rows = session.scalars(select(Meeting).order_by(Meeting.held_on.desc(), Meeting.committee))
    return [(meeting, agendas.get(meeting.id, [])) for meeting in rows]


def bodies_that_meet(session: Session) -> Sequence[Organization]:
    """The council first, then the committees of today."""
    return [*_today(session, [COUNCIL]), *_today(session, [COMMITTEE])]


def addressees(session: Session) -> Sequence[Organization]:
    """The bodies of today that a case can be handed over to."""
    return _today(session, list(ADDRESSEE_KINDS))


def _today(session: Session, kinds: list[str]) -> Sequence[Organization]:
    today = clock.today()
    exists = (Organization.valid_from <= today) & or_(Organization.valid_to.is_(None), Organization.valid_to >= today)
    rows = select(Organization).where(Organization.kind.in_(kinds), exists).order_by(Organization.name)
    return session.scalars(rows).all()
