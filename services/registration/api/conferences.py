"""The JSON doors of conferences."""

from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy.orm import Session

from services.registration import queries, totals
from services.registration.api.blueprint import api, is_office, naming_fields
from services.registration.config import config
from services.registration.models import Conference
from services.registration.models.timetable import TIMES
from services.registration.roles import OFFICE
from services.registration.schemas import conferences as schemas
from services.registration.schemas import steps as step_schemas
from services.registration.schemas.totals import TotalsSchema
from services.registration.use_cases import conferences as use_cases
from services.registration.use_cases import steps, templates
from shared.web.access import public_api, staff_api
from shared.web.api import page_of
from shared.web.current import database, settings
from shared.web.i18n import gettext
from shared.web.idempotency import idempotent
from shared.web.problems import problem
from shared.web.staff_tokens import Staff


@api.route("/conferences", methods=["GET"])
@public_api
@api.arguments(schemas.PageSchema, location="query")
@api.response(200, schemas.ConferencesSchema)
def list_conferences(values: dict[str, int]) -> dict[str, Any]:
    """All conferences, newest first; staff see drafts, too."""
    page = values["page"]
    with database.read() as session:
        found, has_more = queries.conferences(session, drafts=is_office(), page=page)
    next_url = f"{settings.base_url}{api.url_prefix}/conferences?page={page + 1}" if has_more else None
    return page_of(list(found), next_url)


@api.route("/conferences", methods=["POST"])
@staff_api(*OFFICE)
@api.arguments(schemas.ConferencePlanSchema)
@idempotent
@api.response(201, schemas.ConferenceShownSchema)
def plan_conference(session: Session, _staff: Staff, values: dict[str, Any]) -> Conference:
    """Make a draft, which only staff see until it is announced; with a template everything that isn't named comes from there."""
    plan = templates.copy_conference if "template" in values else use_cases.plan_conference
    with naming_fields():
        return plan(session, **values)


@api.route("/conferences/<uuid:conference_id>", methods=["GET"])
@public_api
@api.response(200, schemas.ConferenceShownSchema)
def show_conference(conference_id: UUID) -> Conference:
    """One conference."""
    find = queries.conference if is_office() else queries.public_conference
    with database.read() as session:
        return find(session, conference_id)


@api.route("/conferences/<uuid:conference_id>", methods=["PATCH"])
@staff_api(*OFFICE)
@api.arguments(schemas.ConferenceChangesSchema(partial=True))
@api.response(200, schemas.ConferenceShownSchema)
def change_conference(_staff: Staff, values: dict[str, Any], conference_id: UUID) -> Conference | Response:
    """Change some of it. More places go to the waiting list; a new time or place is told to whoever takes part or waits."""
    details = values["details"]
    with naming_fields(), database.write() as session:
        before = queries.conference(session, conference_id)
        times = {name: getattr(before, name) for name in TIMES} | details
        if errors := schemas.wrong_times(times):
            return problem(422, gettext("Bitte prüfen Sie die genannten Felder."), errors)
        return use_cases.change_conference(session, config, conference_id, **values)


@api.route("/conferences/<uuid:conference_id>/postpone", methods=["POST"])
@staff_api(*OFFICE)
@api.arguments(step_schemas.PostponeSchema)
@idempotent
@api.response(200, schemas.ConferenceShownSchema)
def postpone_conference(session: Session, _staff: Staff, values: dict[str, Any], conference_id: UUID) -> Conference:
    """Put it off. Everybody keeps their place, and whoever has one or waits for one is told at once."""
    with naming_fields():
        return steps.postpone_conference(session, config, conference_id, **values)


@api.route("/conferences/<uuid:conference_id>/cancel", methods=["POST"])
@staff_api(*OFFICE)
@api.arguments(step_schemas.ReasonSchema)
@idempotent
@api.response(200, schemas.ConferenceShownSchema)
def cancel_conference(session: Session, _staff: Staff, values: dict[str, Any], conference_id: UUID) -> Conference:
    """Cancel it. All registrations end, and whoever had a place or waited for one is told at once."""
    return steps.cancel_conference(session, config, conference_id, values["reason"])


@api.route("/conferences/<uuid:conference_id>/document", methods=["POST"])
@staff_api(*OFFICE)
@api.arguments(step_schemas.ReportSchema)
@idempotent
@api.response(200, schemas.ConferenceShownSchema)
def document_conference(session: Session, _staff: Staff, values: dict[str, Any], conference_id: UUID) -> Conference:
    """Publish what happened there, or correct it."""
    return steps.document_conference(session, conference_id, values["report"])


@api.route("/conferences/<uuid:conference_id>/<verb>", methods=["POST"])
@staff_api(*OFFICE)
@idempotent
@api.response(200, schemas.ConferenceShownSchema)
def step_conference(session: Session, _staff: Staff, conference_id: UUID, verb: str) -> Conference:
    """Announce it, open registration at once or close it early, note that it was held, or archive it."""
    return steps.take_step(session, conference_id, verb)


@api.route("/conferences/<uuid:conference_id>/totals", methods=["GET"])
@staff_api(*OFFICE)
@api.response(200, TotalsSchema)
def show_totals(_staff: Staff, conference_id: UUID) -> totals.Totals:
    """What the conference has to be prepared for; needs are those of people with a place."""
    with database.read() as session:
        return totals.totals_of(session, config, conference_id)
