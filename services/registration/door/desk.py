"""The desk's page on a phone. It works by plain forms; with JavaScript it reads tickets by camera and goes on without network."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify, redirect, render_template, request, send_from_directory, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from marshmallow import ValidationError

from services.registration import attendance, queries, tickets
from services.registration.config import config
from services.registration.door.access import may_look_up, require_own
from services.registration.door.batches import judged
from services.registration.models.attendance import MOST_PEOPLE
from services.registration.roles import DOOR
from services.registration.schemas import checkins as schemas
from shared import ids
from shared.web import forms
from shared.web.access import staff_page
from shared.web.app import with_camera
from shared.web.bodies import strict_json
from shared.web.current import database
from shared.web.forms import Form
from shared.web.staff_tokens import Staff
from shared.web.static_files import STATIC, asset

pages = Blueprint("door", __name__, url_prefix="/intern/konferenzen")


@pages.get("/einlass")
@staff_page(*DOOR)
def choose(staff: Staff) -> ResponseReturnValue:
    """At which conference? A helper whose access is for one conference is led there."""
    if staff.conference_id is not None:
        return redirect(url_for("door.desk", conference_id=staff.conference_id))
    with database.read() as session:
        return render_template("door/choose.html", staff=staff, conferences=attendance.at_the_door(session))


@pages.get("/<uuid:conference_id>/einlass")
@with_camera
@staff_page(*DOOR)
def desk(staff: Staff, conference_id: UUID) -> ResponseReturnValue:
    """The desk."""
    return _desk(staff, conference_id)


@pages.post("/<uuid:conference_id>/einlass/ticket")
@with_camera
@staff_page(*DOOR)
def take_ticket(staff: Staff, conference_id: UUID) -> ResponseReturnValue:
    """A ticket's code, typed by hand."""
    form = forms.read(schemas.TicketFormSchema())
    return _recorded(staff, conference_id, form)


@pages.post("/<uuid:conference_id>/einlass/ohne-anmeldung")
@with_camera
@staff_page(*DOOR)
def take_walk_in(staff: Staff, conference_id: UUID) -> ResponseReturnValue:
    """People without a ticket."""
    form = forms.read(schemas.WalkInFormSchema())
    return _recorded(staff, conference_id, form)


@pages.post("/<uuid:conference_id>/einlass/rueckgaengig/<uuid:client_id>")
@staff_page(*DOOR)
def take_back(staff: Staff, conference_id: UUID, client_id: UUID) -> ResponseReturnValue:
    """Undo one entry."""
    require_own(staff, conference_id)
    with database.write() as session:
        judged(session, config, conference_id, [{"client_id": str(client_id), "undo": True}], staff)
    return redirect(url_for("door.desk", conference_id=conference_id), 303)


@pages.get("/<uuid:conference_id>/einlass/stand")
@staff_page(*DOOR)
def state(staff: Staff, conference_id: UUID) -> Response:
    """What a desk keeps to go on without network: marks of tickets, and a token to send with."""
    require_own(staff, conference_id)
    with database.read() as session:
        conference = queries.conference(session, conference_id)
        return jsonify(
            csrf_token=generate_csrf(),
            salt=attendance.desk_salt(config, conference_id),
            tickets=attendance.ticket_list(session, config, conference_id),
            attendance=asdict(attendance.attendance_of(session, conference_id)),
            until=(conference.ends_at + attendance.DESK_KEEPS).isoformat(),
        )


@pages.post("/<uuid:conference_id>/einlass/abgleich")
@staff_page(*DOOR)
def exchange(staff: Staff, conference_id: UUID) -> ResponseReturnValue:
    """The entries that a desk collected; it forgets each one only after it has read the verdict here."""
    require_own(staff, conference_id)
    try:
        batch = schemas.CheckinsSchema().load(strict_json(request))["checkins"]
    except ValidationError:
        return jsonify(error="invalid"), 422
    with database.write() as session:
        verdicts = judged(session, config, conference_id, batch, staff)
        told = {"checkins": verdicts, "attendance": attendance.attendance_of(session, conference_id)}
    return jsonify(told)


@pages.post("/<uuid:conference_id>/einlass/suche")
@with_camera
@staff_page(*DOOR)
def look_up(staff: Staff, conference_id: UUID) -> ResponseReturnValue:
    """Somebody without a ticket at hand, by name: for the office."""
    require_own(staff, conference_id)
    if not may_look_up(staff):
        return _desk(staff, conference_id), 403
    with database.read() as session:
        found = attendance.find_by_name(session, config, conference_id, request.form.get("name", "")[:80])
    return _desk(staff, conference_id, found=found)


@pages.post("/<uuid:conference_id>/einlass/person/<uuid:registration_id>")
@with_camera
@staff_page(*DOOR)
def take_person(staff: Staff, conference_id: UUID, registration_id: UUID) -> ResponseReturnValue:
    """Let somebody in who was found by name."""
    form = forms.read(schemas.FoundFormSchema())
    return _recorded(staff, conference_id, form, registration_id=str(registration_id))


@pages.get("/<uuid:conference_id>/einlass/worker.js")
@staff_page(*DOOR)
def worker(staff: Staff, conference_id: UUID) -> Response:
    """What keeps the page without network; it may do so for this page alone."""
    require_own(staff, conference_id)
    response = send_from_directory(STATIC / "vendor", asset("door-worker.js").rpartition("/")[2], max_age=0)
    response.headers["Service-Worker-Allowed"] = url_for("door.desk", conference_id=conference_id)
    return response


def _recorded(staff: Staff, conference_id: UUID, form: Form, **more: str) -> ResponseReturnValue:
    require_own(staff, conference_id)
    if not form.is_valid or form.values is None:
        return _desk(staff, conference_id, form=form), 422
    raw = form.values | {"client_id": str(form.values["client_id"])} | more
    if "ticket" in raw and tickets.read(raw["ticket"]) is None:
        return _desk(staff, conference_id, verdict={"result": "typing_mistake"})
    with database.write() as session:
        [verdict] = judged(session, config, conference_id, [raw], staff)
    return _desk(staff, conference_id, verdict=verdict)


def _desk(
    staff: Staff,
    conference_id: UUID,
    form: Form | None = None,
    verdict: dict[str, Any] | None = None,
    found: list[dict[str, Any]] | None = None,
) -> str:
    require_own(staff, conference_id)
    with database.read() as session:
        return render_template(
            "door/desk.html",
            staff=staff,
            conference=queries.conference(session, conference_id),
            attendance=attendance.attendance_of(session, conference_id),
            last=attendance.last_checkins(session, conference_id),
            form=form or forms.blank(),
            verdict=verdict,
            found=found,
            may_look_up=may_look_up(staff),
            most_people=MOST_PEOPLE,
            new_id=ids.public,
        )
