"""Pages for everyone: what became of the recommendations and petitions."""

from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, render_template, request

from services.council.announcements import OUTCOME_LABELS, STATUS_LABELS
from services.council.queries import cases as queries
from services.council.queries.cases import Filter
from shared.web.access import public_page
from shared.web.current import database

pages = Blueprint("public", __name__, url_prefix="/rat")

#: What people can narrow the list to: open cases, closed ones.
_STANDS = {"offen": True, "abgeschlossen": False}


@pages.get("/")
@public_page
def outcomes() -> str:
    """All cases, newest first, with what became of each."""
    stand, words = request.args.get("stand", ""), request.args.get("q", "")
    wanted = Filter(is_open=_STANDS.get(stand), words=words, after=request.args.get("nach"))
    with database.read() as session:
        rows, last = queries.page_of_cases(session, wanted)
    following = f"/rat/?{urlencode({'stand': stand, 'q': words, 'nach': last})}" if last else None
    page = {"cases": rows, "next_url": following, "stand": stand, "words": words}
    return render_template("public/outcomes.html", labels=STATUS_LABELS, outcomes=OUTCOME_LABELS, **page)


@pages.get("/vorgaenge/<uuid:case_id>")
@public_page
def case(case_id: UUID) -> str:
    """One case and its time line."""
    with database.read() as session:
        found = queries.case(session, case_id)
        steps = queries.timeline(found, for_staff=False)
    return render_template("public/case.html", case=found, steps=steps, labels=STATUS_LABELS, outcomes=OUTCOME_LABELS)
