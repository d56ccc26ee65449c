"""What concerns the staff who work here; their accounts belong to the council."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.orm import Session

from shared.web import staff_tokens


def revoke_sessions(session: Session, session_ids: Iterable[UUID]) -> None:
    """From now on tokens of these staff sessions are worth nothing here."""
    for session_id in session_ids:
        staff_tokens.revoke(session, session_id)
