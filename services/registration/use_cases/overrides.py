"""What staff do to the waiting list by hand: each with a reason that is kept, and the person is told what it means for them."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.registration import queries
from services.registration.config import Config
from services.registration.models import Conference, Override, Registration
from services.registration.models.overrides import ACTOR_LENGTH, EXTEND, OFFER, REMOVE, TAKE_BACK
from services.registration.models.registrations import OFFERED, WAITLISTED
from services.registration.use_cases import waiting_list
from services.registration.use_cases.locks import locked_registration
from services.registration.use_cases.registrations import withdraw
from shared import clock, ids
from shared.rules import IllegalTransition
from shared.web.i18n import format_moment, gettext
from shared.web.staff_tokens import Staff


def offer_out_of_order(session: Session, config: Config, registration_id: UUID, by: Staff, reason: str) -> Registration:
    """Offer places to somebody whose turn it isn't. Raises NotFound, or IllegalTransition where they aren't free."""
    conference, registration = _noted(session, registration_id, by, OFFER, reason)
    if registration.status != WAITLISTED:
        raise IllegalTransition(gettext("Das geht im jetzigen Stand der Anmeldung nicht."))
    waiting_list.offer(session, config, conference, registration)
    waiting_list.move_up(session, config, conference)
    return registration


def take_back_offer(session: Session, config: Config, registration_id: UUID, by: Staff, reason: str) -> Registration:
    """End an offer before it is answered; the person waits again. Raises NotFound or IllegalTransition."""
    conference, registration = _noted(session, registration_id, by, TAKE_BACK, reason)
    if registration.status != OFFERED:
        raise IllegalTransition(gettext("Das geht im jetzigen Stand der Anmeldung nicht."))
    waiting_list.take_back(session, config, conference, registration)
    waiting_list.move_up(session, config, conference)
    return registration


def extend_offer(
    session: Session, config: Config, registration_id: UUID, by: Staff, reason: str, until: datetime
) -> Registration:
    """Give somebody longer to answer, at most until the conference begins. Raises NotFound or IllegalTransition."""
    conference, registration = _noted(session, registration_id, by, EXTEND, reason)
    if not clock.now() < until <= conference.starts_at:
        begins = format_moment(conference.starts_at)
        raise IllegalTransition(gettext("Bitte wählen Sie einen Zeitpunkt vor dem Beginn: %(begins)s.", begins=begins))
    registration.extend(until)
    waiting_list.tell_offer(session, config, registration)
    return registration


def remove_from_list(session: Session, config: Config, registration_id: UUID, by: Staff, reason: str) -> Registration:
    """Take somebody who waits, or holds an offer, off the waiting list. Raises NotFound or IllegalTransition."""
    conference, registration = _noted(session, registration_id, by, REMOVE, reason)
    if registration.status not in {WAITLISTED, OFFERED}:
        raise IllegalTransition(gettext("Das geht im jetzigen Stand der Anmeldung nicht."))
    withdraw(session, config, conference, registration, reason="removed")
    waiting_list.move_up(session, config, conference)
    return registration


def note(
    session: Session,
    registration: Registration,
    by: Staff,
    action: str,
    reason: str | None = None,
    rank: int | None = None,
    override_id: UUID | None = None,
) -> None:
    """Write down what staff did to a registration by hand."""
    done = Override(
        id=override_id or ids.internal(),
        conference_id=registration.conference_id,
        registration_id=registration.id,
        staff_id=by.id,
        actor=by.name[:ACTOR_LENGTH],
        action=action,
        reason=reason,
        rank=rank,
        places=registration.places,
    )
    session.add(done)


#: What does each action of `models.overrides.ACTIONS`.
DO: dict[str, Callable[..., Registration]] = {
    OFFER: offer_out_of_order,
    TAKE_BACK: take_back_offer,
    EXTEND: extend_offer,
    REMOVE: remove_from_list,
}


def _noted(
    session: Session, registration_id: UUID, by: Staff, action: str, reason: str
) -> tuple[Conference, Registration]:
    """The locked registration and its conference, with the action written down: it is kept if the rest succeeds."""
    conference, registration = locked_registration(session, registration_id)
    rank = queries.rank(session, registration) if registration.status == WAITLISTED else None
    note(session, registration, by, action, reason, rank)
    return conference, registration
