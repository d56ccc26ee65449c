"""Pages for the office: registering somebody who calls or stands at the desk, and keeping places back."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.registration import calendars, queries, urls
from services.registration.config import config
from services.registration.models.consents import DESK, PHONE, TEXTS
from services.registration.models.household import AGE_GROUPS, MOST_COMPANIONS
from services.registration.models.people import ASSISTANCE, INTERPRETATION
from services.registration.models.questions import WrongAnswers
from services.registration.roles import OFFICE
from services.registration.schemas.behalf import EnteredFormSchema, ReservedFormSchema
from services.registration.use_cases import behalf as use_cases
from services.registration.use_cases.choices import FullForum
from shared import ids
from shared.rules import IllegalTransition
from shared.web import forms
from shared.web.access import staff_page
from shared.web.current import database
from shared.web.forms import Form
from shared.web.i18n import lazy_gettext
from shared.web.staff_tokens import Staff

WAYS = {PHONE: lazy_gettext("Am Telefon"), DESK: lazy_gettext("Vor Ort")}

pages = Blueprint("behalf", __name__, url_prefix="/intern/konferenzen/<uuid:conference_id>")


@pages.route("/anmelden", methods=["GET", "POST"])
@staff_page(*OFFICE)
def enter(staff: Staff, conference_id: UUID) -> ResponseReturnValue:
    """One page for everything somebody tells the office."""
    if request.method == "GET":
        return _form_page(staff, conference_id, forms.blank({"language": "de", "entry": ids.internal()}))
    form = forms.read(EnteredFormSchema())
    if not form.is_valid or form.values is None:
        return _form_page(staff, conference_id, form)
    known = None
    try:
        with database.write() as session:
            new = use_cases.enter_registration(session, config, conference_id, by=staff, **form.values)
        return _shown(conference_id, new.id)
    except WrongAnswers as error:
        form.errors |= error.errors
    except FullForum as error:
        form.reject("forums", str(error))
    except use_cases.EnteredBefore as error:
        if error.is_repeated:
            return _shown(conference_id, error.registration_id)
        known = error.registration_id
        form.reject("", str(error))
    except IllegalTransition as error:
        form.reject("from_reserved" if form.values["from_reserved"] else "household", str(error))
    return _form_page(staff, conference_id, form, known)


@pages.get("/anmelden/<uuid:registration_id>")
@staff_page(*OFFICE)
def entered(staff: Staff, conference_id: UUID, registration_id: UUID) -> str:
    """Where the person stands now; who has no address gets the ticket printed from here."""
    with database.read() as session:
        found = queries.registration_at(session, conference_id, registration_id)
        conference = queries.conference(session, conference_id)
        one = queries.details_of(session, config, found, masked=True)
        return render_template(
            "console/entered.html",
            staff=staff,
            conference=conference,
            place=calendars.place_of(conference),
            one=one,
            is_printed=one["ticket"] is not None and not (one["email"] or one["phone"]),
            ticket_token=urls.token_for(config, urls.TICKET, found),
        )


@pages.route("/zurueckhalten", methods=["GET", "POST"])
@staff_page(*OFFICE)
def reserve(staff: Staff, conference_id: UUID) -> ResponseReturnValue:
    """How many places are kept back for whom the office registers."""
    with database.read() as session:
        conference = queries.conference(session, conference_id)
    if request.method == "GET":
        form = forms.blank({"places": conference.reserved})
        return render_template("console/reserve.html", staff=staff, conference=conference, form=form)
    form = forms.read(ReservedFormSchema())
    if form.is_valid and form.values is not None:
        try:
            with database.write() as session:
                use_cases.reserve_places(session, config, conference_id, **form.values)
            return redirect(url_for("console.conference_page", conference_id=conference_id), 303)
        except IllegalTransition as error:
            form.reject("places", str(error))
    return render_template("console/reserve.html", staff=staff, conference=conference, form=form), 422


def _shown(conference_id: UUID, registration_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("behalf.entered", conference_id=conference_id, registration_id=registration_id), 303)


def _form_page(staff: Staff, conference_id: UUID, form: Form, known: UUID | None = None) -> ResponseReturnValue:
    with database.read() as session:
        conference = queries.conference(session, conference_id)
        conference.require_to_come()
        page = render_template(
            "console/enter.html",
            staff=staff,
            conference=conference,
            form=form,
            known=known,
            ways=WAYS,
            age_groups=AGE_GROUPS,
            most_companions=MOST_COMPANIONS,
            interpretation=INTERPRETATION,
            assistance=ASSISTANCE,
            consents=TEXTS,
        )
    return page, 422 if form.errors else 200
