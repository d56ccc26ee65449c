"""The steps of a conference, as the office takes them: each says beforehand what it does and whom it tells."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.registration import queries, totals
from services.registration.config import config
from services.registration.models import Conference
from services.registration.models.timetable import TIMES
from services.registration.roles import OFFICE
from services.registration.schemas import steps as schemas
from services.registration.use_cases import steps as use_cases
from shared.clock import CIVIL_ZONE
from shared.rules import IllegalTransition
from shared.web import forms
from shared.web.access import staff_page
from shared.web.current import database
from shared.web.forms import Form
from shared.web.staff_tokens import Staff

pages = Blueprint("steps", __name__, url_prefix="/intern/konferenzen")


@pages.route("/<uuid:conference_id>/postpone", methods=["GET", "POST"])
@staff_page(*OFFICE)
def postpone(staff: Staff, conference_id: UUID) -> ResponseReturnValue:
    """New dates, and why."""
    conference = _conference(conference_id)
    if request.method == "GET":
        times = {name: getattr(conference, name).astimezone(CIVIL_ZONE) for name in TIMES}
        return _asked(staff, "postpone", conference, {name: f"{time:%Y-%m-%dT%H:%M}" for name, time in times.items()})
    form = forms.read(schemas.PostponeFormSchema())
    if form.is_valid and form.values is not None:
        try:
            with database.write() as session:
                use_cases.postpone_conference(session, config, conference_id, **form.values)
        except IllegalTransition as error:
            form.reject("starts_at", str(error))
        else:
            return _back(conference_id)
    return _form(staff, "postpone", conference, form), 422


@pages.route("/<uuid:conference_id>/cancel", methods=["GET", "POST"])
@staff_page(*OFFICE)
def cancel(staff: Staff, conference_id: UUID) -> ResponseReturnValue:
    """Why it doesn't take place."""
    conference = _conference(conference_id)
    if request.method == "GET":
        return _asked(staff, "cancel", conference, {})
    form = forms.read(schemas.ReasonSchema())
    if not form.is_valid or form.values is None:
        return _form(staff, "cancel", conference, form), 422
    with database.write() as session:
        use_cases.cancel_conference(session, config, conference_id, form.values["reason"])
    return _back(conference_id)


@pages.route("/<uuid:conference_id>/document", methods=["GET", "POST"])
@staff_page(*OFFICE)
def document(staff: Staff, conference_id: UUID) -> ResponseReturnValue:
    """What happened there."""
    conference = _conference(conference_id)
    if request.method == "GET":
        return _asked(staff, "document", conference, {f"report.{tag}": text for tag, text in conference.report.items()})
    form = forms.read(schemas.ReportSchema())
    if not form.is_valid or form.values is None:
        return _form(staff, "document", conference, form), 422
    with database.write() as session:
        use_cases.document_conference(session, conference_id, form.values["report"])
    return _back(conference_id)


@pages.post("/<uuid:conference_id>/<verb>")
@staff_page(*OFFICE)
def take(_staff: Staff, conference_id: UUID, verb: str) -> ResponseReturnValue:
    """Take a step that needs no more than a click."""
    with database.write() as session:
        use_cases.take_step(session, conference_id, verb)
    return _back(conference_id)


def _conference(conference_id: UUID) -> Conference:
    with database.read() as session:
        return queries.conference(session, conference_id)


def _asked(staff: Staff, verb: str, conference: Conference, known: dict[str, Any]) -> str:
    conference.require(verb)
    return _form(staff, verb, conference, forms.blank(known))


def _form(staff: Staff, verb: str, conference: Conference, form: Form) -> str:
    with database.read() as session:
        reached = totals.reached(session, config, conference.id)
    return render_template(f"console/{verb}.html", staff=staff, form=form, conference=conference, reached=reached)


def _back(conference_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("console.conference_page", conference_id=conference_id), 303)
