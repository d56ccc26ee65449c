"""What pages show of what staff do by hand: whom they have yet to decide, what they decided, changed and brought in."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.registration.models import Override, PaperList, Registration
from services.registration.models.overrides import BY_PAPER, DECISIONS, REFUSE
from services.registration.models.registrations import APPLIED, CANCELLED

#: So many are shown and decided at once.
PAGE_SIZE = 50
#: So many of what staff did by hand are shown.
MOST_OVERRIDES = 200


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


def overrides(session: Session, conference_id: UUID) -> Sequence[Override]:
    """What staff did to the waiting list by hand, and whom they registered, the newest first. A paper list is one thing done,
    see `paper_lists`."""
    elsewhere = (BY_PAPER, *DECISIONS)
    done = select(Override).where(Override.conference_id == conference_id, Override.action.not_in(elsewhere))
    return session.scalars(done.order_by(Override.at.desc(), Override.id).limit(MOST_OVERRIDES)).all()


def overrides_of(session: Session, registration_id: UUID) -> Sequence[Override]:
    """What staff did to one registration by hand, the newest first."""
    done = select(Override).where(Override.registration_id == registration_id)
    return session.scalars(done.order_by(Override.at.desc(), Override.id)).all()


def paper_lists(session: Session, conference_id: UUID) -> Sequence[PaperList]:
    """Which paper lists were brought in, the newest first."""
    brought = select(PaperList).where(PaperList.conference_id == conference_id)
    return session.scalars(brought.order_by(PaperList.at.desc(), PaperList.id).limit(MOST_OVERRIDES)).all()
