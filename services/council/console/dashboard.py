"""The first page after signing in: what needs me today."""

from flask import Blueprint, render_template

from services.council.console.cases import READERS
from services.council.models import ROLES
from services.council.queries import cases
from shared.web.access import staff_page
from shared.web.current import database
from shared.web.staff_tokens import Staff

pages = Blueprint("dashboard", __name__, url_prefix="/intern")


@pages.get("/")
@staff_page(*ROLES)
def dashboard(staff: Staff) -> str:
    """Counts of what waits, each a link to it."""
    reads_cases = bool(staff.roles.intersection(READERS))
    with database.read() as session:
        counts = cases.counts(session) if reads_cases else {}
    return render_template("console/dashboard.html", staff=staff, counts=counts, reads_cases=reads_cases)
