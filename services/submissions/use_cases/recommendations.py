"""Adopting recommendations: the conference voted by raised hands, staff write it down."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from services.submissions.models import Conference, Idea, Recommendation
from services.submissions.use_cases.story import tell
from shared import clock, ids
from shared.events.submissions import RecommendationAdopted
from shared.messaging import outbox
from shared.rules import IllegalTransition, NotFound
from shared.web.i18n import gettext

# The year's row stays locked until the transaction ends, so a number is given for good or not at all.
_COUNT_UP = text(
    "INSERT INTO recommendation_years (year, last) VALUES (:year, 1) ON CONFLICT (year) DO UPDATE"
    " SET last = recommendation_years.last + 1 RETURNING last"
)


@dataclass(frozen=True, kw_only=True)
class Adoption:
    """A recommendation as the conference voted for it, checked by schemas.AdoptionSchema; texts are {language: text}."""

    title: dict[str, str]
    text: dict[str, str]
    idea_ids: list[UUID]
    conference_id: UUID
    votes_yes: int
    votes_no: int
    votes_abstain: int
    addressee_kind: str
    addressee_name: str


def adopt_recommendation(session: Session, adoption: Adoption) -> Recommendation:
    """Make published ideas a numbered recommendation of a conference. Raises NotFound, IllegalTransition."""
    conference = session.get(Conference, adoption.conference_id)
    ideas = _locked(session, adoption.idea_ids)
    if conference is None or len(ideas) != len(set(adoption.idea_ids)):
        raise NotFound(gettext("Diese Konferenz oder eine der Ideen gibt es nicht."))
    if conference.is_cancelled:
        raise IllegalTransition(gettext("Diese Konferenz hat nicht stattgefunden. Bitte wählen Sie eine andere."))
    recommendation = _recommendation(session, adoption)
    session.add(recommendation)
    for idea in ideas:
        idea.adopt_into(recommendation)
    fact = _adopted(recommendation, conference, ideas)
    referred = [outbox.key_of("idea", idea.id) for idea in ideas]
    tell(session, recommendation, outbox.add(session, recommendation, fact, refers_to=referred), fact.name)
    return recommendation


def _locked(session: Session, idea_ids: Iterable[UUID]) -> list[Idea]:
    # Always in the same order, so that two adoptions that share ideas wait for each other instead of blocking for ever.
    return list(session.scalars(select(Idea).where(Idea.id.in_(list(idea_ids))).order_by(Idea.id).with_for_update()))


def _recommendation(session: Session, adoption: Adoption) -> Recommendation:
    year = clock.today().year
    number = session.execute(_COUNT_UP, {"year": year}).scalar_one()
    return Recommendation(
        id=ids.public(),
        version=0,
        number=f"E-{year}-{number:03d}",
        title=adoption.title,
        text=adoption.text,
        conference_id=adoption.conference_id,
        votes_yes=adoption.votes_yes,
        votes_no=adoption.votes_no,
        votes_abstain=adoption.votes_abstain,
        addressee_kind=adoption.addressee_kind,
        addressee_name=adoption.addressee_name,
        adopted_at=clock.now(),
    )


def _adopted(recommendation: Recommendation, conference: Conference, ideas: Iterable[Idea]) -> RecommendationAdopted:
    return RecommendationAdopted(
        recommendation_id=recommendation.id,
        number=recommendation.number,
        title=recommendation.title,
        text=recommendation.text,
        idea_ids=[idea.id for idea in ideas],
        conference_id=conference.id,
        conference_title=conference.title,
        votes_yes=recommendation.votes_yes,
        votes_no=recommendation.votes_no,
        votes_abstain=recommendation.votes_abstain,
        addressee_kind=recommendation.addressee_kind,
        addressee_name=recommendation.addressee_name,
        adopted_at=recommendation.adopted_at,
    )
