"""What staff write about a conference: planning and changing it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.registration.config import Config
from services.registration.models import Conference
from services.registration.models.agenda import move_along
from services.registration.models.stages import DRAFT
from services.registration.use_cases import waiting_list
from services.registration.use_cases.affected import published, tell_changes
from services.registration.use_cases.locks import locked_conference
from services.registration.use_cases.program import Told, arrange
from shared import clock, ids
from shared.rules import IllegalTransition
from shared.web.i18n import gettext


def plan_conference(session: Session, details: Mapping[str, Any], forums: Told = (), agenda: Told = ()) -> Conference:
    """Make a draft that only staff see. `details` are the columns that staff write, the others as in `change_conference`.

    Raises IllegalTransition; WrongAgenda is one.
    """
    conference = Conference(id=ids.public(), version=0, status=DRAFT, places_taken=0, places_waiting=0, **details)
    conference.require_order()
    session.add(conference)
    arrange(session, conference, forums, agenda)
    # What nobody said anything about gets its first value when it is written.
    session.flush()
    return conference


def change_conference(
    session: Session,
    config: Config,
    conference_id: UUID,
    details: Mapping[str, Any],
    forums: Told | None = None,
    agenda: Told | None = None,
) -> Conference:
    """Change some of what staff write; places that are new go to who waits, and everybody concerned hears of a new time or
    place. Raises NotFound or IllegalTransition.

    `forums` and `agenda` are all that there are from now on, in their order: `{id?, title, starts_at, ends_at, …}`. One with a
    known id keeps whoever chose it. What isn't given moves along with the beginning.
    """
    conference = locked_conference(session, conference_id)
    if not (conference.status == DRAFT or conference.is_to_come):
        raise IllegalTransition(gettext("Diese Konferenz ist vorbei oder abgesagt."))
    before = published(conference)
    conference.resize(details.get("capacity", conference.capacity))
    for name, value in details.items():
        setattr(conference, name, value)
    conference.require_order()
    move_along(conference, before["starts_at"])
    arrange(session, conference, forums, agenda)
    # Whoever saves the times has looked at them.
    conference.is_tentative = conference.is_tentative and "starts_at" not in details
    conference.changed_at = clock.now()
    tell_changes(session, config, conference, before)
    waiting_list.move_up(session, config, conference)
    return conference
