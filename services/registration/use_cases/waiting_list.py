"""Who gets a place and who waits for one: strict order, households whole or not at all, moving up by itself.

Every function here expects the conference locked.
"""

from sqlalchemy.orm import Session

from services.registration import queries, tickets
from services.registration.config import Config
from services.registration.models import Conference, Registration
from services.registration.use_cases.facts import contact_with_links, tell
from shared.events.registration import RegistrationConfirmed, RegistrationPromoted, RegistrationWaitlisted
from shared.rules import IllegalTransition
from shared.web.i18n import gettext


def admit(session: Session, config: Config, conference: Conference, registration: Registration) -> None:
    """Give the registration its places, or the end of the waiting list: nobody overtakes those who wait already.

    Raises IllegalTransition when it is full and there is no waiting list.
    """
    if conference.has_room_for(registration.places) and queries.first_in_line(session, conference.id) is None:
        _seat(session, config, conference, registration, RegistrationConfirmed)
    elif conference.waiting_list:
        _queue(session, config, conference, registration)
    else:
        raise IllegalTransition(gettext("Leider sind inzwischen alle Plätze vergeben."))


def move_up(session: Session, config: Config, conference: Conference) -> None:
    """Give free places to the first in line, as long as the first one fits whole."""
    while (first := queries.first_in_line(session, conference.id)) and conference.has_room_for(first.places):
        _seat(session, config, conference, first, RegistrationPromoted)


def resize(session: Session, conference: Conference, registration: Registration, companions: int) -> None:
    """Let more or fewer companions come. Raises IllegalTransition when there is no room for those who are new."""
    more = companions - registration.companions
    if registration.has_places and more > 0 and queries.first_in_line(session, conference.id) is not None:
        raise IllegalTransition(gettext("Für weitere Personen ist kein Platz frei: Andere warten schon länger."))
    if 1 + companions > conference.capacity:
        raise IllegalTransition(gettext("So viele Plätze hat diese Konferenz nicht."))
    if registration.has_places:
        conference.give_back(registration.places)
        conference.take(1 + companions)
    registration.companions = companions


def _seat(
    session: Session,
    config: Config,
    conference: Conference,
    registration: Registration,
    fact: type[RegistrationConfirmed] | type[RegistrationPromoted],
) -> None:
    conference.take(registration.places)
    ticket, ticket_mark = tickets.new_ticket(config)
    registration.seat(ticket, ticket_mark)
    seated = fact(
        registration_id=registration.id,
        conference_id=conference.id,
        language=registration.language,
        places=registration.places,
        ticket_mark=ticket_mark,
    )
    tell(session, registration, seated, contact_with_links(config, registration))


def _queue(session: Session, config: Config, conference: Conference, registration: Registration) -> None:
    registration.queue(conference.next_queue_number())
    waitlisted = RegistrationWaitlisted(
        registration_id=registration.id,
        conference_id=conference.id,
        language=registration.language,
        places=registration.places,
        rank=queries.rank(session, registration),
    )
    tell(session, registration, waitlisted, contact_with_links(config, registration))
