"""Writing the story of an idea or recommendation: our own steps and those the council tells."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.submissions.models import IDEA, PETITION, RECOMMENDATION, Conference, Idea, Recommendation, StoryStep
from shared import clock
from shared.events.council import CaseClosed, CaseEvent


def tell(
    session: Session, about: Idea | Recommendation, event_id: UUID, kind: str, words: Mapping[str, str] | None = None
) -> None:
    """Add a step of our own, made by the event `event_id`; `words` are {language: text}."""
    session.add(
        StoryStep(
            event_id=event_id,
            origin=IDEA if isinstance(about, Idea) else RECOMMENDATION,
            origin_id=about.id,
            kind=kind,
            happened_at=clock.now(),
            text=dict(words or {}),
        )
    )


def note_case_step(session: Session, event_id: UUID, fact: CaseEvent) -> None:
    """Add a step of a case to the story of the recommendation or petition it came from; a known step changes nothing."""
    if session.scalar(select(StoryStep.position).where(StoryStep.event_id == event_id)) is not None:
        return
    session.add(
        StoryStep(
            event_id=event_id,
            origin=IDEA if fact.origin == PETITION else fact.origin,
            origin_id=fact.origin_id,
            kind=fact.name,
            happened_at=fact.happened_at,
            text=fact.public_text,
            case_number=fact.number,
            case_id=fact.case_id,
            due_on=fact.due_on,
        )
    )
    if fact.origin == PETITION and isinstance(fact, CaseClosed):
        _close_petition(session, fact.origin_id)


def note_conference(
    session: Session, conference_id: UUID, title: dict[str, str], starts_at: datetime, venue_name: str
) -> None:
    """Know a conference at which recommendations can be adopted."""
    session.merge(Conference(id=conference_id, title=title, starts_at=starts_at, venue_name=venue_name))


def note_cancelled_conference(session: Session, conference_id: UUID) -> None:
    """No recommendation can be adopted there."""
    conference = session.get(Conference, conference_id)
    if conference is not None:
        conference.is_cancelled = True


def _close_petition(session: Session, idea_id: UUID) -> None:
    petition = session.get(Idea, idea_id, with_for_update=True)
    # A withdrawn petition stays withdrawn: that is why its case was closed.
    if petition is not None and petition.allows("close"):
        petition.close()
