"""Accounts of staff, for admins."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from services.council.console import cookies
from services.council.models import ROLES
from services.council.queries import accounts as queries
from services.council.schemas.staff import NewStaffSchema, StaffSchema
from services.council.use_cases import accounts, signing_in
from services.council.use_cases.accounts import NameTaken, StaffDetails
from shared.web import forms
from shared.web.access import CONSOLE, staff_page
from shared.web.current import database
from shared.web.forms import Form
from shared.web.i18n import gettext
from shared.web.staff_tokens import Staff

pages = Blueprint("accounts", __name__, url_prefix="/intern/konten")
_HOME = f"{CONSOLE}/konten"


@pages.get("/")
@staff_page("admin")
def list_accounts(staff: Staff) -> str:
    """Every account, open ones first."""
    with database.read() as session:
        return render_template("console/accounts.html", staff=staff, accounts=queries.all_staff(session), roles=ROLES)


@pages.route("/neu", methods=["GET", "POST"])
@staff_page("admin")
def add_account(staff: Staff) -> ResponseReturnValue:
    """A new account; its one-time password is shown once."""
    form = forms.read(NewStaffSchema()) if request.method == "POST" else forms.blank({"language": "de"})
    if not form.is_valid or form.values is None:
        return _form("console/account_new.html", form, staff=staff)
    username = signing_in.normal_username(form.values.pop("username"))
    try:
        with database.write() as session:
            account, password = accounts.add_staff(session, cookies.config(), username, StaffDetails(**form.values))
    except NameTaken:
        form.reject("username", gettext("Diesen Anmeldenamen gibt es schon. Bitte nehmen Sie einen anderen."))
        return _form("console/account_new.html", form, staff=staff)
    return render_template("console/one_time_password.html", staff=staff, account=account, password=password)


@pages.route("/<uuid:staff_id>", methods=["GET", "POST"])
@staff_page("admin")
def change_account(staff: Staff, staff_id: UUID) -> ResponseReturnValue:
    """Name, roles and contact of an account."""
    with database.read() as session:
        account, contact = queries.staff_with_contact(session, cookies.config().column_key, staff_id)
    form = forms.read(StaffSchema()) if request.method == "POST" else forms.blank(contact)
    if not form.is_valid or form.values is None:
        return _form("console/account.html", form, staff=staff, account=account)
    with database.write() as session:
        accounts.change_staff(session, cookies.config(), staff_id, StaffDetails(**form.values))
    return redirect(f"{_HOME}/")


@pages.post("/<uuid:staff_id>/schliessen")
@staff_page("admin")
def close_account(_admin: Staff, staff_id: UUID) -> ResponseReturnValue:
    """End an account for good."""
    with database.write() as session:
        queries.require_staff(session, staff_id)
        accounts.close_staff(session, cookies.config(), staff_id)
    return redirect(f"{_HOME}/")


@pages.post("/<uuid:staff_id>/passwort")
@staff_page("admin")
def reset_password(staff: Staff, staff_id: UUID) -> str:
    """A new one-time password, shown once."""
    with database.write() as session:
        account = queries.require_staff(session, staff_id)
        password = accounts.reset_password(session, cookies.config(), staff_id)
    return render_template("console/one_time_password.html", staff=staff, account=account, password=password)


@pages.post("/<uuid:staff_id>/zweiter-faktor")
@staff_page("admin")
def reset_second_factor(_admin: Staff, staff_id: UUID) -> ResponseReturnValue:
    """For somebody who lost the phone."""
    with database.write() as session:
        queries.require_staff(session, staff_id)
        accounts.reset_second_factor(session, cookies.config(), staff_id)
    return redirect(f"{_HOME}/{staff_id}")


def _form(template: str, form: Form, **more: object) -> ResponseReturnValue:
    page = render_template(template, form=form, roles=list(ROLES.items()), **more)
    return page, 422 if form.errors else 200
