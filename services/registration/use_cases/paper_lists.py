"""What the office does with a paper list that somebody collected: everybody on it is registered as if they had called."""

from uuid import UUID

from sqlalchemy.orm import Session

from services.registration.config import Config
from services.registration.models import PaperList, Registration
from services.registration.models.consents import PAPER
from services.registration.models.overrides import ACTOR_LENGTH
from services.registration.models.people import Wish
from services.registration.use_cases.behalf import enter_registration
from shared import ids
from shared.web.staff_tokens import Staff


def enter_from_list(
    session: Session,
    config: Config,
    conference_id: UUID,
    wish: Wish,
    *,
    by: Staff,
    list_id: UUID,
    entry: UUID,
    from_reserved: bool,
) -> Registration:
    """Register somebody from the list `list_id`, and count them in the line that says who brought it in.

    Raises what `enter_registration` raises.
    """
    new = enter_registration(
        session, config, conference_id, wish, by=by, way=PAPER, entry=entry, from_reserved=from_reserved
    )
    # The conference is locked since: of two requests at once only one begins the line.
    line_id = ids.derived(list_id, "paper list", str(conference_id))
    line = session.get(PaperList, line_id)
    if line is None:
        line = PaperList(
            id=line_id,
            conference_id=conference_id,
            staff_id=by.id,
            actor=by.name[:ACTOR_LENGTH],
            registrations=0,
            places=0,
        )
        session.add(line)
    line.count(new.places)
    return new
