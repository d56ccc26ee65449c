"""Sessions of the council and the committees."""

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from services.council.console.cases import READERS
from services.council.queries import meetings as queries
from services.council.schemas.meetings import MeetingSchema
from services.council.use_cases import meetings
from services.council.use_cases.meetings import AlreadyPlanned
from shared.web import forms
from shared.web.access import CONSOLE, staff_page
from shared.web.current import database
from shared.web.i18n import gettext
from shared.web.staff_tokens import Staff

pages = Blueprint("meetings", __name__, url_prefix="/intern/sitzungen")
_PLANNERS = ("admin", "clerk")


@pages.get("/")
@staff_page(*READERS)
def list_meetings(staff: Staff) -> str:
    """Every session with the cases on its agenda."""
    with database.read() as session:
        planned = queries.meetings(session)
    may_plan = bool(staff.roles.intersection(_PLANNERS))
    return render_template("console/meetings.html", staff=staff, meetings=planned, may_plan=may_plan)


@pages.route("/neu", methods=["GET", "POST"])
@staff_page(*_PLANNERS)
def plan_meeting(staff: Staff) -> ResponseReturnValue:
    """A session with its day, time and place."""
    form = forms.read(MeetingSchema()) if request.method == "POST" else forms.blank()
    if form.is_valid and form.values is not None:
        try:
            with database.write() as session:
                meetings.plan_meeting(session, **form.values)
            return redirect(f"{CONSOLE}/sitzungen/")
        except AlreadyPlanned:
            form.reject("held_on", gettext("An diesem Tag ist für dieses Gremium schon eine Sitzung eingetragen."))
    with database.read() as session:
        bodies = [(body.name, body.name) for body in queries.bodies_that_meet(session)]
    return render_template(
        "console/meeting_new.html", staff=staff, form=form, bodies=bodies
    ), 422 if form.errors else 200
