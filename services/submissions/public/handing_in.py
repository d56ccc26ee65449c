"""Handing in an idea or a petition: two pages to fill in, one to check, one with the tracking code."""

from datetime import datetime, timedelta

from flask import Blueprint, current_app, redirect, render_template, request
from flask import session as browser
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import MultiDict

from services.submissions import labels, tracking
from services.submissions.config import config
from services.submissions.models import IDEA, PETITION
from services.submissions.schemas import TEXT_LANGUAGES, SubmissionSchema
from services.submissions.use_cases import ideas
from shared import clock
from shared.web import forms, i18n
from shared.web.access import by_token, public_page
from shared.web.clients import limited
from shared.web.current import database
from shared.web.form_guard import forms_guard
from shared.web.forms import Form

pages = Blueprint("handing_in", __name__)

#: A conference sits behind one address: 120 people who hand in at the same time must all get through.
ROOM = "600 per 10 minutes"
#: The fields of each page; what is filled in travels on in the form.
STEPS = {
    1: ("title", "text", "language", "topic", "quarter"),
    2: ("contact.name", "contact.address", "contact.email", "contact.phone", "publish_name"),
    3: (),
}
CHECK = 3
#: So long a browser shows the tracking code again: enough to write it down, short on a shared computer.
CODE_SHOWN_FOR = timedelta(minutes=30)
_PATHS = {IDEA: "/ideen/neu", PETITION: "/ideen/eingabe"}


@pages.route("/ideen/neu", methods=["GET", "POST"])
@limited(ROOM)
@public_page
def new_idea() -> ResponseReturnValue:
    """Hand in an idea."""
    return _answer(IDEA)


@pages.route("/ideen/eingabe", methods=["GET", "POST"])
@limited(ROOM)
@public_page
def new_petition() -> ResponseReturnValue:
    """Hand in a petition."""
    return _answer(PETITION)


@pages.get("/ideen/danke")
@by_token
def thanks() -> ResponseReturnValue:
    """The tracking code, to write down, and what happens next."""
    receipt = browser.get("receipt")
    if receipt is None or clock.now() > datetime.fromisoformat(receipt["at"]) + CODE_SHOWN_FOR:
        browser.pop("receipt", None)
        return redirect("/verfolgen/")
    return render_template("public/thanks.html", receipt=receipt, code=tracking.grouped(receipt["code"]), form=Form())


def _answer(kind: str) -> ResponseReturnValue:
    if request.method == "GET":
        spoken = i18n.language().tag
        return _page(kind, 1, forms.blank({"language": spoken if spoken in TEXT_LANGUAGES else i18n.DEFAULT}))
    form = forms.validate(SubmissionSchema(), MultiDict([*request.form.items(multi=True), ("kind", kind)]))
    shown = min(max(request.form.get("step", 1, int), 1), CHECK)
    if "back" in request.form:
        return _page(kind, max(shown - 1, 1), Form(typed=form.typed))
    for step in range(1, shown + 1):
        if wrong := _errors_of(step, form):
            return _page(kind, step, Form(typed=form.typed, errors=wrong)), 422
    if shown < CHECK:
        return _page(kind, shown + 1, Form(typed=form.typed))
    return _send(kind, form)


def _send(kind: str, form: Form) -> ResponseReturnValue:
    code = _issued_code()
    suspicion = forms_guard("handing_in")
    if suspicion or code is None or form.values is None:
        form.reject("", suspicion.message if suspicion else i18n.gettext("Bitte senden Sie das Formular noch einmal."))
        return _page(kind, CHECK, form), 422
    try:
        with database.write() as session:
            idea = ideas.hand_in(session, config, code=code, **form.values)
    except IntegrityError:
        # Sent twice within the same moment: the other post has just stored it.
        return redirect("/verfolgen/" + code, 303)
    browser["receipt"] = {
        "code": code,
        "kind": kind,
        "at": clock.now().isoformat(),
        "channel": idea.channel,
        "id": str(idea.id),
    }
    return redirect("/ideen/danke", 303)


def _page(kind: str, step: int, form: Form) -> str:
    return render_template(
        f"public/hand_in_{step}.html",
        kind=kind,
        path=_PATHS[kind],
        step=step,
        steps=len(STEPS),
        form=form,
        carried=[
            (name, text) for other in STEPS if other != step for name in STEPS[other] if (text := form.typed.get(name))
        ],
        code=_serializer().dumps(_issued_code() or tracking.new_code()),
        languages_written=labels.language_options(),
    )


def _errors_of(step: int, form: Form) -> dict[str, list[str]]:
    return {name: messages for name, messages in form.errors.items() if name in STEPS[step]}


def _issued_code() -> str | None:
    """The code this form was given: the same form sent twice is one idea."""
    try:
        return str(_serializer().loads(request.form.get("code", "")))
    except BadSignature:
        return None


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="tracking code of a form")
