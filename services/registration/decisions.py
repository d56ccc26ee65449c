"""What pages show of registrations that the office decides: who waits for it, and what was decided."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.registration.models import Override, Registration
from services.registration.models.overrides import DECISIONS, REFUSE
from services.registration.models.registrations import APPLIED, CANCELLED

#: So many are shown and decided at once.
PAGE_SIZE = 50


def to_be_decided(session: Session, conference_id: UUID) -> Sequence[Registration]:
    """Whom the office has yet to decide, whoever has waited longest first."""
    applied = (Registration.conference_id == conference_id, Registration.status == APPLIED)
    oldest_first = select(Registration).where(*applied).order_by(Registration.confirmed_at, Registration.id)
    return session.scalars(oldest_first.limit(PAGE_SIZE)).all()


def last_decided(session: Session, conference_id: UUID) -> Sequence[Override]:
    """Whom staff approved and refused, the newest first."""
    done = select(Override).where(Override.conference_id == conference_id, Override.action.in_(DECISIONS))
    return session.scalars(done.order_by(Override.at.desc(), Override.id).limit(PAGE_SIZE)).all()


def is_refused(session: Session, registration: Registration) -> bool:
    """Whether the office refused it, and nobody asked anew since."""
    since = (Override.registration_id == registration.id, Override.at >= registration.requested_at)
    refused = select(Override.id).where(*since, Override.action == REFUSE)
    return registration.status == CANCELLED and session.scalars(refused.limit(1)).first() is not None
