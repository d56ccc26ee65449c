"""Who may stand at the entrance of which conference."""

from uuid import UUID

from flask import abort

from services.registration.roles import OFFICE
from shared.web.staff_tokens import Staff


def require_own(staff: Staff, conference_id: UUID) -> None:
    """Aborts with 403 where the token is bound to another conference."""
    if staff.conference_id not in {None, conference_id}:
        abort(403)


def may_look_up(staff: Staff) -> bool:
    """Whether this person may read names: the office, not every helper with a phone."""
    return not staff.roles.isdisjoint(OFFICE)
