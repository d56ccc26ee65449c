"""Cases as JSON: the public part for everyone, all of it for staff, and the verbs that move one."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import request
from sqlalchemy.orm import Session

from services.council.api.blueprint import api
from services.council.models import RECOMMENDATION, Case
from services.council.models.transitions import TRANSITIONS, verbs_for
from services.council.queries import cases as queries
from services.council.queries.cases import Filter
from services.council.schemas.cases import VERB_SCHEMAS, CaseFilterSchema, CaseListSchema, CaseSchema
from services.council.use_cases.cases import VERBS
from shared.web.access import public_api, staff_api, staff_present
from shared.web.api import page_of
from shared.web.current import database, settings
from shared.web.idempotency import idempotent
from shared.web.staff_tokens import Staff


@api.route("/cases")
@public_api
@api.arguments(CaseFilterSchema, location="query")
@api.response(200, CaseListSchema)
def get_cases(wanted: dict[str, Any]) -> dict[str, Any]:
    """Cases, newest first."""
    staff = staff_present()
    with database.read() as session:
        rows, last = queries.page_of_cases(session, Filter(**wanted))
        data = [_shown(case, staff) for case in rows]
    kept = {name: value for name, value in request.args.items() if name != "after"}
    following = f"{settings.base_url}{request.path}?{urlencode({**kept, 'after': last})}" if last else None
    return page_of(data, following)


@api.route("/cases/<uuid:case_id>")
@public_api
@api.response(200, CaseSchema)
def get_case(case_id: UUID) -> dict[str, Any]:
    """One case."""
    staff = staff_present()
    with database.read() as session:
        case = queries.case(session, case_id)
        shown = _shown(case, staff)
        if staff and (petition := queries.petition_of(case, session.info["config"].column_key, staff)):
            shown["petition"] = petition
    return shown


def _add_verb(verb: str) -> None:
    @api.route(f"/cases/<uuid:case_id>/{verb}", methods=["POST"], endpoint=f"{verb}_case")
    @api.doc(summary=VERBS[verb].__doc__)
    @staff_api(*TRANSITIONS[verb].roles)
    @api.arguments(VERB_SCHEMAS[verb])
    @idempotent
    @api.response(200, CaseSchema)
    def act(session: Session, staff: Staff, values: dict[str, Any], case_id: UUID) -> dict[str, Any]:
        return _shown(VERBS[verb](session, staff, case_id, **values), staff)


for _verb in TRANSITIONS:
    _add_verb(_verb)


def _shown(case: Case, staff: Staff | None) -> dict[str, Any]:
    shown = {
        "id": case.id,
        "number": case.number,
        "origin": case.origin,
        "recommendation_id": case.origin_id if case.origin == RECOMMENDATION else None,
        "status": case.status,
        "title": case.title,
        "text": case.text,
        "addressee": {"kind": case.addressee_kind, "name": case.addressee_name} if case.addressee_name else None,
        "opened_at": case.opened_at,
        "due_on": case.due_on,
        "due_source": case.due_source,
        "overdue": case.overdue_days > 0,
        "outcome": case.outcome,
        "steps": [_step(step, staff) for step in case.steps],
    }
    if staff:
        shown |= {"responsible": case.responsible, "actions": verbs_for(case.status, staff.roles)}
    return shown


def _step(step: Any, staff: Staff | None) -> dict[str, Any]:
    shown = {name: getattr(step, name) for name in ("name", "happened_at", "public_text", "note", "due_on")}
    return shown | ({"actor": step.actor_name} if staff and step.actor_name else {})
