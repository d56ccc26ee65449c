"""The JSON doors of the waiting list, for the office."""

from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy.orm import Session

from services.registration import by_hand, queries
from services.registration.api.blueprint import api
from services.registration.config import config
from services.registration.models.overrides import EXTEND
from services.registration.roles import OFFICE
from services.registration.schemas import registrations as schemas
from services.registration.schemas import waiting_list as line_schemas
from services.registration.use_cases import overrides
from shared.web.access import staff_api
from shared.web.current import database
from shared.web.i18n import gettext
from shared.web.idempotency import idempotent
from shared.web.problems import problem
from shared.web.staff_tokens import Staff


@api.route("/conferences/<uuid:conference_id>/waiting-list", methods=["GET"])
@staff_api(*OFFICE)
@api.response(200, line_schemas.WaitingListSchema)
def show_waiting_list(_staff: Staff, conference_id: UUID) -> dict[str, Any]:
    """Who holds an offer and who waits, in order, and what staff did to it by hand."""
    with database.read() as session:
        queries.conference(session, conference_id)
        in_line = [
            queries.details_of(session, config, one, masked=True) for one in queries.line(session, conference_id)
        ]
        return {"data": in_line, "overrides": by_hand.overrides(session, conference_id)}


@api.route(
    "/registrations/<uuid:registration_id>/<any('offer', 'take-back', 'extend', 'remove'):action>", methods=["POST"]
)
@staff_api(*OFFICE)
@api.arguments(line_schemas.OverrideSchema)
@idempotent
@api.response(200, schemas.RegistrationShownSchema)
def override(
    session: Session, staff: Staff, values: dict[str, Any], registration_id: UUID, action: str
) -> dict[str, Any] | Response:
    """Offer places out of order, take an offer back, extend it (`until`), or remove somebody from the waiting list."""
    if action == EXTEND and "until" not in values:
        message = gettext("Bitte geben Sie an, bis wann das Angebot gelten soll.")
        return problem(422, gettext("Bitte prüfen Sie die genannten Felder."), {"until": [message]})
    if action != EXTEND:
        values.pop("until", None)
    changed = overrides.DO[action](session, session.info["config"], registration_id, staff, **values)
    return queries.details_of(session, config, changed, masked=True)
