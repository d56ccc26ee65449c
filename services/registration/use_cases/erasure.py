"""Forgetting: what nobody confirmed, what people needed at conferences long over, and persons who want it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from services.registration.config import Config
from services.registration.models import Checkin, Conference, Override, Registration
from services.registration.models.registrations import NEEDS_KEPT, PENDING, UNCONFIRMED_KEPT
from services.registration.use_cases import choices, waiting_list
from services.registration.use_cases.locks import locked_registration
from services.registration.use_cases.registrations import withdraw
from services.registration.use_cases.walk_ins import keep_only_a_number
from shared import clock
from shared.messaging.erasure import erase


def delete_unconfirmed(session: Session, config: Config) -> None:
    """Delete what nobody confirmed within a week, and what was sealed about it."""
    old = (Registration.status == PENDING, Registration.requested_at <= clock.now() - UNCONFIRMED_KEPT)
    found = session.scalars(select(Registration).where(*old).with_for_update()).all()
    choices.forget(session, config.column_box, found)
    for registration in found:
        keep_only_a_number(session, registration.id)
        session.delete(registration)
    erase(session, config.link_key, [registration.subject_id for registration in found])


def delete_needs(session: Session) -> None:
    """Delete what people needed at conferences that were over a week ago, and names that desks noted there."""
    over = session.scalars(select(Conference.id).where(Conference.ends_at <= clock.now() - NEEDS_KEPT)).all()
    told = (Registration.conference_id.in_(over), Registration.needs.is_not(None))
    session.execute(update(Registration).where(*told).values(needs=None))
    choices.forget_all_at(session, over)
    session.execute(update(Checkin).where(Checkin.conference_id.in_(over), Checkin.name.is_not(None)).values(name=None))


def forget_persons(session: Session, config: Config, subject_ids: Sequence[UUID]) -> None:
    """Give their places back, tell nobody, and delete everything about them."""
    found = session.scalars(select(Registration.id).where(Registration.subject_id.in_(subject_ids))).all()
    for registration_id in sorted(found):
        conference, registration = locked_registration(session, registration_id)
        if registration.allows("cancel"):
            withdraw(session, config, conference, registration, reason="withdrawn", quietly=True)
        session.execute(update(Override).where(Override.registration_id == registration_id).values(reason=None))
        keep_only_a_number(session, registration_id)
        session.delete(registration)
        waiting_list.move_up(session, config, conference)
    erase(session, config.link_key, subject_ids)
