"""How registrations tell what happened to them: each fact with the sealed part that only notifications can open."""

from sqlalchemy.orm import Session

from services.registration import tickets, urls
from services.registration.config import Config
from services.registration.models import Registration
from services.registration.models.people import Person
from shared.events.event import Event
from shared.events.registration import RegistrationContact
from shared.messaging import outbox


def tell(session: Session, registration: Registration, fact: Event, contact: RegistrationContact | None) -> None:
    """Publish `fact` about `registration`; without `contact` nobody is written to."""
    outbox.add(
        session,
        registration,
        fact,
        private={"notifications": contact} if contact else None,
        subject_id=registration.subject_id,
        refers_to=[outbox.key_of("conference", registration.conference_id)],
    )


def unproven_contact(config: Config, registration: Registration, sms_code: str | None) -> RegistrationContact:
    """The contact of somebody who has yet to confirm: no word of theirs goes to an address that may be another's."""
    email, phone = _proven(Person.decrypted(config.column_box, registration.person))
    confirm_url = None if sms_code else urls.confirm_url(config, registration)
    return RegistrationContact(email=email, phone=phone, participant_name=None, confirm_url=confirm_url, code=sms_code)


def contact_with_links(config: Config, registration: Registration) -> RegistrationContact | None:
    """The contact of somebody who confirmed, with their own page and, where they have a place, their ticket; None for whom the
    office entered without an address."""
    person = Person.decrypted(config.column_box, registration.person)
    if not person.address:
        return None
    email, phone = _proven(person)
    return RegistrationContact(
        email=email,
        phone=phone,
        participant_name=person.name,
        manage_url=urls.manage_url(config, registration),
        ticket_url=urls.ticket_url(config, registration),
        ticket=tickets.code_of(config, registration),
        # Whoever comes back after cancelling gets new links.
        times_cancelled=registration.link_version - 1,
    )


def _proven(person: Person) -> tuple[str | None, str | None]:
    # Where both are given only the e-mail address was confirmed; the number may be anybody's.
    return (person.email, None) if person.channel == "email" else (None, person.phone)
