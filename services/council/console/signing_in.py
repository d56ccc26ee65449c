"""Signing in, renewing the short-lived token, signing out."""

from urllib.parse import quote

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from services.council.console import cookies
from services.council.schemas.staff import SignInSchema
from services.council.use_cases import signing_in
from services.council.use_cases.signing_in import Credentials, SetUpMissing, SignInRefused
from services.council.use_cases.tries import Client, TooManyTries
from shared.web import forms
from shared.web.access import CONSOLE, by_token, public_page, safe_next, without_csrf
from shared.web.clients import client_network, limited
from shared.web.current import database
from shared.web.forms import Form
from shared.web.i18n import gettext

pages = Blueprint("signing_in", __name__, url_prefix="/intern")


@pages.get("/anmelden")
@public_page
def sign_in_page() -> ResponseReturnValue:
    """The form; somebody who is signed in already gets a link onwards instead, because a browser that comes from an
    e-mail or another site doesn't send the token with it."""
    with database.write() as session:
        row = signing_in.renew(session, cookies.config(), cookies.secret())
        name = row.staff.display_name if row else None
    if name:
        return render_template("console/signed_in.html", name=name, onwards=_renewal(_wanted()))
    return render_template("console/sign_in.html", form=forms.blank(), wanted=_wanted())


@pages.post("/anmelden")
@limited("60 per 10 minutes")
@public_page
def sign_in() -> ResponseReturnValue:
    """Check what was typed and start a new sign-in; the browser's earlier one ends."""
    form = forms.read(SignInSchema())
    if not form.is_valid or form.values is None:
        return _form_again(form, 422)
    try:
        client = Client(client_network(), cookies.device())
        signed_in = signing_in.sign_in(database, cookies.config(), Credentials(**form.values), client)
    except SignInRefused:
        form.reject("", gettext("Anmeldename, Passwort oder Code stimmen nicht. Bitte prüfen Sie alle drei."))
        return _form_again(form, 401)
    except TooManyTries:
        form.reject(
            "", gettext("Das waren sehr viele Versuche. Bitte warten Sie 15 Minuten und versuchen Sie es dann wieder.")
        )
        return _form_again(form, 429)
    with database.write() as session:
        signing_in.sign_out(session, cookies.config(), cookies.secret())
    return cookies.remember(redirect(_renewal(_wanted())), signed_in)


@pages.get("/erneuern")
@by_token
def renew() -> ResponseReturnValue:
    """A fresh token while the sign-in lives, and back to where the browser was going."""
    with database.write() as session:
        row = signing_in.renew(session, cookies.config(), cookies.secret())
    if row is None:
        return redirect(f"{CONSOLE}/anmelden?next={quote(_wanted(), safe='/')}")
    try:
        return cookies.give_token(redirect(_wanted()), row)
    except SetUpMissing:
        return redirect(f"{CONSOLE}/konto")


@pages.get("/abmelden")
@public_page
def sign_out_page() -> str:
    """A page with one button: following a link signs nobody out."""
    return render_template("console/sign_out.html")


@pages.post("/abmelden")
@without_csrf("the Lax cookie that this needs is not sent from other sites, and all four consoles post here")
@by_token
def sign_out() -> ResponseReturnValue:
    """End this browser's sign-in everywhere."""
    with database.write() as session:
        signing_in.sign_out(session, cookies.config(), cookies.secret())
    return cookies.forget(redirect(f"{CONSOLE}/anmelden"))


def _form_again(form: Form, status: int) -> ResponseReturnValue:
    return render_template("console/sign_in.html", form=form, wanted=_wanted()), status


def _wanted() -> str:
    return safe_next(request.args.get("next"))


def _renewal(wanted: str) -> str:
    return f"{CONSOLE}/erneuern?next={quote(wanted, safe='/')}"
