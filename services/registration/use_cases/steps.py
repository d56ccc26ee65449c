"""The steps of a conference from its draft to the archive, and who is told of them."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.registration import queries
from services.registration.attendance import count_attended
from services.registration.config import Config
from services.registration.models import Conference
from services.registration.models.agenda import move_along, require_fitting
from services.registration.use_cases import affected, choices
from services.registration.use_cases.locks import locked_conference
from services.registration.use_cases.registrations import withdraw
from shared import clock
from shared.rules import NotFound

#: The steps that need nothing but to be taken.
PLAIN_STEPS = frozenset({"announce", "open", "close", "hold", "archive"})


def take_step(session: Session, conference_id: UUID, verb: str) -> Conference:
    """Announce, open, close, hold or archive. Raises NotFound or IllegalTransition."""
    if verb not in PLAIN_STEPS:
        raise NotFound
    conference = _step(session, conference_id, verb)
    if verb == "announce":
        affected.announce(session, conference)
    return conference


def postpone_conference(
    session: Session, config: Config, conference_id: UUID, times: Mapping[str, datetime], explanation: dict[str, str]
) -> Conference:
    """Put it off; everybody keeps their place and hears why. Raises NotFound or IllegalTransition.

    `times` are starts_at and ends_at, and the times of registration that are others than before.
    """
    conference = _step(session, conference_id, "postpone")
    before = affected.published(conference)
    conference.put_off(times, explanation)
    move_along(conference, before["starts_at"])
    require_fitting(conference)
    affected.tell_changes(session, config, conference, before, explanation)
    return conference


def cancel_conference(session: Session, config: Config, conference_id: UUID, explanation: dict[str, str]) -> Conference:
    """It doesn't take place; all registrations end, and everybody concerned hears why. Raises NotFound or IllegalTransition."""
    conference = _step(session, conference_id, "cancel")
    conference.notice = explanation
    affected.tell_cancelled(session, conference)
    ending = queries.to_be_cancelled(session, conference_id)
    choices.hold(session, conference_id)
    for registration in ending:
        withdraw(session, config, conference, registration, reason="conference_cancelled")
    return conference


def document_conference(session: Session, conference_id: UUID, report: dict[str, str]) -> Conference:
    """Publish what happened there and how many came, or correct it. Raises NotFound or IllegalTransition."""
    conference = _step(session, conference_id, "document")
    conference.report = report
    count_attended(session, conference)
    return conference


def _step(session: Session, conference_id: UUID, verb: str) -> Conference:
    conference = locked_conference(session, conference_id)
    conference.step(verb)
    conference.changed_at = clock.now()
    return conference
