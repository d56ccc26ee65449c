"""Rows about to be changed, locked in the one order that never deadlocks: the conference, then the registration."""

from uuid import UUID

from sqlalchemy.orm import Session, lazyload
from sqlalchemy.orm.interfaces import ORMOption

from services.registration.models import Conference, Registration
from shared.rules import NotFound


def locked_conference(session: Session, conference_id: UUID) -> Conference:
    """The conference, which nobody else changes until this transaction ends. Raises NotFound."""
    return _locked(session, conference_id)


def locked_registration(session: Session, registration_id: UUID) -> tuple[Conference, Registration]:
    """The registration and its conference, whose places nobody else counts meanwhile. Raises NotFound."""
    found = session.get(Registration, registration_id)
    if found is None:
        raise NotFound
    # Places are counted without a look at forums, agenda and questions.
    beside = (Conference.forums, Conference.agenda, Conference.questions)
    conference = _locked(session, found.conference_id, *map(lazyload, beside))
    registration = session.get(Registration, registration_id, with_for_update=True, populate_existing=True)
    if registration is None:
        raise NotFound
    return conference, registration


def _locked(session: Session, conference_id: UUID, *options: ORMOption) -> Conference:
    # "No key": people who ask for a place meanwhile refer to this row and need not wait.
    for_update = {"key_share": True}
    conference = session.get(
        Conference, conference_id, options=options, with_for_update=for_update, populate_existing=True
    )
    if conference is None:
        raise NotFound
    return conference
