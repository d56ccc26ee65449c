"""The office's look at who is there: numbers, walk-ins that belong to a registration, the poster for the wall."""

from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.registration import attendance, queries, tickets, wall
from services.registration.config import config
from services.registration.roles import OFFICE
from services.registration.use_cases import walk_ins as use_cases
from shared.web import i18n
from shared.web.access import staff_page
from shared.web.current import database
from shared.web.i18n import gettext
from shared.web.staff_tokens import Staff

pages = Blueprint("presence", __name__, url_prefix="/intern/konferenzen")


@pages.route("/<uuid:conference_id>/anwesenheit", methods=["GET", "POST"])
@staff_page(*OFFICE)
def overview(staff: Staff, conference_id: UUID) -> str:
    """Who is there, and the walk-ins; a search is posted, so that no name stands in an address."""
    walk_in = request.form.get("walk_in", type=UUID)
    typed = request.form.get("name", "")[:80]
    with database.read() as session:
        return render_template(
            "door/office.html",
            staff=staff,
            conference=queries.conference(session, conference_id),
            attendance=attendance.attendance_of(session, conference_id),
            walk_ins=attendance.walk_ins(session, config, conference_id),
            searched=walk_in,
            typed=typed,
            found=attendance.find_by_name(session, config, conference_id, typed) if walk_in else None,
        )


@pages.post("/<uuid:conference_id>/anwesenheit/<uuid:checkin_id>/zuordnen")
@staff_page(*OFFICE)
def link(_staff: Staff, conference_id: UUID, checkin_id: UUID) -> ResponseReturnValue:
    """This walk-in had registered."""
    registration_id = request.form.get("registration_id", type=UUID)
    with database.write() as session:
        use_cases.link_walk_in(session, conference_id, checkin_id, registration_id)
    return redirect(url_for("presence.overview", conference_id=conference_id), 303)


@pages.post("/<uuid:conference_id>/anwesenheit/<uuid:checkin_id>/loesen")
@staff_page(*OFFICE)
def unlink(_staff: Staff, conference_id: UUID, checkin_id: UUID) -> ResponseReturnValue:
    """It hadn't."""
    with database.write() as session:
        use_cases.unlink_walk_in(session, conference_id, checkin_id)
    return redirect(url_for("presence.overview", conference_id=conference_id), 303)


@pages.get("/<uuid:conference_id>/plakat")
@staff_page(*OFFICE)
def poster(staff: Staff, conference_id: UUID) -> str:
    """A page to print: visitors read its code and say that they are there."""
    with database.read() as session:
        conference = queries.conference(session, conference_id)
    return render_template(
        "door/poster.html",
        staff=staff,
        conference=conference,
        code=wall.code_of(config, conference),
        address=f"{config.web.base_url}/konferenzen/",
        # Plain German would say the same once more.
        invitation=[_invitation(language.tag) for language in i18n.offered() if "-" not in language.tag],
    )


@pages.get("/<uuid:conference_id>/plakat/qr.svg")
@staff_page(*OFFICE)
def poster_picture(_staff: Staff, conference_id: UUID) -> Response:
    """The code of the poster as a picture."""
    with database.read() as session:
        url = wall.url_of(config, queries.conference(session, conference_id))
    return Response(tickets.qr_picture(url), mimetype="image/svg+xml")


def _invitation(tag: str) -> dict[str, str]:
    with i18n.render_in(tag, "registration"):
        text = gettext("Sind Sie da? Halten Sie Ihr Handy auf dieses Bild und drücken Sie „Ich bin da“.")
        return {"tag": tag, "direction": i18n.direction(), "text": text}
