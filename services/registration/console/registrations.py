"""Pages for the office: who registered for a conference, found by what staff know of them, and the list to take along."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import structlog
from flask import Blueprint, Response, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from services.registration import exports, lists, queries
from services.registration.config import config
from services.registration.models import Conference
from services.registration.models.household import in_words
from services.registration.models.people import ASSISTANCE, INTERPRETATION, language_name
from services.registration.models.registrations import PEOPLE_KEPT
from services.registration.roles import OFFICE
from services.registration.schemas.lists import ExportFormSchema, SoughtSchema
from services.registration.use_cases.erasure import forget_persons
from services.registration.use_cases.registrations import cancel_registration
from shared import clock
from shared.rules import NotFound
from shared.web import forms
from shared.web.access import staff_page
from shared.web.current import database
from shared.web.forms import Form
from shared.web.i18n import LANGUAGES
from shared.web.staff_tokens import Staff

pages = Blueprint("registrations", __name__, url_prefix="/intern/konferenzen/<uuid:conference_id>/anmeldungen")
_log = structlog.get_logger(component="registrations")


@pages.route("/", methods=["GET", "POST"])
@staff_page(*OFFICE)
def registration_list(staff: Staff, conference_id: UUID) -> str:
    """Those that somebody looks for; a search is posted, so that no name or address stands in an address."""
    typed = request.form if request.method == "POST" else request.args
    sought, form = _sought(typed)
    page = min(max(1, typed.get("page", 1, type=int)), 10_000)
    with database.read() as session:
        conference = queries.conference(session, conference_id)
        found, has_more = lists.page_of(session, config, conference_id, sought, page)
        return render_template(
            "console/registrations.html",
            staff=staff,
            conference=conference,
            registrations=[one.shown() for one in found],
            form=form,
            page=page,
            has_more=has_more,
            people_gone=conference.ends_at <= clock.now() - PEOPLE_KEPT,
            sought={name: form.typed[name] for name in _FILTERS if form.typed.get(name)},
            **_choices(),
        )


@pages.get("/<uuid:registration_id>")
@staff_page(*OFFICE)
def registration_page(staff: Staff, conference_id: UUID, registration_id: UUID) -> str:
    """All about one; that somebody looked stands in the log."""
    with database.read() as session:
        found = queries.registration_at(session, conference_id, registration_id)
        _log.info("registration looked at", staff=str(staff.id), aggregate=str(registration_id))
        conference = queries.conference(session, conference_id)
        one = queries.details_of(session, config, found, masked=False)
        return render_template(
            "console/registration.html",
            staff=staff,
            conference=conference,
            one=one,
            coming_along=in_words(one["household"] or {}),
            found=found,
            can_cancel=found.allows("cancel"),
            can_erase=queries.is_without_address(config, found),
            assistance=ASSISTANCE,
            language_name=language_name,
        )


@pages.route("/<uuid:registration_id>/absagen", methods=["GET", "POST"])
@staff_page(*OFFICE)
def give_back(staff: Staff, conference_id: UUID, registration_id: UUID) -> ResponseReturnValue:
    """Cancel for somebody who calls, after one question; they are told."""
    with database.read() as session:
        one = queries.registration_at(session, conference_id, registration_id)
        if request.method == "GET":
            conference = queries.conference(session, conference_id)
            shown = queries.details_of(session, config, one, masked=True)
            return render_template("console/give_back.html", staff=staff, conference=conference, one=shown)
    with database.write() as session:
        cancel_registration(session, config, registration_id)
    return redirect(
        url_for("registrations.registration_page", conference_id=conference_id, registration_id=registration_id), 303
    )


@pages.route("/<uuid:registration_id>/loeschen", methods=["GET", "POST"])
@staff_page(*OFFICE)
def erase(staff: Staff, conference_id: UUID, registration_id: UUID) -> ResponseReturnValue:
    """Erase somebody who has no address, and so no page of their own to do it on; that it was done stands in the log."""
    with database.read() as session:
        found = queries.registration_at(session, conference_id, registration_id)
        if not queries.is_without_address(config, found):
            raise NotFound
        if request.method == "GET":
            conference = queries.conference(session, conference_id)
            shown = queries.details_of(session, config, found, masked=True)
            return render_template("console/erase.html", staff=staff, conference=conference, one=shown)
    with database.write() as session:
        forget_persons(session, config, [found.subject_id])
    _log.info("registration erased", staff=str(staff.id), aggregate=str(registration_id))
    return redirect(url_for("registrations.registration_list", conference_id=conference_id), 303)


@pages.route("/mitnehmen", methods=["GET", "POST"])
@staff_page(*OFFICE)
def export(staff: Staff, conference_id: UUID) -> ResponseReturnValue:
    """Tick the columns, then get the file; who took which columns of how many stands in the log."""
    with database.read() as session:
        conference = queries.conference(session, conference_id)
    if request.method == "GET":
        _, form = _sought(request.args, columns=list(exports.USUAL), format=exports.CSV)
        return _ask(staff, conference, form)
    form = forms.read(ExportFormSchema())
    if not form.is_valid or form.values is None:
        return _ask(staff, conference, form)
    sought, columns, kind = form.values["sought"], form.values["columns"], form.values["format"]
    taken = _taken(staff, conference_id, sought, columns)
    body = exports.as_csv(taken) if kind == exports.CSV else exports.as_xlsx(taken)
    answer = Response(stream_with_context(body), content_type=exports.TYPES[kind])
    answer.headers.set("Content-Disposition", "attachment", filename=f"anmeldungen.{kind}")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _taken(staff: Staff, conference_id: UUID, sought: lists.Sought, columns: list[str]) -> Iterator[list[str]]:
    log = _log.bind(staff=str(staff.id), aggregate=str(conference_id), columns=columns, reason=sought.need)
    # Before the first row goes: a process that dies on the way has given something away, too.
    log.info("export begins")
    rows = 0
    try:
        with database.read() as session:
            listed = lists.matching(session, config, conference_id, sought)
            questions = queries.conference(session, conference_id).questions
            asked = [one for one in questions if f"{exports.ANSWER}{one.id}" in columns]
            known = exports.columns_of(asked, lists.answers_to(session, config, asked))
            for rows, row in enumerate(exports.rows_of(listed, known, columns)):  # noqa: B007 the heads are row 0
                yield row
    finally:
        log.info("export ended", count=rows)


def _ask(staff: Staff, conference: Conference, form: Form) -> ResponseReturnValue:
    page = render_template(
        "console/export.html",
        staff=staff,
        conference=conference,
        form=form,
        columns=exports.columns_of(conference.questions, {}),
        **_choices(),
    )
    return page, 422 if form.errors else 200


_FILTERS = ("state", "language", "need", "order")


def _sought(typed: MultiDict[str, str], **proposed: Any) -> tuple[lists.Sought, Form]:
    """What the filters say; whatever they don't know is as if it weren't there."""
    form = forms.validate(SoughtSchema(), typed)
    known = {name: typed[name] for name in (*_FILTERS, "words") if typed.get(name) and name not in form.errors}
    return lists.Sought(**known), forms.blank({**known, **proposed})


def _choices() -> dict[str, Any]:
    return {
        "states": exports.STATES,
        "message_languages": LANGUAGES,
        "language_name": language_name,
        "interpretation": INTERPRETATION,
        "assistance": ASSISTANCE,
    }
