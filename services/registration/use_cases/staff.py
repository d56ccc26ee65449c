"""What happens here when staff accounts change at the council."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.orm import Session

from shared.web import staff_tokens


def revoke_sessions(session: Session, session_ids: Iterable[UUID]) -> None:
    """From now on no token of these staff sessions is good here."""
    for session_id in session_ids:
        staff_tokens.revoke(session, session_id)
