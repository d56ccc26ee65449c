"""What can be done with a registration: confirm it, change it, cancel it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.registration import queries, urls
from services.registration.config import Config
from services.registration.models import AskedAddress, Conference, Registration
from services.registration.models.consents import ASSISTANCE
from services.registration.models.people import Needs, Person
from services.registration.use_cases import answers, budgets, waiting_list
from services.registration.use_cases.choices import count_change
from services.registration.use_cases.consents import agree
from services.registration.use_cases.facts import contact_with_links, tell
from services.registration.use_cases.locks import locked_registration
from shared.events.registration import RegistrationApplied, RegistrationCancelled
from shared.seals import mark


def confirm_by_link(session: Session, config: Config, token: str) -> Registration:
    """Confirm by the link of the e-mail; the same link again changes nothing. Raises NotFound or IllegalTransition."""
    found = queries.by_token(session, config, urls.CONFIRM, token)
    asked = budgets.locked(session, config, Person.decrypted(config.column_box, found.person))
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
    asked = budgets.locked(session, config, Person.decrypted(config.column_box, found.person))
    conference, registration = locked_registration(session, registration_id)
    if not registration.takes_sms_code(mark(config.link_key, "sms-code", registration.id, code)):
        return None
    _admit(session, config, conference, registration, asked)
    return registration


def change_registration(
    session: Session, config: Config, registration_id: UUID, changes: Mapping[str, Any]
) -> Registration:
    """Change name, language, who comes along, what they need and chose, or all their answers; places that come free go to who
    waits.

    Raises NotFound, WrongAnswers, or another IllegalTransition when it is too late or there is no room for more people.
    """
    conference, registration = locked_registration(session, registration_id)
    registration.require_admitted()
    conference.require_changeable()
    box = config.column_box
    person = Person.decrypted(box, registration.person)
    before = Needs.decrypted(box, registration.needs)
    needs = before.changed(changes)
    count_change(session, conference.id, before.forums, needs.forums)
    registration.note_person(replace(person, name=changes.get("name", person.name)), box)
    registration.needs = needs.encrypted(box)
    registration.language = changes.get("language", registration.language)
    agree(session, registration, {ASSISTANCE} if changes.get("assistance") else set())
    if "answers" in changes:
        kept = answers.check(session, conference.id, changes["answers"])
        answers.forget(session, registration.id)
        answers.write(session, config, registration, kept)
    if "household" in changes:
        waiting_list.resize(conference, registration, needs.companions)
    waiting_list.move_up(session, config, conference)
    return registration


def cancel_registration(session: Session, config: Config, registration_id: UUID) -> Registration:
    """Give the places back; whoever is first in line is offered them. Raises NotFound or IllegalTransition."""
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
    before, previous_status = Needs.decrypted(config.column_box, registration.needs), registration.status
    with waiting_list.counted(conference, registration):
        registration.cancel()
    count_change(session, conference.id, before.forums, ())
    answers.forget(session, registration.id)
    cancelled = RegistrationCancelled(
        registration_id=registration.id,
        conference_id=conference.id,
        language=registration.language,
        reason=reason,
        previous_status=previous_status,
    )
    is_told = registration.confirmed_at is not None and not quietly
    tell(session, registration, cancelled, contact_with_links(config, registration) if is_told else None)


def _admit(
    session: Session, config: Config, conference: Conference, registration: Registration, asked: AskedAddress | None
) -> None:
    """The person answered: the address may be asked again, and they take part, wait, or the office decides, if that isn't so
    already."""
    if asked is not None:
        session.delete(asked)
    if registration.is_admitted:
        return
    conference.require_to_come()
    if conference.approval:
        _apply(session, config, registration)
    else:
        waiting_list.admit(session, config, conference, registration)


def _apply(session: Session, config: Config, registration: Registration) -> None:
    registration.apply()
    applied = RegistrationApplied(
        registration_id=registration.id,
        conference_id=registration.conference_id,
        language=registration.language,
        places=registration.places,
    )
    tell(session, registration, applied, contact_with_links(config, registration))
