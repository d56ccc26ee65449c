"""Asking for a place: what is written down, and who gets which message about it."""

import secrets
from dataclasses import replace
from uuid import UUID

from sqlalchemy.orm import Session

from services.registration import queries
from services.registration.config import Config
from services.registration.models import Conference, Registration
from services.registration.models.consents import ASSISTANCE
from services.registration.models.people import Needs, Person, Wish
from services.registration.models.registrations import CANCELLED
from services.registration.use_cases import answers, budgets
from services.registration.use_cases.choices import count_change
from services.registration.use_cases.consents import agree, take_back
from services.registration.use_cases.facts import contact_with_links, tell, unproven_contact
from shared import ids
from shared.events.registration import RegistrationRepeated, RegistrationRequested
from shared.rules import IllegalTransition
from shared.seals import mark
from shared.web.i18n import gettext


def request_registration(session: Session, config: Config, conference_id: UUID, wish: Wish) -> Registration:
    """Take down what somebody asks for, and send them the link or the digits to confirm it with.

    The same person again gets the same registration and no second place; only they are told. Raises NotFound, or
    IllegalTransition when nobody can register; WrongAnswers and FullForum are such.
    """
    # Counting comes first: it lets two requests of one person wait for each other.
    may_ask = budgets.may_ask(session, config, wish.person)
    address_mark = queries.address_mark(config, wish.person)
    conference, registration, asks = queries.standing_of(session, address_mark, conference_id)
    conference.require_open()
    _require_possible(conference, wish)
    # Before anybody is known: what is wrong doesn't tell who is registered.
    wish = replace(wish, answers=answers.check(session, conference_id, wish.answers) if asks else {})
    if registration is not None and registration.is_admitted:
        if may_ask:
            _repeat(session, config, registration)
        return registration
    if registration is None:
        registration = begin(session, conference_id, address_mark)
    else:
        # Whoever cancelled has proved the address: they are asked again at once.
        may_ask = may_ask or registration.status == CANCELLED
        registration.renew()
        # What somebody agreed to and answered the last time they asked is no longer what they say.
        take_back(session, registration)
        answers.forget(session, registration.id)
    write_down(session, config, registration, wish)
    if may_ask:
        _ask_to_confirm(session, config, registration, wish.person)
    agree(session, registration, {*wish.consents, *({ASSISTANCE} if wish.needs.assistance else ())})
    return registration


def _require_possible(conference: Conference, wish: Wish) -> None:
    places = 1 + wish.companions
    if places > conference.capacity:
        raise IllegalTransition(gettext("So viele Plätze hat diese Konferenz nicht."))
    if not conference.waiting_list and (conference.places_waiting or not conference.has_room_for(places)):
        raise IllegalTransition(gettext("Leider sind schon alle Plätze vergeben."))


def begin(session: Session, conference_id: UUID, address_mark: str) -> Registration:
    """Somebody new at this conference, of whom nothing is written down yet."""
    registration = Registration(
        id=ids.public(),
        version=0,
        link_version=1,
        conference_id=conference_id,
        subject_id=ids.internal(),
        address_mark=address_mark,
    )
    session.add(registration)
    return registration


def write_down(session: Session, config: Config, registration: Registration, wish: Wish) -> None:
    """Keep what somebody wishes in place of what they wished before. Raises FullForum."""
    box = config.column_box
    before = Needs.decrypted(box, registration.needs)
    registration.language = wish.language
    registration.companions = wish.companions
    registration.note_person(wish.person, box)
    registration.needs = wish.needs.encrypted(box)
    count_change(session, registration.conference_id, before.forums, wish.needs.forums)
    answers.write(session, config, registration, wish.answers)


def _ask_to_confirm(session: Session, config: Config, registration: Registration, person: Person) -> None:
    code = f"{secrets.randbelow(1_000_000):06}" if person.channel == "phone" else None
    code_mark = mark(config.link_key, "sms-code", registration.id, code) if code else None
    requested = RegistrationRequested(
        registration_id=registration.id,
        conference_id=registration.conference_id,
        language=registration.language,
        expires_at=registration.ask_to_confirm(code_mark),
    )
    tell(session, registration, requested, unproven_contact(config, registration, code))


def _repeat(session: Session, config: Config, registration: Registration) -> None:
    repeated = RegistrationRepeated(
        registration_id=registration.id,
        conference_id=registration.conference_id,
        language=registration.language,
        status=registration.status,
    )
    tell(session, registration, repeated, contact_with_links(config, registration))
