"""The front page and the conferences."""

from uuid import UUID

from flask import Blueprint, Response, render_template, request

from services.registration import calendars, queries
from services.registration.config import config
from services.registration.models.agenda import program_of
from services.registration.models.attendance import takes_visitors_themselves
from services.registration.models.venues import FEATURES
from shared.web.access import public_page
from shared.web.current import database

pages = Blueprint("conferences", __name__)


@pages.get("/")
@public_page
def front() -> str:
    """What this is, the next conference, and what became of the last recommendations."""
    with database.read() as session:
        coming = queries.next_conference(session)
        place = calendars.place_of(coming) if coming else ""
        latest = queries.latest_outcomes(session)
        return render_template("public/front.html", conference=coming, place=place, outcomes=latest)


@pages.get("/konferenzen/")
@public_page
def conference_list() -> str:
    """All conferences, newest first."""
    page = max(1, request.args.get("page", 1, type=int))
    with database.read() as session:
        found, has_more = queries.conferences(session, drafts=False, page=min(page, 10_000))
        return render_template("public/conferences.html", conferences=found, page=page, has_more=has_more)


@pages.get("/konferenzen/kalender.ics")
@public_page
def all_conferences_calendar() -> Response:
    """The newest conferences, for calendars that subscribe."""
    with database.read() as session:
        found, _ = queries.conferences(session, drafts=False, page=1)
        return Response(calendars.feed_of(config, found), mimetype="text/calendar")


@pages.get("/konferenzen/<uuid:conference_id>")
@public_page
def conference_page(conference_id: UUID) -> str:
    """One conference."""
    with database.read() as session:
        conference = queries.public_conference(session, conference_id)
        return render_template(
            "public/conference.html",
            conference=conference,
            place=calendars.place_of(conference),
            features=FEATURES,
            is_today=takes_visitors_themselves(conference),
            program=program_of(conference),
        )


@pages.get("/konferenzen/<uuid:conference_id>/kalender.ics")
@public_page
def conference_calendar(conference_id: UUID) -> Response:
    """One conference for calendars."""
    with database.read() as session:
        conference = queries.public_conference(session, conference_id)
        entry = calendars.calendar_of(config, conference)
    headers = {"Content-Disposition": "attachment; filename=konferenz.ics"}
    return Response(entry, mimetype="text/calendar", headers=headers)
