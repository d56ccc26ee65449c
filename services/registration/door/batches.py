"""A batch of entries as it came in, judged: what can't be read is answered in its place and stops nothing else."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.registration.config import Config
from services.registration.door.access import may_look_up
from services.registration.models.attendance import Entry
from services.registration.schemas import checkins as schemas
from services.registration.use_cases import checkins as use_cases
from shared.web.i18n import gettext
from shared.web.staff_tokens import Staff


def judged(
    session: Session, config: Config, conference_id: UUID, raw: list[dict[str, Any]], staff: Staff
) -> list[dict[str, Any]]:
    """The verdicts in the order of the entries. Raises NotFound or IllegalTransition where nobody is let in."""
    read = [_allowed(one, staff) for one in schemas.read(raw)]
    entries = [one for one in read if isinstance(one, Entry)]
    verdicts = iter(use_cases.record(session, config, conference_id, entries, staff.session_id))
    return [asdict(next(verdicts)) if isinstance(one, Entry) else one for one in read]


def _allowed(one: Entry | dict[str, Any], staff: Staff) -> Entry | dict[str, Any]:
    # Who may not read names has no registration to name.
    if isinstance(one, Entry) and one.registration_id is not None and not may_look_up(staff):
        errors = {"registration_id": [gettext("Ihr Konto darf das nicht. Fragen Sie bitte die Geschäftsstelle.")]}
        return {"client_id": str(one.client_id), "result": schemas.INVALID, "errors": errors}
    return one
