"""The JSON doors of what the office decides where it looks at each registration."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.registration import queries
from services.registration.api.blueprint import api
from services.registration.config import config
from services.registration.roles import OFFICE
from services.registration.schemas import registrations as schemas
from services.registration.schemas.approval import RefusalSchema
from services.registration.use_cases import approval
from shared.web.access import staff_api
from shared.web.idempotency import idempotent
from shared.web.staff_tokens import Staff


@api.route("/registrations/<uuid:registration_id>/approval", methods=["POST"])
@staff_api(*OFFICE)
@idempotent
@api.response(200, schemas.RegistrationShownSchema)
def approve_registration(session: Session, staff: Staff, registration_id: UUID) -> dict[str, Any]:
    """Let somebody whose registration waits for a decision take part, or wait where it is full. Whoever does already stays so."""
    approved = approval.approve(session, config, registration_id, staff)
    return queries.details_of(session, config, approved, masked=True)


@api.route("/registrations/<uuid:registration_id>/refusal", methods=["POST"])
@staff_api(*OFFICE)
@api.arguments(RefusalSchema)
@idempotent
@api.response(200, schemas.RegistrationShownSchema)
def refuse_registration(
    session: Session, staff: Staff, values: dict[str, Any], registration_id: UUID
) -> dict[str, Any]:
    """Give somebody whose registration waits for a decision no place. They are told; the reason is kept and never sent."""
    refused = approval.refuse(session, config, registration_id, staff, **values)
    return queries.details_of(session, config, refused, masked=True)
