"""Access for helpers at the entrance: the office makes it, a helper's phone takes it by a picture or a link."""

from uuid import UUID

import segno
from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from services.council.console import cookies
from services.council.schemas.staff import DoorPassSchema
from services.council.use_cases import door_passes
from services.council.use_cases.signing_in import SignInRefused
from shared.web import forms
from shared.web.access import CONSOLE, by_token, staff_page
from shared.web.clients import limited
from shared.web.current import database, settings
from shared.web.staff_tokens import Staff

pages = Blueprint("door_passes", __name__, url_prefix=CONSOLE)


@pages.route("/konten/einlass", methods=["GET", "POST"])
@staff_page("admin", "clerk")
def make(staff: Staff) -> ResponseReturnValue:
    """A new access; its picture is shown once."""
    asked = forms.blank({"conference_id": request.args.get("conference_id")})
    form = forms.read(DoorPassSchema()) if request.method == "POST" else asked
    if not form.is_valid or form.values is None:
        return render_template("console/door_pass_new.html", staff=staff, form=form), 422 if form.errors else 200
    with database.write() as session:
        helper, secret = door_passes.make_door_pass(session, cookies.config(), **form.values)
    link = f"{settings.base_url}{CONSOLE}/einlass/{helper.id}/{secret}"
    picture = segno.make(link, error="m", micro=False).svg_data_uri(scale=6, border=4, light="#fff")
    return render_template("console/door_pass.html", staff=staff, helper=helper, link=link, picture=picture)


@pages.route("/einlass/<uuid:staff_id>/<secret>", methods=["GET", "POST"])
@limited("60 per 10 minutes")
@by_token
def use(staff_id: UUID, secret: str) -> ResponseReturnValue:
    """Looking at the link signs nobody in, the button does."""
    if request.method == "GET":
        return render_template("console/door_pass_use.html", is_refused=False)
    try:
        signed_in = door_passes.use_door_pass(database, cookies.config(), staff_id, secret[:100])
    except SignInRefused:
        return render_template("console/door_pass_use.html", is_refused=True), 401
    desk = f"/intern/konferenzen/{signed_in.sign_in.staff.conference_id}/einlass"
    return cookies.remember(redirect(f"{CONSOLE}/erneuern?next={desk}"), signed_in)
