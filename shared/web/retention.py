"""The report on what is kept and for how long, the same in every service's console."""

from collections.abc import Sequence

from flask import Blueprint, Flask, current_app, render_template

from shared import retention
from shared.web.access import staff_page
from shared.web.current import database
from shared.web.operations.places import PLACES, kept_of, label_of
from shared.web.staff_tokens import Staff

_pages = Blueprint("retention", __name__)


def mount_report(app: Flask, rules: Sequence[retention.Rule]) -> None:
    """Let the service's console show what became of its rules."""
    app.extensions["retention"] = rules
    app.register_blueprint(_pages, url_prefix=kept_of(app.name))


@_pages.get("/")
@staff_page("privacy", "admin")
def report(staff: Staff) -> str:
    """Each rule of this service, when it was obeyed last, and how much was forgotten."""
    with database.read() as session:
        runs = retention.runs(session)
    return render_template(
        "shared/aufbewahrung.html",
        staff=staff,
        rules=current_app.extensions["retention"],
        runs=runs,
        places=PLACES,
        here=current_app.name,
        service=label_of(current_app.name),
    )
