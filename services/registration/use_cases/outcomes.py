"""What happens here when a case of the council moves on."""

from sqlalchemy.orm import Session

from services.registration.models import Outcome
from shared.events.council import CaseEvent


def note_outcome(session: Session, fact: CaseEvent) -> None:
    """Keep the newest step of a recommendation's case. Petitions stay where they are: their matter is not for everybody."""
    if fact.origin != "recommendation":
        return
    session.merge(
        Outcome(
            case_id=fact.case_id,
            number=fact.number,
            title=fact.title,
            state=fact.public_text,
            happened_at=fact.happened_at,
        )
    )
