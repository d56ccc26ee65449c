"""Visitors say themselves that they are there: with the code on the wall, on the day, and never by looking at a page."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import Schema

from services.registration import queries, urls, wall
from services.registration.config import config
from services.registration.models import Conference, Registration
from services.registration.models.attendance import MOST_BY_THEMSELVES, Entry, takes_visitors_themselves
from services.registration.schemas import checkins as schemas
from services.registration.use_cases import checkins as use_cases
from shared import clock, ids
from shared.rules import IllegalTransition
from shared.web import forms
from shared.web.access import by_token, public_page
from shared.web.clients import limited
from shared.web.current import database
from shared.web.forms import Form
from shared.web.i18n import gettext

pages = Blueprint("here", __name__)
_WELCOME = {use_cases.CHECKED_IN, use_cases.ALREADY}
#: A whole conference may come through the one network of the venue.
_RATE = "400 per 10 minutes"


@pages.get("/konferenzen/<uuid:conference_id>/da")
@limited(_RATE, methods=("GET",))
@public_page
def page(conference_id: UUID) -> ResponseReturnValue:
    """With the code of the wall: a ticket's code, or so many without one."""
    with database.read() as session:
        conference = queries.public_conference(session, conference_id)
    return _page(conference, forms.blank())


@pages.post("/konferenzen/<uuid:conference_id>/da/ticket")
@limited(_RATE)
@public_page
def with_ticket(conference_id: UUID) -> ResponseReturnValue:
    """Somebody types the code of their ticket."""
    return _say(conference_id, schemas.SelfTicketFormSchema(), "ticket")


@pages.post("/konferenzen/<uuid:conference_id>/da/ohne-anmeldung")
@limited(_RATE)
@public_page
def without_ticket(conference_id: UUID) -> ResponseReturnValue:
    """So many people without a registration."""
    return _say(conference_id, schemas.SelfWalkInFormSchema(), "count")


@pages.get("/konferenzen/<uuid:conference_id>/da/danke")
@public_page
def thanks(conference_id: UUID) -> str:
    """They are counted."""
    with database.read() as session:
        return render_template("public/here_thanks.html", conference=queries.public_conference(session, conference_id))


@pages.route("/anmeldung/ticket/<token>/da", methods=["GET", "POST"])
@limited(_RATE, methods=("GET", "POST"))
@by_token
def by_link(token: str) -> ResponseReturnValue:
    """The same with the ticket that somebody has on their phone anyway."""
    with database.read() as session:
        own = queries.by_token(session, config, urls.TICKET, token)
        conference = queries.conference(session, own.conference_id)
    if request.method == "GET":
        return _page(conference, forms.blank(), own)
    form = forms.read(schemas.OnlyIdSchema())
    return _judged(conference, form, "code", own, registration_id=own.id)


def _say(conference_id: UUID, schema: Schema, field: str) -> ResponseReturnValue:
    with database.read() as session:
        conference = queries.public_conference(session, conference_id)
    form = forms.read(schema)
    told = {"people" if name == "count" else name: value for name, value in (form.values or {}).items()}
    told.pop("client_id", None)
    return _judged(conference, form, field, None, **told)


def _judged(
    conference: Conference, form: Form, field: str, own: Registration | None, **told: Any
) -> ResponseReturnValue:
    if not wall.opens(config, conference, request.form.get("code", "")):
        return _page(conference, form, own)
    if not form.is_valid or form.values is None:
        return _page(conference, form, own)
    entry = Entry(client_id=form.values["client_id"], at=clock.now(), **told)
    try:
        with database.write() as session:
            verdict = use_cases.record_self(session, config, conference.id, entry)
    except IllegalTransition as error:
        form.reject(field, str(error))
        return _page(conference, form, own)
    if verdict.result not in _WELCOME:
        form.reject(
            field,
            gettext("Mit diesem Ticket geht es nicht. Bitte vergleichen Sie den Code, oder fragen Sie am Empfang."),
        )
        return _page(conference, form, own)
    return redirect(url_for("here.thanks", conference_id=conference.id), 303)


def _page(conference: Conference, form: Form, own: Registration | None = None) -> ResponseReturnValue:
    code = request.values.get("code", "")
    knows_code = wall.opens(config, conference, code)
    if code and not knows_code:
        form.reject("code", gettext("Das ist nicht der Code von heute. Bitte vergleichen Sie ihn mit dem Plakat."))
    page = render_template(
        "public/here.html",
        conference=conference,
        form=form,
        own=own,
        is_open=takes_visitors_themselves(conference),
        code=code if knows_code else "",
        most_people=MOST_BY_THEMSELVES,
        new_id=ids.public,
    )
    return page, 422 if form.errors else 200
