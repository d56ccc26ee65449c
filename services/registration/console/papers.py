"""The papers for the day, made anew each time that the office asks for one, and kept nowhere."""

from uuid import UUID

from flask import Blueprint, Response

from services.registration import papers
from services.registration.config import config
from services.registration.roles import OFFICE
from shared.web.access import staff_page
from shared.web.current import database
from shared.web.staff_tokens import Staff

pages = Blueprint("papers", __name__, url_prefix="/intern/konferenzen")


@pages.get("/<uuid:conference_id>/tagesblatt.pdf")
@staff_page(*OFFICE)
def day_sheet(_staff: Staff, conference_id: UUID) -> Response:
    """The conference on one page, for the team."""
    with database.read() as session:
        return _paper(papers.day_sheet(session, config, conference_id))


@pages.get("/<uuid:conference_id>/teilnahmeliste.pdf")
@staff_page(*OFFICE)
def sign_in_list(_staff: Staff, conference_id: UUID) -> Response:
    """Who is expected, to tick at the entrance."""
    with database.read() as session:
        return _paper(papers.sign_in_list(session, config, conference_id))


@pages.get("/<uuid:conference_id>/namensschilder.pdf")
@staff_page(*OFFICE)
def badges(_staff: Staff, conference_id: UUID) -> Response:
    """What people wear, to cut out."""
    with database.read() as session:
        return _paper(papers.badges(session, config, conference_id))


def _paper(pdf: bytes) -> Response:
    return Response(pdf, mimetype="application/pdf")
