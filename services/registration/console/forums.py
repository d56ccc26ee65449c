"""The page on which the office arranges the forums of a conference."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.registration import queries
from services.registration.config import config
from services.registration.models import Conference
from services.registration.roles import OFFICE
from services.registration.schemas.forums import ROWS, ForumsFormSchema
from services.registration.use_cases import conferences as use_cases
from shared.web import forms
from shared.web.access import staff_page
from shared.web.current import database
from shared.web.forms import Form
from shared.web.staff_tokens import Staff

pages = Blueprint("forums", __name__, url_prefix="/intern/konferenzen")


@pages.route("/<uuid:conference_id>/foren", methods=["GET", "POST"])
@staff_page(*OFFICE)
def arrange_forums(staff: Staff, conference_id: UUID) -> ResponseReturnValue:
    """Which forums there are, in which order."""
    with database.read() as session:
        conference = queries.conference(session, conference_id)
    if request.method == "GET":
        return _forums(staff, forms.blank(_typed_forums(conference)), conference)
    form = forms.read(ForumsFormSchema())
    if not form.is_valid or form.values is None:
        return _forums(staff, form, conference)
    with database.write() as session:
        use_cases.change_conference(session, config, conference_id, {}, **form.values)
    return redirect(url_for("console.conference_page", conference_id=conference_id), 303)


def _forums(staff: Staff, form: Form, conference: Conference) -> ResponseReturnValue:
    # Only German is asked for; what is wrong with the whole title is that it is missing.
    form.errors = {f"{name}.de" if name.endswith(".title") else name: text for name, text in form.errors.items()}
    places = [(place, place) for place in range(1, len(ROWS) + 1)]
    page = render_template(
        "console/forums.html", staff=staff, form=form, conference=conference, rows=ROWS, places=places
    )
    return page, 422 if form.errors else 200


def _typed_forums(conference: Conference) -> dict[str, Any]:
    """The forums as somebody would type them into the form."""
    typed: dict[str, Any] = {f"{row}.place": place for place, row in enumerate(ROWS, start=1)}
    for row, forum in zip(ROWS, conference.forums, strict=False):
        typed[f"{row}.id"] = forum.id
        typed |= {f"{row}.title.{tag}": text for tag, text in forum.title.items()}
    return typed
