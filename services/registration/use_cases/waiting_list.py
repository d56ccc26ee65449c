"""Who gets a place and who waits for one: strict order, households whole or not at all, moving up by itself.

Every function here expects the conference locked. Whoever is first in line is offered the places as soon as all of theirs are
free; until then nobody behind them is served. Where too little time is left for an answer the places are theirs at once.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from services.registration import queries, tickets
from services.registration.config import Config
from services.registration.models import Conference, Registration
from services.registration.models.people import Person
from services.registration.use_cases.facts import contact_with_links, tell
from shared.events.registration import (
    RegistrationConfirmed,
    RegistrationOffered,
    RegistrationPromoted,
    RegistrationRequeued,
    RegistrationWaitlisted,
)
from shared.rules import IllegalTransition
from shared.web.i18n import gettext


class NoRoom(IllegalTransition):
    """It is full, and there is no waiting list."""


@contextmanager
def counted(conference: Conference, registration: Registration) -> Iterator[None]:
    """Count the registration at its conference as what it is after the block: the one place where places are counted.

    Raises IllegalTransition when they aren't there.
    """
    held, waited_for = registration.places_held, registration.places_waited_for
    yield
    conference.count(registration.places_held - held, registration.places_waited_for - waited_for)


def admit(session: Session, config: Config, conference: Conference, registration: Registration) -> None:
    """Give the registration its places, or the end of the waiting list: nobody overtakes those who wait already.

    Raises NoRoom when it is full and there is no waiting list.
    """
    if conference.has_room_for(registration.places) and not conference.places_waiting:
        seat(session, config, conference, registration, RegistrationConfirmed)
    elif conference.waiting_list:
        _queue(session, config, conference, registration)
    else:
        raise NoRoom(gettext("Leider sind inzwischen alle Plätze vergeben."))


def move_up(session: Session, config: Config, conference: Conference) -> None:
    """Offer free places to the first in line, as long as the first one fits whole."""
    while (first := queries.first_in_line(session, conference.id)) and conference.has_room_for(first.places):
        offer(session, config, conference, first)


def offer(session: Session, config: Config, conference: Conference, registration: Registration) -> None:
    """Hold its places for it until it answers, or give them at once where too little time is left to ask, or no way to.

    Raises IllegalTransition when they aren't free.
    """
    until = conference.answer_until()
    if until is None or not Person.decrypted(config.column_box, registration.person).address:
        seat(session, config, conference, registration, RegistrationPromoted)
        return
    with counted(conference, registration):
        registration.offer(until)
    tell_offer(session, config, registration)


def keep_offer(session: Session, config: Config, conference: Conference, registration: Registration) -> None:
    """Ask once more after the conference moved, for an answer in time for the new date; the places are theirs at once where
    too little time is left."""
    if registration.offered_until and registration.offered_until > conference.offers_end_at:
        until = conference.answer_until()
        if until is None:
            seat(session, config, conference, registration, RegistrationPromoted)
            return
        registration.answer_sooner(until)
    tell_offer(session, config, registration)


def tell_offer(session: Session, config: Config, registration: Registration) -> None:
    """Say what is offered, and until when. Raises IllegalTransition where nothing is."""
    if registration.offered_until is None:
        raise IllegalTransition(gettext("Ihnen ist gerade kein Platz angeboten."))
    offered = RegistrationOffered(
        registration_id=registration.id,
        conference_id=registration.conference_id,
        language=registration.language,
        places=registration.places,
        offered_until=registration.offered_until,
    )
    tell(session, registration, offered, contact_with_links(config, registration))


def take_back(session: Session, config: Config, conference: Conference, registration: Registration) -> None:
    """End an offer; the person waits again where they were. Were they first there, they would be offered the same places at
    once, so they go to the end. Raises IllegalTransition where nobody else waits."""
    first = queries.first_in_line(session, conference.id)
    if first is None:
        raise IllegalTransition(
            gettext("Sonst wartet niemand: Die Plätze würden dieser Person gleich wieder angeboten.")
        )
    was_first = (registration.queue_number or 0) < (first.queue_number or 0)
    with counted(conference, registration):
        registration.queue(conference.next_queue_number() if was_first else registration.queue_number or 0)
    requeued = RegistrationRequeued(
        registration_id=registration.id,
        conference_id=conference.id,
        language=registration.language,
        places=registration.places,
        rank=queries.rank(session, registration),
    )
    tell(session, registration, requeued, contact_with_links(config, registration))


def resize(conference: Conference, registration: Registration, companions: int) -> None:
    """Let more or fewer companions come; who waits keeps their place in line. Raises IllegalTransition when there is no room
    for those who are new."""
    more = companions - registration.companions
    if registration.places_held and more > 0 and conference.places_waiting:
        raise IllegalTransition(gettext("Für weitere Personen ist kein Platz frei: Andere warten schon länger."))
    if 1 + companions > conference.capacity:
        raise IllegalTransition(gettext("So viele Plätze hat diese Konferenz nicht."))
    with counted(conference, registration):
        registration.companions = companions


def seat(
    session: Session,
    config: Config,
    conference: Conference,
    registration: Registration,
    fact: type[RegistrationConfirmed] | type[RegistrationPromoted],
) -> None:
    """Give it its places, with a ticket. Raises IllegalTransition when they aren't there."""
    ticket, ticket_mark = tickets.new_ticket(config)
    with counted(conference, registration):
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
    with counted(conference, registration):
        registration.queue(conference.next_queue_number())
    waitlisted = RegistrationWaitlisted(
        registration_id=registration.id,
        conference_id=conference.id,
        language=registration.language,
        places=registration.places,
        rank=queries.rank(session, registration),
    )
    tell(session, registration, waitlisted, contact_with_links(config, registration))
