"""What can be done with a registration: ask for it, confirm it, change it, cancel it."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.registration import queries, urls
from services.registration.config import Config
from services.registration.models import AskedAddress, Conference, Consent, Registration
from services.registration.models.consents import ASSISTANCE, TEXTS
from services.registration.models.people import Needs, Person, Wish
from services.registration.models.registrations import CANCELLED
from services.registration.use_cases import budgets, waiting_list
from services.registration.use_cases.facts import contact_with_links, tell, unproven_contact
from services.registration.use_cases.locks import locked_registration
from shared import ids
from shared.events.registration import RegistrationCancelled, RegistrationRepeated, RegistrationRequested
from shared.rules import IllegalTransition
from shared.seals import mark
from shared.web.i18n import gettext


def request_registration(session: Session, config: Config, conference_id: UUID, wish: Wish) -> Registration:
    """Take down what somebody asks for, and send them the link or the digits to confirm it with.

    The same person again gets the same registration and no second place; only they are told. Raises NotFound, or
    IllegalTransition when nobody can register.
    """
    conference = queries.public_conference(session, conference_id)
    conference.require_open()
    _require_possible(conference, wish)
    # Counting comes first: it lets two requests of one person wait for each other.
    may_ask = budgets.may_ask(session, config, wish.person)
    registration = queries.registration_of(session, config, conference_id, wish.person)
    if registration is not None and registration.is_admitted:
        if may_ask:
            _repeat(session, config, registration)
        return registration
    if registration is None:
        registration = _begin(session, config, conference_id, wish)
    else:
        # Whoever cancelled has proved the address: they are asked again at once.
        may_ask = may_ask or registration.status == CANCELLED
        registration.renew()
    _write_down(session, config, registration, wish)
    if may_ask:
        _ask_to_confirm(session, config, registration, wish.person)
    return registration


def confirm_by_link(session: Session, config: Config, token: str) -> Registration:
    """Confirm by the link of the e-mail; the same link again changes nothing. Raises NotFound or IllegalTransition."""
    found = queries.by_token(session, config, urls.CONFIRM, token)
    asked = budgets.locked(session, config, Person.decrypted(config.column_box(), found.person))
    conference, registration = locked_registration(session, found.id)
    if not registration.is_admitted:
        registration.require_confirmable()
    _admit(session, config, conference, registration, asked)
    return registration


def confirm_by_code(session: Session, config: Config, registration_id: UUID, code: str) -> Registration | None:
    """Confirm by the digits of the SMS; None when they are wrong, too old or tried too often, or nobody has this id.

    A wrong try counts: commit it. Raises IllegalTransition when it is full.
    """
    found = session.get(Registration, registration_id)
    if found is None:
        return None
    asked = budgets.locked(session, config, Person.decrypted(config.column_box(), found.person))
    conference, registration = locked_registration(session, registration_id)
    if not registration.takes_sms_code(mark(config.link_key, "sms-code", registration.id, code)):
        return None
    _admit(session, config, conference, registration, asked)
    return registration


def change_registration(
    session: Session, config: Config, registration_id: UUID, changes: Mapping[str, Any]
) -> Registration:
    """Change name, language, companions, interpretation or assistance; places that come free go to who waits.

    Raises NotFound, or IllegalTransition when there is no room for more people.
    """
    conference, registration = locked_registration(session, registration_id)
    if registration.status == CANCELLED:
        raise IllegalTransition(gettext("Diese Anmeldung ist schon abgesagt."))
    box = config.column_box()
    person = Person.decrypted(box, registration.person)
    needs = Needs.decrypted(box, registration.needs)
    registration.person = replace(person, name=changes.get("name", person.name)).encrypted(box)
    kept = {name: changes[name] for name in ("interpretation", "assistance") if name in changes}
    registration.needs = replace(needs, **kept).encrypted(box)
    registration.language = changes.get("language", registration.language)
    _agree(session, registration, {ASSISTANCE} if changes.get("assistance") else set())
    waiting_list.resize(session, conference, registration, changes.get("companions", registration.companions))
    waiting_list.move_up(session, config, conference)
    return registration


def cancel_registration(session: Session, config: Config, registration_id: UUID) -> Registration:
    """Give the places back; whoever is first in line gets them. Raises NotFound or IllegalTransition."""
    conference, registration = locked_registration(session, registration_id)
    withdraw(session, config, conference, registration, reason="withdrawn")
    waiting_list.move_up(session, config, conference)
    return registration


def withdraw(
    session: Session,
    config: Config,
    conference: Conference,
    registration: Registration,
    *,
    reason: str,
    quietly: bool = False,
) -> None:
    """End one registration of a locked conference, and tell the person, if they ever confirmed, unless `quietly`."""
    if registration.has_places:
        conference.give_back(registration.places)
    registration.cancel()
    cancelled = RegistrationCancelled(
        registration_id=registration.id,
        conference_id=conference.id,
        language=registration.language,
        reason=reason,
    )
    is_told = registration.confirmed_at is not None and not quietly
    tell(session, registration, cancelled, contact_with_links(config, registration) if is_told else None)


def _admit(
    session: Session, config: Config, conference: Conference, registration: Registration, asked: AskedAddress | None
) -> None:
    """The person answered: the address may be asked again, and they take part or wait, if they don't already."""
    if asked is not None:
        session.delete(asked)
    if not registration.is_admitted:
        conference.require_to_come()
        waiting_list.admit(session, config, conference, registration)


def _require_possible(conference: Conference, wish: Wish) -> None:
    places = 1 + wish.companions
    if places > conference.capacity:
        raise IllegalTransition(gettext("So viele Plätze hat diese Konferenz nicht."))
    if not conference.waiting_list and not conference.has_room_for(places):
        raise IllegalTransition(gettext("Leider sind schon alle Plätze vergeben."))


def _begin(session: Session, config: Config, conference_id: UUID, wish: Wish) -> Registration:
    registration = Registration(
        id=ids.public(),
        version=0,
        link_version=1,
        conference_id=conference_id,
        subject_id=ids.internal(),
        address_mark=queries.address_mark(config, wish.person),
    )
    session.add(registration)
    return registration


def _write_down(session: Session, config: Config, registration: Registration, wish: Wish) -> None:
    box = config.column_box()
    registration.language = wish.language
    registration.companions = wish.companions
    registration.person = wish.person.encrypted(box)
    registration.needs = wish.needs.encrypted(box)
    session.flush()
    _agree(session, registration, {*wish.consents, *({ASSISTANCE} if wish.needs.assistance else ())})


def _agree(session: Session, registration: Registration, purposes: set[str]) -> None:
    for purpose in sorted(purposes):
        session.add(
            Consent(
                registration_id=registration.id,
                purpose=purpose,
                text_version=TEXTS[purpose].version,
                language=registration.language,
            )
        )


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
