"""What the office decides where it looks at each registration before anybody gets a place."""

from uuid import UUID

from sqlalchemy.orm import Session

from services.registration.config import Config
from services.registration.models import Registration
from services.registration.models.overrides import APPROVE, REFUSE
from services.registration.use_cases import waiting_list
from services.registration.use_cases.locks import locked_registration
from services.registration.use_cases.overrides import note
from services.registration.use_cases.registrations import withdraw
from shared.web.staff_tokens import Staff


def approve(session: Session, config: Config, registration_id: UUID, by: Staff) -> Registration:
    """Let somebody take part, or wait where it is full, by everybody's rules; whoever does already stays so.

    Raises NotFound, NoRoom where it is full without a waiting list, or another IllegalTransition.
    """
    conference, registration = locked_registration(session, registration_id)
    if registration.is_decided:
        return registration
    registration.require_decidable()
    conference.require_to_come()
    waiting_list.admit(session, config, conference, registration)
    note(session, registration, by, APPROVE)
    return registration


def refuse(session: Session, config: Config, registration_id: UUID, by: Staff, reason: str) -> Registration:
    """Give somebody no place; the reason is kept and never sent. Raises NotFound or IllegalTransition."""
    conference, registration = locked_registration(session, registration_id)
    registration.require_decidable()
    conference.require_to_come()
    note(session, registration, by, REFUSE, reason)
    withdraw(session, config, conference, registration, reason="refused")
    return registration
