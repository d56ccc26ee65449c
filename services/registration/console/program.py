"""The pages on which the office arranges the forums and the agenda of a conference."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.registration import queries
from services.registration.config import config
from services.registration.console.rows import ask_in_german, reject
from services.registration.models import AgendaItem, Conference, Forum
from services.registration.models.agenda import WrongAgenda
from services.registration.roles import OFFICE
from services.registration.schemas.rows import FORUM_ROWS, ITEM_ROWS, AgendaFormSchema, ForumsFormSchema
from services.registration.use_cases import conferences as use_cases
from shared.clock import CIVIL_ZONE
from shared.web import forms
from shared.web.access import staff_page
from shared.web.current import database
from shared.web.forms import Form
from shared.web.i18n import LANGUAGES
from shared.web.staff_tokens import Staff

pages = Blueprint("program", __name__, url_prefix="/intern/konferenzen")


@pages.route("/<uuid:conference_id>/foren", methods=["GET", "POST"])
@staff_page(*OFFICE)
def arrange_forums(staff: Staff, conference_id: UUID) -> ResponseReturnValue:
    """Which forums there are, in which order, when, and for how many."""
    conference = _conference(conference_id)
    if request.method == "GET":
        places = {f"{row}.place": place for place, row in enumerate(FORUM_ROWS, start=1)}
        return _page("forums", staff, forms.blank(places | _typed(FORUM_ROWS, conference.forums)), conference)
    form = forms.read(ForumsFormSchema())
    return _saved(conference_id, form) or _page("forums", staff, form, conference)


@pages.route("/<uuid:conference_id>/programm", methods=["GET", "POST"])
@staff_page(*OFFICE)
def arrange_agenda(staff: Staff, conference_id: UUID) -> ResponseReturnValue:
    """What happens when."""
    conference = _conference(conference_id)
    if request.method == "GET":
        return _page("agenda", staff, forms.blank(_typed(ITEM_ROWS, conference.agenda)), conference)
    form = forms.read(AgendaFormSchema())
    return _saved(conference_id, form) or _page("agenda", staff, form, conference)


def _conference(conference_id: UUID) -> Conference:
    with database.read() as session:
        return queries.conference(session, conference_id)


def _saved(conference_id: UUID, form: Form) -> ResponseReturnValue | None:
    """The way back once everything is stored; None when something is wrong, which the form says then."""
    if not form.is_valid or form.values is None:
        return None
    rows = form.values.pop("rows")
    try:
        with database.write() as session:
            use_cases.change_conference(session, config, conference_id, {}, **form.values)
    except WrongAgenda as error:
        reject(form, rows, error)
        return None
    return redirect(url_for("console.conference_page", conference_id=conference_id), 303)


def _page(name: str, staff: Staff, form: Form, conference: Conference) -> ResponseReturnValue:
    ask_in_german(form, "title")
    page = render_template(
        f"console/{name}.html",
        staff=staff,
        form=form,
        conference=conference,
        rows=FORUM_ROWS if name == "forums" else ITEM_ROWS,
        places=[(place, place) for place in range(1, len(FORUM_ROWS) + 1)],
        language_choices=[(language.tag, language.name) for language in LANGUAGES.values()],
    )
    return page, 422 if form.errors else 200


def _typed(rows: Iterable[str], items: Iterable[AgendaItem | Forum]) -> dict[str, Any]:
    """What is there already as somebody would type it into the form."""
    typed: dict[str, Any] = {}
    for row, item in zip(rows, items, strict=False):
        typed |= {f"{row}.{name}": getattr(item, name, None) for name in ("id", "room", "capacity")}
        typed |= {f"{row}.{name}": getattr(item, name, None) for name in ("languages", "interpretation")}
        times = {name: getattr(item, name) for name in ("starts_at", "ends_at")}
        typed |= {f"{row}.{name}": f"{at.astimezone(CIVIL_ZONE):%Y-%m-%dT%H:%M}" for name, at in times.items() if at}
        typed |= {f"{row}.title.{tag}": text for tag, text in item.title.items()}
    return typed
