"""Pages for staff: what was told to whom and what came of it, addresses masked."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from services.notifications import paging, queries, wording
from services.notifications.config import config
from services.notifications.models import Status
from services.notifications.schemas import AddressSchema, LogQuerySchema
from services.notifications.use_cases import refusing, sending
from shared.web import forms
from shared.web.access import staff_page
from shared.web.current import database
from shared.web.forms import Form
from shared.web.i18n import gettext
from shared.web.staff_tokens import Staff

pages = Blueprint("console", __name__, url_prefix="/intern/mitteilungen")

OFFICE = ("clerk", "admin")


@pages.get("/")
@staff_page(*OFFICE, "privacy")
def log(staff: Staff) -> ResponseReturnValue:
    """The log, newest first, narrowed by state, channel, event or one address."""
    wanted = forms.validate(LogQuerySchema(), request.args).values or {"page": 1}
    with database.read() as session:
        lines, has_more = queries.log(session, config, wanted, wanted["page"])
        counts = queries.counts(session)
    return render_template(
        "console/log.html",
        staff=staff,
        wanted=wanted,
        lines=lines,
        counts=counts,
        wording=wording,
        statuses=[status.value for status in Status],
        may_send=bool(staff.roles.intersection(OFFICE)),
        previous_url=paging.previous_url(wanted["page"]),
        next_url=paging.next_url(wanted["page"], has_more),
    )


@pages.post("/<uuid:notification_id>/senden")
@staff_page(*OFFICE)
def send_again(_staff: Staff, notification_id: UUID) -> ResponseReturnValue:
    """Release an unknown notification, or retry a failed one."""
    with database.write() as session:
        sending.send_again(session, notification_id)
    return redirect("/intern/mitteilungen/", 303)


@pages.route("/sperre", methods=["GET", "POST"])
@staff_page(*OFFICE)
def lift(staff: Staff) -> ResponseReturnValue:
    """Let somebody be written to again who once said "that wasn't me" and now asks for it."""
    form = forms.read(AddressSchema()) if request.method == "POST" else Form()
    is_lifted = False
    if form.values is not None:
        with database.write() as session:
            address = form.values.get("email") or form.values["phone"]
            is_lifted = refusing.lift(session, config, address, staff.name[:120])
        if not is_lifted:
            form.reject(
                "email", gettext("Zu dieser Adresse hat niemand „Das war ich nicht“ gesagt. Bitte prüfen Sie sie.")
            )
    page = render_template("console/lift.html", staff=staff, form=form, is_lifted=is_lifted)
    return page, 422 if form.errors else 200
