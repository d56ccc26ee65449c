"""The JSON door for desks: entries one by one or in batches, undone, and counted."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.registration import attendance, queries
from services.registration.api import api
from services.registration.config import config
from services.registration.door.access import require_own
from services.registration.door.batches import judged
from services.registration.roles import DOOR
from services.registration.schemas import checkins as schemas
from shared.rules import NotFound
from shared.web.access import staff_api
from shared.web.current import database
from shared.web.idempotency import idempotent
from shared.web.staff_tokens import Staff


@api.route("/conferences/<uuid:conference_id>/checkins", methods=["POST"])
@staff_api(*DOOR)
@api.arguments(schemas.CheckinsSchema)
@idempotent
@api.response(200, schemas.VerdictsSchema)
def check_in(session: Session, staff: Staff, values: dict[str, Any], conference_id: UUID) -> dict[str, Any]:
    """Let people in: a ticket, or a walk-in; alone, or as a batch from a desk that was without network.

    Each entry gets its own verdict, and one that can't be read loses none of the others. An entry that comes again under its
    `client_id` is counted once; so is a ticket that two desks read: the second is told since when.
    """
    require_own(staff, conference_id)
    return {"checkins": judged(session, config, conference_id, values["checkins"], staff)}


@api.route("/conferences/<uuid:conference_id>/checkins/<uuid:client_id>", methods=["DELETE"])
@staff_api(*DOOR)
@api.response(200, schemas.VerdictSchema)
def undo(staff: Staff, conference_id: UUID, client_id: UUID) -> dict[str, Any]:
    """Undo one entry; nobody is counted for it any more."""
    require_own(staff, conference_id)
    with database.write() as session:
        [verdict] = judged(session, config, conference_id, [{"client_id": str(client_id), "undo": True}], staff)
    if verdict["result"] != "undone":
        raise NotFound
    return verdict


@api.route("/conferences/<uuid:conference_id>/checkins/summary", methods=["GET"])
@staff_api(*DOOR)
@api.response(200, schemas.AttendanceSchema)
def show_attendance(staff: Staff, conference_id: UUID) -> attendance.Attendance:
    """How many people are there, with and without a registration."""
    require_own(staff, conference_id)
    with database.read() as session:
        queries.conference(session, conference_id)
        return attendance.attendance_of(session, conference_id)
