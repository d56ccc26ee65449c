"""What other services' events do here: each one is one use case."""

from sqlalchemy.orm import Session

from services.registration.use_cases import erasure, staff
from shared.events.council import StaffChanged
from shared.events.event import Received
from shared.events.notifications import PersonErased
from shared.messaging.handling import Handlers


def on_staff_changed(session: Session, received: Received[StaffChanged]) -> None:
    """Staff sessions ended early."""
    staff.revoke_sessions(session, received.fact.revoked_sessions)


def on_person_erased(session: Session, received: Received[PersonErased]) -> None:
    """Somebody wants to be forgotten."""
    erasure.forget_persons(session, session.info["config"], received.fact.subject_ids)


HANDLERS: Handlers = {
    StaffChanged: on_staff_changed,
    PersonErased: on_person_erased,
}
