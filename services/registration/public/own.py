"""What somebody sees of their own registration, by the links only they have."""

import json
from datetime import datetime
from uuid import UUID

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.registration import by_hand, calendars, queries, tickets, urls
from services.registration.config import config
from services.registration.models import Conference
from services.registration.models.attendance import takes_visitors_themselves
from services.registration.models.consents import INVITATIONS, TEXTS
from services.registration.models.household import AGE_GROUPS, MOST_COMPANIONS, in_words
from services.registration.models.people import ASSISTANCE, INTERPRETATION
from services.registration.models.questions import WrongAnswers
from services.registration.schemas import registrations as schemas
from services.registration.use_cases import offers
from services.registration.use_cases import registrations as use_cases
from services.registration.use_cases.choices import FullForum
from services.registration.use_cases.consents import withdraw_invitations
from shared.rules import IllegalTransition
from shared.web import forms
from shared.web.access import by_token
from shared.web.current import database
from shared.web.forms import Form

pages = Blueprint("own", __name__, url_prefix="/anmeldung")


@pages.get("/meine/<token>")
@by_token
def registration(token: str) -> str:
    """Everything stored about it, and what can be done with it."""
    with database.read() as session:
        found = queries.by_token(session, config, urls.MANAGE, token)
        conference = queries.conference(session, found.conference_id)
        own = queries.details_of(session, config, found, masked=False)
        return render_template(
            "public/own.html",
            token=token,
            own=own,
            coming_along=in_words(own["household"] or {}),
            conference=conference,
            place=calendars.place_of(conference),
            ticket_token=urls.token_for(config, urls.TICKET, found),
            interpretation=INTERPRETATION,
            assistance=ASSISTANCE,
            is_refused=by_hand.is_refused(session, found),
            is_invited=any(yes.purpose == INVITATIONS for yes in queries.consents(session, found.id)),
        )


@pages.get("/meine/<token>/daten.json")
@by_token
def download(token: str) -> Response:
    """Everything stored about it, as a file to keep."""
    with database.read() as session:
        found = queries.by_token(session, config, urls.MANAGE, token)
        stored = json.dumps(queries.stored(session, config, found), default=_written, ensure_ascii=False, indent=2)
    headers = {"Content-Disposition": "attachment; filename=anmeldung.json"}
    return Response(stored, mimetype="application/json", headers=headers)


@pages.post("/meine/<token>/keine-einladungen")
@by_token
def stop_invitations(token: str) -> ResponseReturnValue:
    """Take back the yes to invitations."""
    with database.write() as session:
        found = queries.by_token(session, config, urls.MANAGE, token)
        withdraw_invitations(session, config, found.id)
    return redirect(url_for("own.registration", token=token), 303)


@pages.route("/meine/<token>/aendern", methods=["GET", "POST"])
@by_token
def change(token: str) -> ResponseReturnValue:
    """Change name, language, who comes along, needs or forums."""
    with database.read() as session:
        found = queries.by_token(session, config, urls.MANAGE, token)
        found.require_admitted()
        conference = queries.conference(session, found.conference_id)
        conference.require_changeable()
        shown = queries.details_of(session, config, found, masked=False)
    if request.method == "GET":
        household = {f"household.{group}": count for group, count in (shown["household"] or {}).items()}
        answers = {f"answers.{question_id}": said for question_id, said in shown["answers"].items()}
        return _change_page(token, forms.blank(shown | household | answers), conference)
    form = forms.read(schemas.ChangeFormSchema())
    if _is_changed(found.id, form):
        return redirect(url_for("own.registration", token=token), 303)
    return _change_page(token, form, conference)


@pages.post("/meine/<token>/annehmen")
@by_token
def accept(token: str) -> ResponseReturnValue:
    """Take the offered places."""
    with database.write() as session:
        found = queries.by_token(session, config, urls.MANAGE, token)
        offers.accept(session, config, found.id)
    return redirect(url_for("own.registration", token=token), 303)


@pages.post("/meine/<token>/ablehnen")
@by_token
def decline(token: str) -> ResponseReturnValue:
    """Refuse the offered places, and leave the waiting list."""
    with database.write() as session:
        found = queries.by_token(session, config, urls.MANAGE, token)
        offers.decline(session, config, found.id)
    return redirect(url_for("own.registration", token=token), 303)


@pages.post("/meine/<token>/absagen")
@by_token
def cancel(token: str) -> ResponseReturnValue:
    """Give the places back."""
    with database.write() as session:
        found = queries.by_token(session, config, urls.MANAGE, token)
        use_cases.cancel_registration(session, config, found.id)
    return redirect(url_for("own.registration", token=token), 303)


@pages.get("/ticket/<token>")
@by_token
def ticket(token: str) -> ResponseReturnValue:
    """The ticket, to be shown on a phone or printed. Whoever gave it back sees on their own page how things stand."""
    with database.read() as session:
        found = queries.by_token(session, config, urls.TICKET, token)
        details = queries.details_of(session, config, found, masked=False)
        manage_token = urls.token_for(config, urls.MANAGE, found)
        if details["ticket"] is None:
            return redirect(url_for("own.registration", token=manage_token), 303)
        conference = queries.conference(session, found.conference_id)
        place = calendars.place_of(conference)
        return render_template(
            "public/ticket.html",
            token=token,
            manage_token=manage_token,
            own=details,
            conference=conference,
            place=place,
            is_today=takes_visitors_themselves(conference),
        )


@pages.get("/ticket/<token>/qr.svg")
@by_token
def ticket_picture(token: str) -> Response:
    """The ticket's code as a picture."""
    with database.read() as session:
        found = queries.by_token(session, config, urls.TICKET, token)
        code = tickets.code_of(config, found)
    if code is None:
        abort(404)
    return Response(tickets.qr_picture(code), mimetype="image/svg+xml")


def _written(value: datetime | UUID) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _is_changed(registration_id: UUID, form: Form) -> bool:
    """Whether the form was in order and there was room; if not, the form says why."""
    if not form.is_valid or form.values is None:
        return False
    try:
        with database.write() as session:
            use_cases.change_registration(session, config, registration_id, form.values)
    except WrongAnswers as error:
        form.errors |= error.errors
        return False
    except IllegalTransition as error:
        form.reject("forums" if isinstance(error, FullForum) else "household", str(error))
        return False
    return True


def _change_page(token: str, form: Form, conference: Conference) -> ResponseReturnValue:
    page = render_template(
        "public/change.html",
        token=token,
        form=form,
        conference=conference,
        age_groups=AGE_GROUPS,
        most_companions=MOST_COMPANIONS,
        interpretation=INTERPRETATION,
        assistance=ASSISTANCE,
        consents=TEXTS,
    )
    return page, 422 if form.errors else 200
