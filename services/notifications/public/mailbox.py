"""The mailbox page of the embedded and demo run: what would have been sent."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.notifications import paging, queries
from services.notifications.config import config
from services.notifications.schemas import AnswerFormSchema, MailboxQuerySchema
from services.notifications.use_cases import answers
from shared import ids
from shared.rules import NotFound
from shared.web import forms
from shared.web.access import public_page
from shared.web.current import database

pages = Blueprint("mailbox", __name__)


@pages.get("/postfach")
@public_page
def letters() -> ResponseReturnValue:
    """All letters, newest first, or those to one address."""
    if not config.keeps_letters:
        raise NotFound
    wanted = forms.validate(MailboxQuerySchema(), request.args).values or {"page": 1}
    with database.read() as session:
        kept, has_more = queries.kept_letters(session, config, wanted.get("to"), wanted["page"])
    return render_template(
        "public/mailbox.html",
        letters=kept,
        to=wanted.get("to", ""),
        previous_url=paging.previous_url(wanted["page"]),
        next_url=paging.next_url(wanted["page"], has_more),
    )


@pages.post("/postfach/antworten")
@public_page
def answer() -> ResponseReturnValue:
    """What an SMS from this number would do: for trying out what the gateway would hand over."""
    if not config.keeps_letters:
        raise NotFound
    form = forms.read(AnswerFormSchema())
    if form.values is None:
        abort(422)
    with database.write() as session:
        answers.receive(session, config, str(ids.public()), form.values["phone"], form.values["text"])
    return redirect(url_for("mailbox.letters", to=form.values["phone"]), 303)
