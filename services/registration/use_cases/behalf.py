"""What the office does for people who call or stand at the desk: registering them, and keeping places back."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy.orm import Session

from services.registration import queries
from services.registration.config import Config
from services.registration.models import Conference, Override, Registration
from services.registration.models.consents import ASSISTANCE
from services.registration.models.overrides import ENTERED
from services.registration.models.people import Person, Wish
from services.registration.models.stages import DRAFT
from services.registration.use_cases import answers, budgets, waiting_list
from services.registration.use_cases.consents import agree, take_back
from services.registration.use_cases.locks import locked_conference
from services.registration.use_cases.overrides import note
from services.registration.use_cases.requests import begin, write_down
from shared import ids
from shared.events.registration import RegistrationConfirmed
from shared.rules import IllegalTransition
from shared.seals import mark
from shared.web.i18n import gettext
from shared.web.staff_tokens import Staff


class EnteredBefore(IllegalTransition):
    """The person has a place at this conference, is offered one or waits already, or the same entry was sent before
    (`is_repeated`), whatever became of it since."""

    def __init__(self, registration_id: UUID, *, is_repeated: bool = False) -> None:
        super().__init__(gettext("Diese Person ist schon angemeldet. Sie bekommt keinen zweiten Platz."))
        self.registration_id = registration_id
        self.is_repeated = is_repeated


def enter_registration(
    session: Session,
    config: Config,
    conference_id: UUID,
    wish: Wish,
    *,
    by: Staff,
    way: str,
    entry: UUID,
    from_reserved: bool,
) -> Registration:
    """Register somebody who spoke with the office: they have a place or wait at once, by everybody's rules, or get places that
    were kept back. `entry` tells people without an address apart, and nobody is registered twice by the same one.

    Raises NotFound, EnteredBefore, FullForum, WrongAnswers, or another IllegalTransition when there is no room.
    """
    _forget_questions(session, config, wish.person)
    conference = locked_conference(session, conference_id)
    done_id = ids.derived(entry, "entered", str(conference_id))
    if done := session.get(Override, done_id):
        raise EnteredBefore(done.registration_id, is_repeated=True)
    conference.require_to_come()
    address_mark = entry_mark(config, wish.person, entry)
    registration = queries.under_mark(session, conference_id, address_mark)
    if registration is not None and registration.is_admitted:
        raise EnteredBefore(registration.id)
    _require_fitting(conference, wish)
    wish = replace(wish, answers=answers.check(session, conference_id, wish.answers))
    if registration is None:
        registration = begin(session, conference_id, address_mark)
    else:
        registration.renew()
        # What somebody agreed to and answered before is no longer what they say.
        take_back(session, registration)
        answers.forget(session, registration.id)
    write_down(session, config, registration, wish)
    agree(session, registration, {*wish.consents, *({ASSISTANCE} if wish.needs.assistance else ())}, way)
    # Somebody new is pending only once they are written.
    session.flush()
    if from_reserved:
        conference.release(registration.places)
        waiting_list.seat(session, config, conference, registration, RegistrationConfirmed)
    else:
        waiting_list.admit(session, config, conference, registration)
    note(session, registration, by, ENTERED[way], override_id=done_id)
    return registration


def reserve_places(session: Session, config: Config, conference_id: UUID, places: int) -> Conference:
    """Keep so many places back for whom the office registers; those that come free go to who waits.

    Raises NotFound or IllegalTransition.
    """
    conference = locked_conference(session, conference_id)
    if conference.status != DRAFT:
        conference.require_to_come()
    conference.reserve(places)
    waiting_list.move_up(session, config, conference)
    return conference


def _forget_questions(session: Session, config: Config, person: Person) -> None:
    if not person.address:
        return
    # Counting first lets a request of the same person wait; what was asked is answered now.
    budgets.may_ask(session, config, person)
    session.delete(budgets.locked(session, config, person))


def entry_mark(config: Config, person: Person, entry: UUID) -> str:
    """What finds somebody again whom the office registered: their address, or what they were entered by where there is none."""
    return queries.address_mark(config, person) if person.address else mark(config.link_key, "entry", entry)


def _require_fitting(conference: Conference, wish: Wish) -> None:
    if 1 + wish.companions > conference.capacity:
        raise IllegalTransition(gettext("So viele Plätze hat diese Konferenz nicht."))
