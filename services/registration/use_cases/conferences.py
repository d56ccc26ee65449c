"""What staff can do with a conference."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.registration import queries
from services.registration.config import Config
from services.registration.models import Conference, Forum
from services.registration.models.conferences import ANNOUNCED, CANCELLED, DRAFT, STEPS
from services.registration.use_cases import waiting_list
from services.registration.use_cases.locks import locked_conference
from services.registration.use_cases.registrations import withdraw
from shared import clock, ids
from shared.events.registration import ConferenceAnnounced
from shared.messaging import outbox
from shared.rules import IllegalTransition, NotFound
from shared.web.i18n import gettext


def plan_conference(
    session: Session, details: Mapping[str, Any], forums: Iterable[Mapping[str, Any]] = ()
) -> Conference:
    """Make a draft that only staff see. `details` are the columns that staff write, `forums` as in `change_conference`."""
    conference = Conference(id=ids.public(), version=0, status=DRAFT, places_taken=0, places_waiting=0, **details)
    session.add(conference)
    _arrange(conference, forums)
    return conference


def change_conference(
    session: Session,
    config: Config,
    conference_id: UUID,
    details: Mapping[str, Any],
    forums: Iterable[Mapping[str, Any]] | None = None,
) -> Conference:
    """Change some of what staff write; places that are new go to who waits. Raises NotFound or IllegalTransition.

    `forums` are all that there are from now on, in their order: `{id?, title}`. One with a known id keeps whoever chose it.
    """
    conference = locked_conference(session, conference_id)
    if not (conference.status == DRAFT or conference.is_to_come):
        raise IllegalTransition(gettext("Diese Konferenz ist vorbei oder abgesagt."))
    conference.resize(details.get("capacity", conference.capacity))
    for name, value in details.items():
        setattr(conference, name, value)
    if forums is not None:
        _arrange(conference, forums)
    conference.changed_at = clock.now()
    waiting_list.move_up(session, config, conference)
    return conference


def take_step(session: Session, config: Config, conference_id: UUID, verb: str) -> Conference:
    """Announce, open, close, hold, archive or cancel, and tell whom it concerns. Raises NotFound or IllegalTransition."""
    conference = locked_conference(session, conference_id)
    if verb not in STEPS:
        raise NotFound
    conference.step(verb)
    conference.changed_at = clock.now()
    if conference.status == ANNOUNCED:
        _announce(session, conference)
    elif conference.status == CANCELLED:
        for registration in queries.to_be_cancelled(session, conference_id):
            withdraw(session, config, conference, registration, reason="conference_cancelled")
    return conference


def _arrange(conference: Conference, forums: Iterable[Mapping[str, Any]]) -> None:
    known: dict[UUID | None, Forum] = {forum.id: forum for forum in conference.forums}
    arranged = []
    for position, told in enumerate(forums):
        # The same id twice, or one that somebody else removed meanwhile, is a new forum.
        forum = known.pop(told.get("id"), None) or Forum(id=ids.public())
        forum.title, forum.position = told["title"], position
        arranged.append(forum)
    conference.forums = arranged


def _announce(session: Session, conference: Conference) -> None:
    announced = ConferenceAnnounced(
        conference_id=conference.id,
        title=conference.title,
        motto=conference.motto,
        starts_at=conference.starts_at,
        ends_at=conference.ends_at,
        venue_name=conference.venue_name,
        venue_street=conference.venue_street,
        venue_postal_code=conference.venue_postal_code,
        venue_locality=conference.venue_locality,
    )
    outbox.add(session, conference, announced)
