"""Pages for the office: bringing in a paper list. First it is only looked at; until it is sent again with a yes, nothing of
it stays here."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

import structlog
from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from services.registration import exports, queries
from services.registration.config import config
from services.registration.models import Conference
from services.registration.models.consents import INVITATIONS, TEXTS
from services.registration.paper_lists import reading, standing, writing
from services.registration.paper_lists.columns import HEADS, NOTE, Unreadable
from services.registration.roles import OFFICE
from services.registration.schemas.paper_lists import CheckedLine, PaperListSchema, checked
from services.registration.totals import Reached
from services.registration.use_cases.behalf import EnteredBefore
from services.registration.use_cases.paper_lists import enter_from_list
from shared import ids
from shared.rules import IllegalTransition
from shared.web import forms
from shared.web.access import staff_page
from shared.web.current import database
from shared.web.forms import Form
from shared.web.staff_tokens import Staff

pages = Blueprint("paper_lists", __name__, url_prefix="/intern/konferenzen/<uuid:conference_id>/papierliste")
_log = structlog.get_logger(component="paper lists")


@pages.route("/", methods=["GET", "POST"])
@staff_page(*OFFICE)
def bring(staff: Staff, conference_id: UUID) -> ResponseReturnValue:
    """Choose a file or paste the rows; then everything that would happen is said, and nothing is stored."""
    conference = _conference(conference_id)
    if request.method == "GET":
        return _ask(staff, conference, forms.blank({"list_id": ids.internal()}))
    form, lines = _read(conference)
    if lines is None or form.values is None:
        return _ask(staff, conference, form)
    marks = standing.marks_of(config, form.values["list_id"], lines)
    with database.read() as session:
        admitted = standing.admitted_marks(session, conference_id, list(marks))
    known = [one for mark, one in marks.items() if mark in admitted]
    new = [one for mark, one in marks.items() if mark not in admitted]
    return _show(
        "console/paper_check.html", staff, conference, form, lines, new=new, known=known, reached=_reached(new)
    )


@pages.post("/einlesen")
@staff_page(*OFFICE)
def enter(staff: Staff, conference_id: UUID) -> ResponseReturnValue:
    """Register everybody whose row is right; the other rows come back to be mended."""
    conference = _conference(conference_id)
    form, lines = _read(conference)
    if lines is None or form.values is None:
        return _ask(staff, conference, form)
    entered, known = _entered(staff, conference_id, form.values, lines)
    with database.read() as session:
        statuses = standing.statuses(session, [*entered, *known])
    wrong = writing.as_text([one.line for one in lines if one.errors])
    return _show(
        "console/paper_done.html",
        staff,
        conference,
        forms.blank({"list_id": form.values["list_id"], "rows": wrong}),
        lines,
        entered=entered,
        known=known,
        statuses=statuses,
        counts=Counter(statuses.get(one) for one in entered),
    )


@pages.post("/offen")
@staff_page(*OFFICE)
def to_mend(staff: Staff, conference_id: UUID) -> ResponseReturnValue:
    """The rows that need somebody, each with what is wrong, as a file."""
    conference = _conference(conference_id)
    form, lines = _read(conference)
    if lines is None:
        return _ask(staff, conference, form)
    return _file(_to_mend(lines), "papierliste-offen.csv")


@pages.get("/vorlage")
@staff_page(*OFFICE)
def template(_staff: Staff, conference_id: UUID) -> Response:
    """An empty list with the names of all columns and an example."""
    _conference(conference_id)
    return _file(writing.template(), "papierliste.csv")


def _conference(conference_id: UUID) -> Conference:
    with database.read() as session:
        conference = queries.conference(session, conference_id)
    conference.require_to_come()
    return conference


def _read(conference: Conference) -> tuple[Form, list[CheckedLine] | None]:
    """What was sent, and its rows, if it can be read."""
    typed, file = MultiDict(request.form), request.files.get("file")
    form = Form(typed=typed)
    try:
        if file and file.filename:
            typed["rows"] = reading.text_of(file.read(reading.MOST_BYTES + 1))
        form = forms.validate(PaperListSchema(), typed)
        if form.values:
            lines = checked(reading.read(form.values["rows"]), conference.capacity)
            with database.read() as session:
                standing.refuse_namesakes(session, config, conference.id, form.values["list_id"], lines)
            return form, lines
    except Unreadable as error:
        form.reject("rows", str(error))
    return form, None


def _entered(
    staff: Staff, conference_id: UUID, told: Mapping[str, Any], lines: list[CheckedLine]
) -> tuple[dict[UUID, CheckedLine], dict[UUID, CheckedLine]]:
    """Those who were entered by this list, now or when it was sent before, and those who were registered otherwise.

    Each row has a transaction of its own. In one for all of them everybody else who registers would wait until five hundred
    are written; and whoever is asked to confirm at that moment would be locked after the conference, against the order that
    never deadlocks. What is interrupted is sent again: a row that was entered is known by its entry.
    """
    entered: dict[UUID, CheckedLine] = {}
    known: dict[UUID, CheckedLine] = {}
    for one in lines:
        if one.wish is None:
            continue
        row = {"entry": one.line.entry(told["list_id"]), **{name: told[name] for name in ("list_id", "from_reserved")}}
        try:
            with database.write() as session:
                entered[enter_from_list(session, config, conference_id, one.wish, by=staff, **row).id] = one
        except EnteredBefore as error:
            (entered if error.is_repeated else known)[error.registration_id] = one
        except IllegalTransition as error:
            one.refuse(str(error))
    about = {"staff": str(staff.id), "aggregate": str(conference_id)}
    _log.info("paper list brought in", **about, entered=len(entered), known=len(known), rows=len(lines))
    return entered, known


def _reached(new: list[CheckedLine]) -> Reached:
    ways = Counter(one.wish.person.channel for one in new if one.wish and one.wish.person.address)
    return Reached(email=ways["email"], phone=ways["phone"])


def _to_mend(lines: list[CheckedLine]) -> Iterator[list[str]]:
    wrong = [replace(one.line, cells=one.line.cells | {NOTE: " ".join(one.errors)}) for one in lines if one.errors]
    return writing.written(wrong)


def _file(rows: Iterable[list[str]], name: str) -> Response:
    answer = Response(b"".join(exports.as_csv(rows)), content_type=exports.TYPES[exports.CSV])
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def _ask(staff: Staff, conference: Conference, form: Form) -> ResponseReturnValue:
    page = render_template(
        "console/paper_list.html",
        staff=staff,
        conference=conference,
        form=form,
        heads=HEADS,
        limits={"rows": reading.MOST_ROWS, "kilobytes": reading.MOST_BYTES // 1024},
        invitations=TEXTS[INVITATIONS].text,
    )
    return page, 422 if form.errors else 200


def _show(
    template_name: str, staff: Staff, conference: Conference, form: Form, lines: list[CheckedLine], **more: object
) -> str:
    return render_template(
        template_name,
        staff=staff,
        conference=conference,
        form=form,
        wrong=[one for one in lines if one.errors],
        **more,
    )
