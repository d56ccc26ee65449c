"""What becomes of an offered place: accepted, declined by link or SMS, or run out. The next in line is asked at once."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from services.registration import queries
from services.registration.config import Config
from services.registration.models import Registration
from services.registration.models.people import Person
from services.registration.use_cases import waiting_list
from services.registration.use_cases.facts import contact_with_links, tell
from services.registration.use_cases.locks import locked_registration
from services.registration.use_cases.registrations import withdraw
from shared import clock
from shared.events.registration import RegistrationAnswerMissed, RegistrationConfirmed

#: Whoever answers by SMS what nobody asks gets one SMS in this time that says so, however often they write.
MISSED_PAUSE = timedelta(hours=24)


def accept(session: Session, config: Config, registration_id: UUID, at: datetime | None = None) -> Registration:
    """Take the offered places; `at` is when the person said so, where that was earlier than now. Whoever has their places
    already keeps them. Raises NotFound or IllegalTransition."""
    conference, registration = locked_registration(session, registration_id)
    if registration.ticket is not None:
        return registration
    registration.require_offer(at or clock.now())
    conference.require_to_come()
    waiting_list.seat(session, config, conference, registration, RegistrationConfirmed)
    return registration


def decline(session: Session, config: Config, registration_id: UUID, at: datetime | None = None) -> Registration:
    """Refuse the offered places, and leave the waiting list. Raises NotFound or IllegalTransition."""
    conference, registration = locked_registration(session, registration_id)
    registration.require_offer(at or clock.now())
    withdraw(session, config, conference, registration, reason="declined")
    waiting_list.move_up(session, config, conference)
    return registration


def end_run_out(session: Session, config: Config, registration_id: UUID) -> None:
    """Give an offer that nobody answered in time to the next in line. Nothing happens where it was answered meanwhile."""
    conference, registration = locked_registration(session, registration_id)
    if registration.has_run_out:
        withdraw(session, config, conference, registration, reason="expired")
        waiting_list.move_up(session, config, conference)


def answer_by_sms(session: Session, config: Config, phone: str, *, is_yes: bool, at: datetime) -> None:
    """Somebody answered from this number at that moment: about the offer that runs out first. Where nothing is offered they
    are told what is the case; a number nobody registered with gets nothing."""
    asked = queries.asked_by_sms(session, queries.address_mark(config, Person(phone=phone)))
    if asked is None:
        return
    conference, registration = locked_registration(session, asked.id)
    if registration.takes_answer(at) and conference.is_to_come:
        (accept if is_yes else decline)(session, config, registration.id, at)
    elif registration.has_run_out:
        # What this tells them is all there is to say.
        end_run_out(session, config, registration.id)
    else:
        _tell_missed(session, config, registration)


def _tell_missed(session: Session, config: Config, registration: Registration) -> None:
    now, last = clock.now(), registration.answer_missed_at
    if registration.confirmed_at is None or (last is not None and now < last + MISSED_PAUSE):
        return
    registration.answer_missed_at = now
    missed = RegistrationAnswerMissed(
        registration_id=registration.id,
        conference_id=registration.conference_id,
        language=registration.language,
        status=registration.status,
    )
    tell(session, registration, missed, contact_with_links(config, registration))
