"""Confirming that a contact is the author's: looking changes nothing, only the button does."""

from uuid import UUID

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from services.submissions import queries
from services.submissions.config import config
from services.submissions.schemas import DigitsSchema
from services.submissions.use_cases import contacts
from shared.web import forms
from shared.web.access import by_token
from shared.web.clients import limited
from shared.web.current import database
from shared.web.forms import Form

pages = Blueprint("contacts", __name__)


@pages.get("/ideen/bestaetigen/<token>")
@by_token
def ask(token: str) -> ResponseReturnValue:
    """What is about to be confirmed, and the button."""
    with database.read() as session:
        waiting = queries.waiting_for_confirmation(session, contacts.idea_of_link(config, token))
    return render_template("public/confirm.html", waiting=waiting, is_confirmed=not waiting)


@pages.post("/ideen/bestaetigen/<token>")
@limited("120 per 10 minutes")
@by_token
def confirm(token: str) -> ResponseReturnValue:
    """Confirm."""
    with database.write() as session:
        contacts.confirm_contact(session, contacts.idea_of_link(config, token))
    return render_template("public/confirm.html", waiting=[], is_confirmed=True)


@pages.get("/ideen/bestaetigen/sms/<uuid:idea_id>")
@by_token
def ask_for_digits(idea_id: UUID) -> ResponseReturnValue:
    """Where the six digits of the SMS are typed."""
    return render_template("public/confirm_sms.html", form=Form(), idea_id=idea_id)


@pages.post("/ideen/bestaetigen/sms/<uuid:idea_id>")
@limited("120 per 10 minutes")
@by_token
def confirm_digits(idea_id: UUID) -> ResponseReturnValue:
    """Confirm by the six digits."""
    form = forms.read(DigitsSchema())
    if form.values is not None:
        with database.write() as session:
            if contacts.confirm_by_digits(session, config, idea_id, form.values["code"]):
                return render_template("public/confirm.html", waiting=[], is_confirmed=True)
        form.reject("code", contacts.wrong_digits())
    return render_template("public/confirm_sms.html", form=form, idea_id=idea_id), 422
