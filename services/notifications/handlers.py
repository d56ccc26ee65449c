"""What other services' events do here: each one is one use case."""

from typing import Any

from sqlalchemy.orm import Session

from services.notifications.config import Config
from services.notifications.use_cases import accessing, conferences, ideas, outcomes, registrations
from shared.events.council import (
    CaseAcknowledged,
    CaseAnswered,
    CaseClosed,
    CaseDecided,
    CaseEvent,
    CaseOpened,
    CaseReferred,
    CaseScheduled,
    CaseTriaged,
    PetitionsDisclosed,
    StaffChanged,
)
from shared.events.disclosure import Disclosure
from shared.events.event import Received
from shared.events.registration import (
    ConferenceAnnounced,
    ConferenceCancelled,
    ConferenceChanged,
    RegistrationAnswerMissed,
    RegistrationApplied,
    RegistrationAttended,
    RegistrationCancelled,
    RegistrationChanged,
    RegistrationConfirmed,
    RegistrationInvitationsChosen,
    RegistrationOffered,
    RegistrationPromoted,
    RegistrationReminded,
    RegistrationRepeated,
    RegistrationRequested,
    RegistrationRequeued,
    RegistrationsDisclosed,
    RegistrationWaitlisted,
)
from shared.events.submissions import (
    IdeaConfirmed,
    IdeaDeclined,
    IdeaPublished,
    IdeaReceived,
    IdeasDisclosed,
    IdeaWithdrawn,
    PetitionReceived,
    RecommendationAdopted,
)
from shared.messaging.handling import Handlers


def on_conference_announced(session: Session, received: Received[ConferenceAnnounced]) -> None:
    """There is a conference to come."""
    conferences.announce_conference(session, _config(session), received)


def on_conference_changed(session: Session, received: Received[ConferenceChanged]) -> None:
    """It has another date, place or name."""
    conferences.know_conference(session, received.fact)


def on_conference_cancelled(session: Session, received: Received[ConferenceCancelled]) -> None:
    """It doesn't take place."""
    conferences.note_cancelled(session, received.fact)


def on_registration_requested(session: Session, received: Received[RegistrationRequested]) -> None:
    """Somebody wants a place and has to confirm."""
    registrations.ask_registrant(session, _config(session), received)


def on_registration_news(session: Session, received: Received[Any]) -> None:
    """A participant's registration is looked at, or a place is sure, waits, came free, was there, or is elsewhere now."""
    registrations.tell_registrant(session, _config(session), received)


def on_registration_offered(session: Session, received: Received[RegistrationOffered]) -> None:
    """A place is held for a participant until they answer."""
    registrations.tell_offer(session, _config(session), received)


def on_registration_answer_missed(session: Session, received: Received[RegistrationAnswerMissed]) -> None:
    """A participant answered by SMS what nobody asks."""
    registrations.tell_standing(session, _config(session), received)


def on_registration_reminded(session: Session, received: Received[RegistrationReminded]) -> None:
    """A participant's conference is near."""
    registrations.remind(session, _config(session), received)


def on_registration_attended(session: Session, received: Received[RegistrationAttended]) -> None:
    """A participant was there."""
    registrations.tell_follower(session, _config(session), received)


def on_registration_invitations_chosen(session: Session, received: Received[RegistrationInvitationsChosen]) -> None:
    """Somebody wants to hear of the next conferences, or doesn't any more."""
    registrations.follow_conferences(session, _config(session), received)


def on_registration_cancelled(session: Session, received: Received[RegistrationCancelled]) -> None:
    """A place is free again."""
    registrations.tell_cancelled(session, _config(session), received)


def on_received(session: Session, received: Received[Any]) -> None:
    """Somebody handed in an idea or a petition."""
    ideas.give_receipt(session, _config(session), received)


def on_idea_confirmed(session: Session, received: Received[IdeaConfirmed]) -> None:
    """The author may be written to."""
    ideas.confirm_author(session, received)


def on_idea_published(session: Session, received: Received[IdeaPublished]) -> None:
    """Everybody can read it."""
    ideas.tell_published(session, _config(session), received)


def on_idea_taken_down(session: Session, received: Received[Any]) -> None:
    """It isn't public, or not any more."""
    ideas.tell_taken_down(session, _config(session), received)


def on_recommendation_adopted(session: Session, received: Received[RecommendationAdopted]) -> None:
    """The conference made ideas a recommendation."""
    outcomes.tell_adopted(session, _config(session), received)


def on_case_opened(session: Session, received: Received[CaseOpened]) -> None:
    """The council took it up."""
    outcomes.tell_opened(session, _config(session), received)


def on_case_step(session: Session, received: Received[CaseEvent]) -> None:
    """Something happened to a case."""
    outcomes.tell_step(session, _config(session), received)


def on_disclosed(session: Session, received: Received[Disclosure]) -> None:
    """A service told what it holds of somebody who wants to know."""
    accessing.keep_answer(session, _config(session), received)


def on_staff_changed(session: Session, received: Received[StaffChanged]) -> None:
    """Somebody's roles, contact or sessions changed."""
    outcomes.follow_as_member(session, _config(session), received)


def _config(session: Session) -> Config:
    config: Config = session.info["config"]
    return config


HANDLERS: Handlers = {
    ConferenceAnnounced: on_conference_announced,
    ConferenceChanged: on_conference_changed,
    ConferenceCancelled: on_conference_cancelled,
    RegistrationRequested: on_registration_requested,
    RegistrationRepeated: on_registration_news,
    RegistrationConfirmed: on_registration_news,
    RegistrationApplied: on_registration_news,
    RegistrationWaitlisted: on_registration_news,
    RegistrationPromoted: on_registration_news,
    RegistrationOffered: on_registration_offered,
    RegistrationRequeued: on_registration_news,
    RegistrationAnswerMissed: on_registration_answer_missed,
    RegistrationChanged: on_registration_news,
    RegistrationReminded: on_registration_reminded,
    RegistrationAttended: on_registration_attended,
    RegistrationInvitationsChosen: on_registration_invitations_chosen,
    RegistrationCancelled: on_registration_cancelled,
    IdeaReceived: on_received,
    PetitionReceived: on_received,
    IdeaConfirmed: on_idea_confirmed,
    IdeaPublished: on_idea_published,
    IdeaDeclined: on_idea_taken_down,
    IdeaWithdrawn: on_idea_taken_down,
    RecommendationAdopted: on_recommendation_adopted,
    CaseOpened: on_case_opened,
    CaseTriaged: on_case_step,
    CaseScheduled: on_case_step,
    CaseDecided: on_case_step,
    CaseReferred: on_case_step,
    CaseAcknowledged: on_case_step,
    CaseAnswered: on_case_step,
    CaseClosed: on_case_step,
    StaffChanged: on_staff_changed,
    RegistrationsDisclosed: on_disclosed,
    IdeasDisclosed: on_disclosed,
    PetitionsDisclosed: on_disclosed,
}
