"""What other services' events do here: each one is one use case."""

from sqlalchemy.orm import Session

from services.registration.use_cases import disclosing, erasure, offers, outcomes, staff
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
from shared.events.notifications import AccessRequested, PersonErased, SmsReceived
from shared.messaging.handling import Handlers


def on_staff_changed(session: Session, received: Received[StaffChanged]) -> None:
    """Staff sessions ended early."""
    staff.revoke_sessions(session, received.fact.revoked_sessions)


def on_access_requested(session: Session, received: Received[AccessRequested]) -> None:
    """Somebody wants to know what is held of them."""
    disclosing.disclose_registrations(session, session.info["config"], received.fact)


def on_person_erased(session: Session, received: Received[PersonErased]) -> None:
    """Somebody wants to be forgotten."""
    erasure.forget_persons(session, session.info["config"], received.fact.subject_ids)


def on_sms_received(session: Session, received: Received[SmsReceived]) -> None:
    """Somebody answered by SMS, perhaps the offer of a place. What was erased since is nobody's answer."""
    answer = received.private
    if answer is not None:
        config = session.info["config"]
        offers.answer_by_sms(session, config, answer.phone, is_yes=answer.is_yes, at=received.occurred_at)


def on_case_step(session: Session, received: Received[CaseEvent]) -> None:
    """The case of a recommendation moved on; the front page shows where it stands."""
    outcomes.note_outcome(session, received.fact)


HANDLERS: Handlers = {
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
    SmsReceived: on_sms_received,
}
