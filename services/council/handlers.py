"""What council does about other services' events."""

from sqlalchemy.orm import Session

from services.council.use_cases import disclosing, intake
from services.council.use_cases.intake import Recommendation
from shared.events.event import Received
from shared.events.notifications import AccessRequested, PersonErased
from shared.events.submissions import IdeaWithdrawn, PetitionReceived, RecommendationAdopted
from shared.messaging import erasure
from shared.messaging.handling import Handlers


def on_recommendation_adopted(session: Session, received: Received[RecommendationAdopted]) -> None:
    """Open a case for it."""
    fact = received.fact
    recommendation = Recommendation(
        id=fact.recommendation_id,
        number=fact.number,
        title=fact.title,
        text=fact.text,
        votes=(fact.votes_yes, fact.votes_no, fact.votes_abstain),
        wanted=(fact.addressee_kind, fact.addressee_name),
    )
    intake.open_for_recommendation(session, received.id, recommendation)


def on_petition_received(session: Session, received: Received[PetitionReceived]) -> None:
    """Open a case for it, with text and person encrypted."""
    config, idea_id = session.info["config"], received.fact.idea_id
    intake.open_for_petition(session, config, received.id, idea_id, received.private, received.subject_id)


def on_idea_withdrawn(session: Session, received: Received[IdeaWithdrawn]) -> None:
    """Close the case, if it was a petition."""
    intake.withdraw_petition(session, received.fact.idea_id)


def on_access_requested(session: Session, received: Received[AccessRequested]) -> None:
    """Somebody wants to know what is held of them."""
    disclosing.disclose_petitions(session, session.info["config"], received.fact)


def on_person_erased(session: Session, received: Received[PersonErased]) -> None:
    """Erase what we hold about that person, sealed parts of events included."""
    intake.forget_people(session, received.fact.subject_ids)
    erasure.erase(session, session.info["config"].link_key, received.fact.subject_ids)


HANDLERS: Handlers = {
    RecommendationAdopted: on_recommendation_adopted,
    PetitionReceived: on_petition_received,
    IdeaWithdrawn: on_idea_withdrawn,
    AccessRequested: on_access_requested,
    PersonErased: on_person_erased,
}
