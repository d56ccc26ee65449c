"""What people hear of without anybody doing anything: a reminder, thanks, and that they will be invited again.

Each function tells up to BATCH and returns how many. Whom it told is written down in the same transaction.
"""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from services.registration.config import Config
from services.registration.models import Checkin, Conference, Consent, Registration
from services.registration.models.consents import INVITATIONS
from services.registration.models.occasions import (
    FRESH,
    is_time_to_remind,
    is_time_to_thank,
)
from services.registration.models.registrations import ADMITTED, CONFIRMED
from services.registration.use_cases.facts import contact_with_links, tell
from shared import clock
from shared.events.registration import RegistrationAttended, RegistrationInvitationsChosen, RegistrationReminded

BATCH = 200


def remind(session: Session, config: Config) -> int:
    """Remind those with a place of a conference that is near, save those who have only just confirmed."""
    told = 0
    for conference in _conferences(session, is_time_to_remind):
        # What was confirmed shortly before the beginning needs no reminder.
        seated = (Registration.status == CONFIRMED, Registration.confirmed_at < conference.starts_at - FRESH)
        for one in session.scalars(
            _next(conference.id, BATCH - told).where(*seated, Registration.reminded_at.is_(None))
        ):
            one.reminded_at = clock.now()
            reminded = RegistrationReminded(registration_id=one.id, conference_id=conference.id, language=one.language)
            tell(session, one, reminded, contact_with_links(config, one))
            told += 1
    return told


def thank(session: Session, config: Config) -> int:
    """Thank those who were there: everybody of whom a desk, or they themselves, said so."""
    told = 0
    for conference in _conferences(session, is_time_to_thank):
        came = select(Checkin.registration_id).where(
            Checkin.conference_id == conference.id, Checkin.registration_id.is_not(None), Checkin.undone_at.is_(None)
        )
        present = (Registration.id.in_(came), Registration.thanked_at.is_(None))
        for one in session.scalars(_next(conference.id, BATCH - told).where(*present)):
            one.thanked_at = clock.now()
            attended = RegistrationAttended(
                registration_id=one.id,
                conference_id=conference.id,
                language=one.language,
                people=_people(session, one.id),
            )
            tell(session, one, attended, contact_with_links(config, one))
            told += 1
    return told


def pass_on_wishes(session: Session, config: Config) -> int:
    """Tell that somebody wants to be invited to later conferences, as soon as their address is proven."""
    untold = (Consent.purpose == INVITATIONS, Consent.told_at.is_(None), Registration.status.in_(ADMITTED))
    wishes = select(Consent, Registration).join(Registration, Registration.id == Consent.registration_id)
    oldest = wishes.where(*untold).order_by(Consent.given_at, Consent.id).limit(BATCH)
    rows = session.execute(oldest.with_for_update(skip_locked=True)).all()
    for yes, one in rows:
        yes.told_at = clock.now()
        tell(session, one, invitations_chosen(one, wanted=True), contact_with_links(config, one))
    return len(rows)


def invitations_chosen(registration: Registration, *, wanted: bool) -> RegistrationInvitationsChosen:
    """The fact that this person wants to be invited, or doesn't any more."""
    return RegistrationInvitationsChosen(
        registration_id=registration.id,
        conference_id=registration.conference_id,
        language=registration.language,
        wanted=wanted,
    )


def _conferences(session: Session, is_time: Callable[[Conference], bool]) -> list[Conference]:
    # A district has dozens of them, not thousands: the rule alone says which ones it is time for.
    found = session.scalars(select(Conference).order_by(Conference.starts_at))
    return [conference for conference in found if is_time(conference)]


def _next(conference_id: UUID, limit: int) -> Select[Registration]:
    here = select(Registration).where(Registration.conference_id == conference_id)
    return here.order_by(Registration.id).limit(limit).with_for_update(skip_locked=True)


def _people(session: Session, registration_id: UUID) -> int:
    counts = (Checkin.registration_id == registration_id, Checkin.undone_at.is_(None))
    return session.scalar(select(func.max(Checkin.people)).where(*counts)) or 0
