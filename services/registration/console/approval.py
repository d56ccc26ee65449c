"""Pages for the office: deciding registrations one by one or many at once, where it looks at each of them."""

from collections import Counter
from typing import Any
from uuid import UUID

from babel.lists import format_list
from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.registration import by_hand, queries
from services.registration.config import config
from services.registration.models import Registration
from services.registration.roles import OFFICE
from services.registration.schemas.approval import ChosenFormSchema, RefusalSchema
from services.registration.use_cases import approval as use_cases
from services.registration.use_cases.waiting_list import NoRoom
from shared.rules import IllegalTransition, NotFound
from shared.web import forms
from shared.web.access import staff_page
from shared.web.current import database
from shared.web.field_messages import N_
from shared.web.forms import Form
from shared.web.i18n import format_number, gettext, language
from shared.web.staff_tokens import Staff

pages = Blueprint("approval", __name__, url_prefix="/intern/konferenzen/<uuid:conference_id>/pruefen")

#: What became of registrations, as addresses count them and as it is said.
OUTCOMES = {
    "accepted": N_("%(n)s angenommen"),
    "waiting": N_("%(n)s auf der Warteliste"),
    "full": N_("für %(n)s ist kein Platz mehr"),
    "gone": N_("bei %(n)s gab es nichts mehr zu entscheiden"),
    "refused": N_("%(n)s abgelehnt"),
}


@pages.route("", methods=["GET", "POST"])
@staff_page(*OFFICE)
def listed(staff: Staff, conference_id: UUID) -> ResponseReturnValue:
    """Who waits for a decision, oldest first; those that are ticked are approved, each by itself."""
    if request.method == "GET":
        return _list(staff, conference_id, forms.blank())
    form = forms.read(ChosenFormSchema())
    if not form.is_valid or form.values is None:
        return _list(staff, conference_id, form), 422
    with database.read() as session:
        queries.conference(session, conference_id).require_to_come()
    counted = Counter(_outcome(staff, conference_id, chosen) for chosen in form.values["registration"])
    return _back(conference_id, **counted)


@pages.post("/<uuid:registration_id>/annehmen")
@staff_page(*OFFICE)
def approve(staff: Staff, conference_id: UUID, registration_id: UUID) -> ResponseReturnValue:
    """Approve one, from its own page."""
    _approved(staff, conference_id, registration_id)
    own = url_for("registrations.registration_page", conference_id=conference_id, registration_id=registration_id)
    return redirect(own, 303)


@pages.route("/<uuid:registration_id>/ablehnen", methods=["GET", "POST"])
@staff_page(*OFFICE)
def refuse(staff: Staff, conference_id: UUID, registration_id: UUID) -> ResponseReturnValue:
    """Ask for the reason, say what will happen, then refuse."""
    form = forms.read(RefusalSchema()) if request.method == "POST" else forms.blank()
    if form.is_valid and form.values is not None:
        with database.write() as session:
            queries.registration_at(session, conference_id, registration_id)
            use_cases.refuse(session, config, registration_id, staff, **form.values)
        return _back(conference_id, refused=1)
    with database.read() as session:
        found = queries.registration_at(session, conference_id, registration_id)
        found.require_decidable()
        page = render_template(
            "console/refuse.html",
            staff=staff,
            conference=queries.conference(session, conference_id),
            one=queries.details_of(session, config, found, masked=True),
            form=form,
        )
    return page, 422 if form.errors else 200


def _outcome(staff: Staff, conference_id: UUID, registration_id: UUID) -> str:
    """What became of one of many, under its key of OUTCOMES: one that is refused stops no other."""
    try:
        approved = _approved(staff, conference_id, registration_id)
    except NoRoom:
        return "full"
    except (IllegalTransition, NotFound):
        return "gone"
    return "waiting" if approved.places_waited_for else "accepted"


def _approved(staff: Staff, conference_id: UUID, registration_id: UUID) -> Registration:
    with database.write() as session:
        queries.registration_at(session, conference_id, registration_id)
        return use_cases.approve(session, config, registration_id, staff)


def _list(staff: Staff, conference_id: UUID, form: Form) -> str:
    with database.read() as session:
        applied = by_hand.to_be_decided(session, conference_id)
        return render_template(
            "console/approval.html",
            staff=staff,
            conference=queries.conference(session, conference_id),
            applied=[_shown(one, queries.details_of(session, config, one, masked=True)) for one in applied],
            decisions=by_hand.last_decided(session, conference_id),
            said=_said(),
            form=form,
        )


def _shown(one: Registration, details: dict[str, Any]) -> dict[str, Any]:
    return details | {"confirmed_at": one.confirmed_at}


def _said() -> str:
    """What was just done, as the address of the page counts it."""
    counts = {outcome: request.args.get(outcome, 0, type=int) for outcome in OUTCOMES}
    told = [gettext(OUTCOMES[outcome], n=format_number(n)) for outcome, n in counts.items() if n > 0]
    return format_list(told, locale=language().locale) if told else ""


def _back(conference_id: UUID, **counted: Any) -> ResponseReturnValue:
    return redirect(url_for("approval.listed", conference_id=conference_id, **counted), 303)
