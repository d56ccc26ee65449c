"""What other services' events do here: each one is one use case."""

from sqlalchemy.orm import Session

from services.submissions.use_cases import contacts, disclosing, staff, story
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
    StaffChanged,
)
from shared.events.event import Received
from shared.events.notifications import AccessRequested, PersonErased
from shared.events.registration import ConferenceAnnounced, ConferenceCancelled, ConferenceChanged, ConferenceEvent
from shared.messaging.handling import Handlers


def on_conference(session: Session, received: Received[ConferenceEvent]) -> None:
    """A conference at which recommendations can be adopted, or another date, place or name for it."""
    fact = received.fact
    story.note_conference(session, fact.conference_id, fact.title, fact.starts_at, fact.venue_name)


def on_conference_cancelled(session: Session, received: Received[ConferenceCancelled]) -> None:
    """Nothing is adopted there."""
    story.note_cancelled_conference(session, received.fact.conference_id)


def on_case_step(session: Session, received: Received[CaseEvent]) -> None:
    """Something happened to a case: it belongs to the story of what it came from."""
    story.note_case_step(session, received.id, received.fact)


def on_staff_changed(session: Session, received: Received[StaffChanged]) -> None:
    """Staff sessions ended early."""
    staff.revoke_sessions(session, received.fact.revoked_sessions)


def on_access_requested(session: Session, received: Received[AccessRequested]) -> None:
    """Somebody wants to know what is held of them."""
    disclosing.disclose_ideas(session, session.info["config"], received.fact)


def on_person_erased(session: Session, received: Received[PersonErased]) -> None:
    """Somebody wants to be forgotten."""
    contacts.forget_persons(session, session.info["config"], received.fact.subject_ids)


HANDLERS: Handlers = {
    ConferenceAnnounced: on_conference,
    ConferenceChanged: on_conference,
    ConferenceCancelled: on_conference_cancelled,
    CaseOpened: on_case_step,
    CaseTriaged: on_case_step,
    CaseScheduled: on_case_step,
    CaseDecided: on_case_step,
    CaseReferred: on_case_step,
    CaseAcknowledged: on_case_step,
    CaseAnswered: on_case_step,
    CaseClosed: on_case_step,
    StaffChanged: on_staff_changed,
    AccessRequested: on_access_requested,
    PersonErased: on_person_erased,
}
