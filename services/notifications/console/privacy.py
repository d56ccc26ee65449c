"""The desk for data protection: for people who write or call to know what is held of them, or to have it erased."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from services.notifications import copies, queries
from services.notifications.channels import addresses
from services.notifications.config import config
from services.notifications.models import Access, Contact
from services.notifications.schemas import AddressSchema, AskedInPersonSchema
from services.notifications.use_cases import accessing, erasing, followings, privacy
from shared.columns import decrypt
from shared.rules import NotFound
from shared.web import forms, i18n
from shared.web.access import staff_page
from shared.web.current import database
from shared.web.forms import Form
from shared.web.i18n import gettext
from shared.web.operations.places import PLACES
from shared.web.staff_tokens import Staff

pages = Blueprint("privacy", __name__, url_prefix="/intern/mitteilungen/datenschutz")


@pages.route("/", methods=["GET", "POST"])
@staff_page("privacy")
def desk(staff: Staff) -> ResponseReturnValue:
    """Find somebody by their whole address; below it the log, and the way to what is kept."""
    form = forms.read(AddressSchema()) if request.method == "POST" else Form()
    if form.values is not None:
        with database.write() as session:
            address = form.values.get("email") or form.values["phone"]
            contact = privacy.look_up(session, config, address, staff)
        if contact is not None:
            return redirect(url_for("privacy.person", contact_id=contact.id), 303)
        form.reject("email", gettext("Unter dieser Adresse ist nichts gespeichert."))
    with database.read() as session:
        notes = queries.privacy_notes(session)
    page = render_template("console/privacy.html", staff=staff, form=form, notes=notes, places=PLACES)
    return page, 422 if form.errors else 200


@pages.get("/<uuid:contact_id>")
@staff_page("privacy")
def person(staff: Staff, contact_id: UUID) -> str:
    """What can be done for whoever is behind the address."""
    with database.read() as session:
        return _page(session, "console/privacy_person.html", staff, contact_id)


@pages.post("/<uuid:contact_id>/link")
@staff_page("privacy")
def send_link(staff: Staff, contact_id: UUID) -> ResponseReturnValue:
    """Send the link to their own page: there they do everything themselves."""
    with database.write() as session:
        contact = _contact(session, contact_id)
        followings.send_link(session, config, decrypt(config.box, contact.address))
        privacy.note(session, privacy.LINK_SENT, staff)
        return _page(session, "console/privacy_person.html", staff, contact_id, is_sent=True)


@pages.route("/<uuid:contact_id>/<any(auskunft,loeschen):what>", methods=["GET", "POST"])
@staff_page("privacy")
def act(staff: Staff, contact_id: UUID, what: str) -> ResponseReturnValue:
    """Make a copy of what is held, or erase it, once staff say how the person asked and that it was them."""
    form = forms.read(AskedInPersonSchema()) if request.method == "POST" else Form()
    if form.values is None:
        with database.read() as session:
            page = _page(session, "console/privacy_act.html", staff, contact_id, form=form, what=what)
        return page, 422 if form.errors else 200
    with database.write() as session:
        contact, way = _contact(session, contact_id), form.values["way"]
        if what == "auskunft":
            access = accessing.request_access(session, contact, i18n.language().tag, staff, way)
            return redirect(url_for("privacy.copy", access_id=access.id), 303)
        erasing.erase_contact(session, config, contact, staff, way)
    return redirect(url_for("privacy.desk"), 303)


@pages.get("/auskunft/<uuid:access_id>")
@staff_page("privacy")
def copy(staff: Staff, access_id: UUID) -> str:
    """The copy, to print and hand over."""
    with database.read() as session:
        access = session.get(Access, access_id)
        # What somebody asked for themselves is theirs to see.
        if access is None or access.is_sent:
            raise NotFound
        records = copies.records(session, config, access)
        return render_template("console/copy.html", staff=staff, access=access, records=records)


def _page(session: Session, template: str, staff: Staff, contact_id: UUID, **more: object) -> str:
    contact = _contact(session, contact_id)
    return render_template(
        template,
        staff=staff,
        contact=contact,
        address=addresses.masked(decrypt(config.box, contact.address)),
        followed=len(queries.topics_followed(session, contact)),
        held=len(erasing.subjects_of(session, contact)),
        **more,
    )


def _contact(session: Session, contact_id: UUID) -> Contact:
    contact = session.get(Contact, contact_id)
    if contact is None:
        raise NotFound
    return contact
