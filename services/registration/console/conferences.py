"""Pages for the office: conferences, and who comes."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from services.registration import attendance, by_hand, calendars, queries, totals
from services.registration.config import config
from services.registration.models import Conference, Registration
from services.registration.models.conferences import VENUE_LINES
from services.registration.models.offers import HOURS_TO_ANSWER
from services.registration.models.stages import CLOSED, OPEN, STATES, STEPS
from services.registration.models.timetable import TIMES
from services.registration.models.venues import FEATURES
from services.registration.roles import OFFICE
from services.registration.schemas import conferences as schemas
from services.registration.use_cases import affected, templates
from services.registration.use_cases import conferences as use_cases
from shared.clock import CIVIL_ZONE
from shared.rules import IllegalTransition
from shared.web import forms
from shared.web.access import staff_page
from shared.web.current import database
from shared.web.forms import Form
from shared.web.staff_tokens import Staff

pages = Blueprint("console", __name__, url_prefix="/intern/konferenzen")


@pages.get("/")
@staff_page(*OFFICE)
def conference_list(staff: Staff) -> str:
    """All conferences, drafts included, or those that somebody looks for."""
    page = min(max(1, request.args.get("page", 1, type=int)), 10_000)
    form = Form(typed=MultiDict(request.args.items()))
    wanted = queries.Wanted(
        state=form.typed.get("state", ""),
        year=form.typed.get("year", None, type=int),
        words=form.typed.get("q", "").strip(),
    )
    with database.read() as session:
        found, has_more, years = queries.wanted_conferences(session, wanted, page)
        return render_template(
            "console/conferences.html",
            staff=staff,
            conferences=found,
            page=page,
            has_more=has_more,
            years=years,
            states=STATES,
            form=form,
            sought={name: value for name, value in form.typed.items() if name in ("state", "year", "q") and value},
        )


@pages.route("/neu", methods=["GET", "POST"])
@staff_page(*OFFICE)
def plan_conference(staff: Staff) -> ResponseReturnValue:
    """A new draft."""
    if request.method == "GET":
        return _edit(staff, forms.blank({"waiting_list": "true", "hours_to_answer": HOURS_TO_ANSWER}), None)
    form = forms.read(schemas.ConferenceFormSchema())
    if not form.is_valid or form.values is None:
        return _edit(staff, form, None)
    with database.write() as session:
        planned = use_cases.plan_conference(session, **form.values)
    return redirect(url_for("console.conference_page", conference_id=planned.id), 303)


@pages.post("/<uuid:conference_id>/vorlage")
@staff_page(*OFFICE)
def copy_conference(_staff: Staff, conference_id: UUID) -> ResponseReturnValue:
    """A new draft with everything but the registrations; its times have to be looked at next."""
    with database.write() as session:
        planned = templates.copy_conference(session, conference_id, {})
    return redirect(url_for("console.change_conference", conference_id=planned.id), 303)


@pages.get("/<uuid:conference_id>")
@staff_page(*OFFICE)
def conference_page(staff: Staff, conference_id: UUID) -> str:
    """One conference: its main figures, who waits, and the steps it can take with what they will do."""
    with database.read() as session:
        conference = queries.conference(session, conference_id)
        return render_template(
            "console/conference.html",
            staff=staff,
            conference=conference,
            place=calendars.place_of(conference),
            steps=_steps(conference),
            totals=totals.standing(session, conference_id),
            in_line=[_waiting(session, one) for one in queries.line(session, conference_id)],
            overrides=[*by_hand.overrides(session, conference_id), *by_hand.paper_lists(session, conference_id)],
            attendance=attendance.attendance_of(session, conference_id),
        )


@pages.route("/<uuid:conference_id>/bearbeiten", methods=["GET", "POST"])
@staff_page(*OFFICE)
def change_conference(staff: Staff, conference_id: UUID) -> ResponseReturnValue:
    """Change what staff write."""
    with database.read() as session:
        conference = queries.conference(session, conference_id)
    if request.method == "GET":
        return _edit(staff, forms.blank(_typed(conference)), conference)
    form = forms.read(schemas.ConferenceFormSchema())
    if "back" in request.form or not form.is_valid or form.values is None:
        return _edit(staff, form, conference)
    if reached := _to_be_asked(conference, form.values["details"]):
        return render_template("console/ask.html", staff=staff, form=form, conference=conference, reached=reached)
    try:
        with database.write() as session:
            use_cases.change_conference(session, config, conference_id, **form.values)
    except IllegalTransition as error:
        form.reject("", str(error))
        return _edit(staff, form, conference)
    return redirect(url_for("console.conference_page", conference_id=conference_id), 303)


def _waiting(session: Session, one: Registration) -> dict[str, Any]:
    return queries.details_of(session, config, one, masked=True) | {"queued_at": one.queued_at}


def _steps(conference: Conference) -> list[str]:
    """The steps that would change something now."""
    done = {CLOSED: "close", OPEN: "open"}.get(conference.by_the_clock)
    return [verb for verb in STEPS if conference.allows(verb) and verb != done]


def _to_be_asked(conference: Conference, details: dict[str, Any]) -> totals.Reached | None:
    """Whom saving would write to, while nobody has said yes to that."""
    if (
        "sure" in request.form
        or not conference.is_public
        or not affected.is_moved(affected.published(conference), details)
    ):
        return None
    with database.read() as session:
        return totals.reached(session, config, conference.id) or None


def _edit(staff: Staff, form: Form, conference: Conference | None) -> ResponseReturnValue:
    page = render_template("console/edit.html", staff=staff, form=form, conference=conference, features=FEATURES)
    return page, 422 if form.errors else 200


def _typed(conference: Conference) -> dict[str, Any]:
    """The conference as somebody would type it into the form."""
    times = {name: getattr(conference, name).astimezone(CIVIL_ZONE).strftime("%Y-%m-%dT%H:%M") for name in TIMES}
    venue = {f"venue.{part}": getattr(conference, f"venue_{part}") for part in VENUE_LINES}
    venue |= {f"venue.access.notes.{tag}": text for tag, text in conference.venue_access.items()}
    venue["venue.access.features"] = conference.venue_features
    title = {f"title.{tag}": text for tag, text in conference.title.items()}
    motto = {f"motto.{tag}": text for tag, text in conference.motto.items()}
    waiting_list = "true" if conference.waiting_list else None
    approval = "true" if conference.approval else None
    numbers = {"capacity": conference.capacity, "hours_to_answer": conference.hours_to_answer}
    return {**title, **motto, **times, **venue, **numbers, "waiting_list": waiting_list, "approval": approval}
