"""One's own account: password, second factor, signing out everywhere.

Open also to accounts that lack one of the two and therefore get no token yet, so it goes by the secret of the sign-in.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

import pyotp
import segno
from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from services.council.console import cookies
from services.council.models import Staff
from services.council.passwords import matches
from services.council.schemas.staff import CodeSchema, NewPasswordSchema
from services.council.use_cases import accounts, signing_in
from services.council.use_cases.accounts import PasswordTooEasy, WrongCode
from services.council.use_cases.signing_in import SignedIn
from shared.columns import decrypt
from shared.seals import column_box
from shared.web import forms
from shared.web.access import CONSOLE, by_token
from shared.web.clients import limited
from shared.web.current import database
from shared.web.forms import Form
from shared.web.i18n import gettext

pages = Blueprint("own_account", __name__, url_prefix="/intern/konto")
_HOME = f"{CONSOLE}/konto"


def _signed_in(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Pass the id of the account that is signed in here; without one lead to the sign-in page."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        with database.write() as session:
            row = signing_in.renew(session, cookies.config(), cookies.secret())
        if row is None:
            return redirect(f"{CONSOLE}/anmelden?next={_HOME}")
        return view(row.staff_id, *args, **kwargs)

    return by_token(guarded)


@pages.get("")
@_signed_in
def account(staff_id: UUID) -> str:
    """What the account is, and what it still needs."""
    return _page(staff_id, forms.blank())


@pages.post("/passwort")
@limited("20 per 10 minutes")
@_signed_in
def set_password(staff_id: UUID) -> ResponseReturnValue:
    """A password of one's own; every other sign-in of the account ends."""
    form = forms.read(NewPasswordSchema())
    _check_present_password(staff_id, form)
    if not form.is_valid or form.values is None:
        return _page(staff_id, form), 422
    try:
        with database.write() as session:
            accounts.set_password(session, cookies.config(), staff_id, form.values["new_password"])
            signed_in = _start_again(session, staff_id)
    except PasswordTooEasy:
        form.reject("new_password", gettext("Dieses Passwort ist leicht zu erraten. Bitte nehmen Sie ein anderes."))
        return _page(staff_id, form), 422
    return cookies.remember(redirect(f"{CONSOLE}/erneuern"), signed_in)


@pages.post("/zweiter-faktor/beginnen")
@_signed_in
def start_second_factor(staff_id: UUID) -> ResponseReturnValue:
    """Make the secret that the next page shows."""
    with database.write() as session:
        accounts.start_second_factor(session, cookies.config(), staff_id)
    return redirect(f"{_HOME}/zweiter-faktor")


@pages.get("/zweiter-faktor")
@_signed_in
def second_factor_page(staff_id: UUID) -> ResponseReturnValue:
    """The secret as a picture and as text, and the field for the first code."""
    return _enrolment(staff_id, forms.blank())


@pages.post("/zweiter-faktor")
@limited("20 per 10 minutes")
@_signed_in
def confirm_second_factor(staff_id: UUID) -> ResponseReturnValue:
    """The first code proves that the app has the secret."""
    form = forms.read(CodeSchema())
    if not form.is_valid or form.values is None:
        return _enrolment(staff_id, form)
    try:
        with database.write() as session:
            accounts.confirm_second_factor(session, cookies.config(), staff_id, form.values["otp"])
            signed_in = _start_again(session, staff_id)
    except WrongCode:
        form.reject("otp", gettext("Dieser Code passt nicht. Bitte nehmen Sie den, den die App gerade zeigt."))
        return _enrolment(staff_id, form)
    return cookies.remember(redirect(f"{CONSOLE}/erneuern"), signed_in)


@pages.post("/ueberall-abmelden")
@_signed_in
def sign_out_everywhere(staff_id: UUID) -> ResponseReturnValue:
    """End every sign-in of this account, this one included."""
    with database.write() as session:
        signing_in.sign_out_everywhere(session, cookies.config(), staff_id)
    return cookies.forget(redirect(f"{CONSOLE}/anmelden"))


def _start_again(session: Session, staff_id: UUID) -> SignedIn:
    staff = session.get_one(Staff, staff_id)
    return signing_in.start_sign_in(session, cookies.config(), staff)


def _check_present_password(staff_id: UUID, form: Form) -> None:
    staff = _account(staff_id)
    typed = form.typed.get("current_password", "")
    if not staff.password_is_one_time and not matches(staff.password_hash, typed):
        form.reject("current_password", gettext("Das ist nicht Ihr jetziges Passwort."))


def _account(staff_id: UUID) -> Staff:
    with database.read() as session:
        return session.get_one(Staff, staff_id)


def _page(staff_id: UUID, form: Form) -> str:
    staff = _account(staff_id)
    return render_template(
        "console/own_account.html",
        account=staff,
        form=form,
        needs_second_factor=cookies.config().second_factor_required and not staff.has_second_factor,
        is_unfinished=signing_in.is_unfinished(cookies.config(), staff),
    )


def _enrolment(staff_id: UUID, form: Form) -> ResponseReturnValue:
    staff = _account(staff_id)
    if staff.otp_pending is None:
        return redirect(_HOME)
    secret = decrypt(column_box(cookies.config().column_key), staff.otp_pending)
    address = pyotp.TOTP(secret).provisioning_uri(
        name=staff.username, issuer_name=cookies.config().web.operator.site_name
    )
    picture = segno.make(address, micro=False).svg_data_uri(scale=5, light="white", border=4)
    groups = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    page = render_template("console/second_factor.html", form=form, picture=picture, secret=groups)
    return page, 422 if form.errors else 200
