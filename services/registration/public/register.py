"""Registering: three short steps, one for the office's own questions, a look at everything, then what happens next."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.registration import queries, urls
from services.registration.config import config
from services.registration.models import Conference, Registration
from services.registration.models.consents import TEXTS
from services.registration.models.household import AGE_GROUPS, MOST_COMPANIONS, in_words
from services.registration.models.people import ASSISTANCE, INTERPRETATION, Person, Wish
from services.registration.models.questions import Said, WrongAnswers, checked_answers
from services.registration.schemas import registrations as schemas
from services.registration.schemas.households import GROUP_FIELDS
from services.registration.use_cases import registrations as use_cases
from services.registration.use_cases import requests
from services.registration.use_cases.choices import FullForum
from shared.web import forms, i18n
from shared.web.access import by_token, public_page
from shared.web.clients import limited
from shared.web.current import database
from shared.web.form_guard import forms_guard
from shared.web.forms import Form
from shared.web.i18n import gettext

pages = Blueprint("register", __name__, url_prefix="/anmeldung")

#: The fields of each step; the last one shows everything and asks for nothing that is needed.
STEPS = {
    "address": ("email", "phone", "name"),
    "people": ("language", "household", *GROUP_FIELDS, "childcare"),
    "wishes": ("forums", "interpretation", "assistance"),
    "questions": (),
    "check": ("consents.invitations",),
}
Steps = dict[str, tuple[str, ...]]
GUARD = "registration"


@pages.route("/<uuid:conference_id>", methods=["GET", "POST"])
@limited("120 per 10 minutes")
@public_page
def register(conference_id: UUID) -> ResponseReturnValue:
    """The form, step by step; what was typed travels along, and nothing is stored before the end."""
    conference = _conference(conference_id)
    if request.method == "GET":
        return _step(conference, forms.blank({"language": i18n.language().tag}), 1)
    form = forms.read(schemas.WishFormSchema())
    done, steps = request.form.get("step", 1, type=int), _steps(conference)
    if wanted := _wanted(done):
        return _step(conference, Form(form.typed), wanted)
    form.errors |= _answered(conference, form)[1]
    if mistake := _first_mistake(form, steps, done):
        step, errors = mistake
        return _step(conference, Form(form.typed, errors=errors), step)
    if done < len(steps) or form.values is None:
        return _step(conference, Form(form.typed), done + 1)
    return _send(conference_id, form, form.values["wish"])


@pages.get("/<uuid:conference_id>/gesendet")
@public_page
def sent(conference_id: UUID) -> str:
    """What happens next: an e-mail is on its way."""
    with database.read() as session:
        conference = queries.public_conference(session, conference_id)
        return render_template("public/sent.html", conference=conference)


@pages.route("/bestaetigen/<token>", methods=["GET", "POST"])
@limited("120 per 10 minutes")
@by_token
def confirm(token: str) -> ResponseReturnValue:
    """The link of the e-mail: looking changes nothing (mail scanners look, too), the button confirms."""
    if request.method == "POST":
        with database.write() as session:
            return _own_page(use_cases.confirm_by_link(session, config, token))
    with database.read() as session:
        found = queries.by_token(session, config, urls.CONFIRM, token)
        if found.is_admitted:
            return _own_page(found)
        found.require_confirmable()
        conference = queries.conference(session, found.conference_id)
        person = Person.decrypted(config.column_box, found.person)
        return render_template("public/confirm.html", conference=conference, asked=found, person=person)


@pages.route("/code/<uuid:registration_id>", methods=["GET", "POST"])
@limited("60 per 10 minutes")
@by_token
def code(registration_id: UUID) -> ResponseReturnValue:
    """The digits of the SMS. The page is the same for every id, known or not."""
    if request.method == "GET":
        return render_template("public/code.html", form=forms.blank())
    form = forms.read(schemas.CodeSchema())
    if form.is_valid and form.values is not None:
        with database.write() as session:
            confirmed = use_cases.confirm_by_code(session, config, registration_id, form.values["code"])
            if confirmed is not None:
                return _own_page(confirmed)
        form.reject("code", gettext(schemas.WRONG_CODE))
    return render_template("public/code.html", form=form), 422


def _send(conference_id: UUID, form: Form, wish: Wish) -> ResponseReturnValue:
    if suspicion := forms_guard(GUARD):
        form.reject("", suspicion.message)
        return _step(_conference(conference_id), form, len(STEPS))
    try:
        with database.write() as session:
            asked = requests.request_registration(session, config, conference_id, wish)
    except FullForum as error:
        form.reject("forums", str(error))
        return _step(_conference(conference_id), form, list(STEPS).index("wishes") + 1)
    except WrongAnswers as error:
        # The office changed a question meanwhile.
        form.errors |= error.errors
        return _step(_conference(conference_id), form, list(STEPS).index("questions") + 1)
    if wish.person.channel == "phone":
        return redirect(url_for("register.code", registration_id=asked.id), 303)
    return redirect(url_for("register.sent", conference_id=conference_id), 303)


def _conference(conference_id: UUID) -> Conference:
    with database.read() as session:
        return queries.public_conference(session, conference_id)


def _steps(conference: Conference) -> Steps:
    """The steps there are; where the office asks nothing of its own there is none for it."""
    asked = tuple(f"answers.{question.id}" for question in conference.questions)
    return {name: asked if name == "questions" else names for name, names in STEPS.items() if asked or names}


def _answered(conference: Conference, form: Form) -> tuple[dict[UUID, Said], dict[str, list[str]]]:
    """What would be kept of the answers typed, and what is wrong with them."""
    told = {question.id: form.typed.get(f"answers.{question.id}") for question in conference.questions}
    try:
        return checked_answers(conference.questions, told), {}
    except WrongAnswers as error:
        return {}, error.errors


def _first_mistake(form: Form, steps: Steps, done: int) -> tuple[int, dict[str, list[str]]] | None:
    """The first of the steps seen so far with something wrong, and what."""
    for step, names in enumerate(list(steps.values())[:done], start=1):
        if errors := {name: form.errors[name] for name in names if name in form.errors}:
            return step, errors
    return None


def _wanted(done: int) -> int | None:
    """The step somebody asked to go back to, or None."""
    return done - 1 if "back" in request.form else request.form.get("go", type=int)


def _household(form: Form) -> dict[str, int]:
    """Who comes along, as far as it was typed in order: a step can be asked for before the one before it is."""
    typed = {group: form.typed.get(f"household.{group}", 0, type=int) for group in AGE_GROUPS}
    return {group: count for group, count in typed.items() if count <= MOST_COMPANIONS}


def _own_page(registration: Registration) -> ResponseReturnValue:
    token = urls.token_for(config, urls.MANAGE, registration)
    return redirect(url_for("own.registration", token=token), 303)


def _step(conference: Conference, form: Form, number: int) -> ResponseReturnValue:
    steps = _steps(conference)
    number = min(max(number, 1), len(steps))
    if not conference.takes_registrations():
        return render_template("public/closed.html", conference=conference), 409
    others = [name for step, names in enumerate(steps.values(), start=1) if step != number for name in names]
    page = render_template(
        "public/register.html",
        conference=conference,
        form=form,
        step=number,
        steps=list(steps),
        carried=[(name, value) for name in others for value in form.typed.getlist(name)],
        age_groups=AGE_GROUPS,
        most_companions=MOST_COMPANIONS,
        coming_along=in_words(_household(form)),
        answers=_answered(conference, form)[0],
        interpretation=INTERPRETATION,
        assistance=ASSISTANCE,
        consents=TEXTS,
        guard=GUARD,
    )
    return page, 422 if form.errors else 200
