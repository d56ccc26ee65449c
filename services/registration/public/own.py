"""What somebody sees of their own registration, by the links only they have."""

from flask import Blueprint, Response, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from services.registration import calendars, queries, tickets, urls
from services.registration.config import config
from services.registration.models.people import ASSISTANCE, INTERPRETATION
from services.registration.use_cases import registrations as use_cases
from shared.web.access import by_token
from shared.web.current import database

pages = Blueprint("own", __name__, url_prefix="/anmeldung")


@pages.get("/meine/<token>")
@by_token
def registration(token: str) -> str:
    """Everything stored about it, and what can be done with it."""
    with database.read() as session:
        found = queries.by_token(session, config, urls.MANAGE, token)
        conference = queries.conference(session, found.conference_id)
        return render_template(
            "public/own.html",
            token=token,
            own=queries.details_of(session, config, found, masked=False),
            conference=conference,
            place=calendars.place_of(conference),
            ticket_token=urls.token_for(config, urls.TICKET, found),
            interpretation=INTERPRETATION,
            assistance=ASSISTANCE,
        )


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
def ticket(token: str) -> str:
    """The ticket, to be shown on a phone or printed."""
    with database.read() as session:
        found = queries.by_token(session, config, urls.TICKET, token)
        details = queries.details_of(session, config, found, masked=False)
        if details["ticket"] is None:
            abort(404)
        conference = queries.conference(session, found.conference_id)
        place = calendars.place_of(conference)
        return render_template("public/ticket.html", token=token, own=details, conference=conference, place=place)


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
