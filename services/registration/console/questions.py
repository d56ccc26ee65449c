"""The page on which the office arranges its own questions to those who register for a conference."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.registration import queries
from services.registration.config import config
from services.registration.console.rows import ask_in_german, reject
from services.registration.models import Conference, Question
from services.registration.models.questions import DAYS_KEPT, KINDS, WrongQuestions
from services.registration.roles import OFFICE
from services.registration.schemas.questions import QUESTION_ROWS, QuestionsFormSchema
from services.registration.use_cases import questions as use_cases
from shared.web import forms
from shared.web.access import staff_page
from shared.web.current import database
from shared.web.forms import Form
from shared.web.i18n import gettext, localized
from shared.web.staff_tokens import Staff

pages = Blueprint("questions", __name__, url_prefix="/intern/konferenzen")


@pages.route("/<uuid:conference_id>/fragen", methods=["GET", "POST"])
@staff_page(*OFFICE)
def arrange(staff: Staff, conference_id: UUID) -> ResponseReturnValue:
    """Which questions there are, in which order, and when they count; deleting answers asks first."""
    with database.read() as session:
        conference = queries.conference(session, conference_id)
    if request.method == "GET":
        return _page(staff, forms.blank(_typed(conference)), conference)
    form = forms.read(QuestionsFormSchema())
    if "back" in request.form or not form.is_valid or form.values is None:
        return _page(staff, form, conference)
    rows = form.values.pop("rows")
    try:
        with database.write() as session:
            use_cases.arrange_questions(session, config, conference_id, sure="sure" in request.form, **form.values)
    except use_cases.AnswersWouldGo as going:
        return render_template("console/ask_questions.html", staff=staff, form=form, conference=conference, going=going)
    except WrongQuestions as error:
        reject(form, rows, error)
        return _page(staff, form, conference)
    return redirect(url_for("console.conference_page", conference_id=conference_id), 303)


def _page(staff: Staff, form: Form, conference: Conference) -> ResponseReturnValue:
    ask_in_german(form, "text", "options")
    page = render_template(
        "console/questions.html",
        staff=staff,
        form=form,
        conference=conference,
        rows=QUESTION_ROWS,
        places=[(place, place) for place in range(1, len(QUESTION_ROWS) + 1)],
        kinds=KINDS.items(),
        conditions=[("", gettext("immer")), *_conditions(conference.questions)],
    )
    return page, 422 if form.errors else 200


def _conditions(questions: list[Question]) -> list[tuple[str, str]]:
    """The answers on which a question can depend: those that are stored."""
    return [
        (
            option["id"],
            gettext(
                "bei „%(answer)s“ auf „%(question)s“", answer=localized(option["text"]), question=localized(one.text)
            ),
        )
        for one in questions
        for option in one.options
    ]


def _typed(conference: Conference) -> dict[str, Any]:
    """What is there already as somebody would type it into the form."""
    typed: dict[str, Any] = {f"{row}.place": place for place, row in enumerate(QUESTION_ROWS, start=1)}
    typed |= {f"{row}.days_kept": DAYS_KEPT for row in QUESTION_ROWS}
    for row, one in zip(QUESTION_ROWS, conference.questions, strict=False):
        typed |= {f"{row}.{name}": getattr(one, name) for name in ("id", "kind", "shown_when", "days_kept")}
        typed |= {f"{row}.is_required": "true" if one.is_required else None}
        typed |= {f"{row}.text.{tag}": text for tag, text in one.text.items()}
        for tag in {tag for option in one.options for tag in option["text"]}:
            typed[f"{row}.options.{tag}"] = "\n".join(option["text"].get(tag, "") for option in one.options)
    return typed
