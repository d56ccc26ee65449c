"""Cases in the console: the list, one case with its time line, and a page for each thing that its state allows."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from services.council.announcements import OUTCOME_LABELS, STATUS_LABELS
from services.council.console import cookies
from services.council.models import ADDRESSEE_KINDS, Case
from services.council.models.transitions import TRANSITIONS, verbs_for
from services.council.queries import cases as queries
from services.council.queries import meetings
from services.council.queries.cases import Filter
from services.council.schemas.cases import VERB_SCHEMAS
from services.council.use_cases.cases import VERBS
from shared import clock
from shared.rules import IllegalTransition
from shared.web import forms
from shared.web.access import CONSOLE, staff_page
from shared.web.current import database
from shared.web.forms import Form
from shared.web.i18n import gettext, lazy_gettext
from shared.web.staff_tokens import Staff

pages = Blueprint("cases", __name__, url_prefix="/intern/vorgaenge")

READERS = ("admin", "clerk", "chair", "member")

#: What the button of each verb says, and what it will do.
VERB_TEXTS = {
    "triage": (lazy_gettext("Prüfung abschließen"), lazy_gettext("Hält fest, wer sich um den Vorgang kümmert.")),
    "schedule": (lazy_gettext("Auf die Tagesordnung"), lazy_gettext("Setzt den Vorgang auf eine Sitzung.")),
    "decide": (lazy_gettext("Entscheidung eintragen"), lazy_gettext("Hält fest, was die Sitzung entschieden hat.")),
    "refer": (lazy_gettext("Übergeben"), lazy_gettext("Übergibt den Vorgang und startet die Frist für die Antwort.")),
    "acknowledge": (
        lazy_gettext("Eingang bestätigt"),
        lazy_gettext("Hält fest, dass der Vorgang dort angekommen ist."),
    ),
    "answer": (lazy_gettext("Antwort eintragen"), lazy_gettext("Veröffentlicht die Antwort und beendet die Frist.")),
    "close": (lazy_gettext("Abschließen"), lazy_gettext("Beendet den Vorgang und sagt, was daraus wurde.")),
}


@pages.get("/")
@staff_page(*READERS)
def list_cases(staff: Staff) -> str:
    """Every case, newest first, narrowed down by words, state, overdue and who takes care of it."""
    chosen = {name: request.args.get(name, "") for name in ("q", "status", "faellig", "meine")}
    wanted = Filter(
        words=chosen["q"],
        status=chosen["status"] if chosen["status"] in STATUS_LABELS else None,
        overdue=True if chosen["faellig"] else None,
        responsible=staff.name if chosen["meine"] else "",
        after=request.args.get("nach"),
    )
    with database.read() as session:
        rows, last = queries.page_of_cases(session, wanted)
    following = f"{CONSOLE}/vorgaenge/?{urlencode(chosen | {'nach': last})}" if last else None
    page = {"cases": rows, "next_url": following, "chosen": chosen}
    return render_template("console/cases.html", staff=staff, labels=STATUS_LABELS, outcomes=OUTCOME_LABELS, **page)


@pages.get("/<uuid:case_id>")
@staff_page(*READERS)
def show_case(staff: Staff, case_id: UUID) -> str:
    """One case; a petition's private part only for those whose work needs it."""
    with database.read() as session:
        case = queries.case(session, case_id)
        steps = queries.timeline(case, for_staff=True)
    return render_template(
        "console/case.html",
        staff=staff,
        case=case,
        steps=steps,
        petition=queries.petition_of(case, cookies.config().column_key, staff),
        verbs=[(verb, *VERB_TEXTS[verb]) for verb in verbs_for(case.status, staff.roles)],
        labels=STATUS_LABELS,
        outcomes=OUTCOME_LABELS,
    )


@pages.route(
    "/<uuid:case_id>/<any(triage,schedule,decide,refer,acknowledge,answer,close):verb>", methods=["GET", "POST"]
)
@staff_page("admin", "clerk", "chair")
def act(staff: Staff, case_id: UUID, verb: str) -> ResponseReturnValue:
    """Say what the verb needs, see what it will do, do it."""
    if not staff.roles.intersection(TRANSITIONS[verb].roles):
        abort(403)
    form = forms.read(VERB_SCHEMAS[verb]()) if request.method == "POST" else None
    if form is None or not form.is_valid or form.values is None:
        return _action_page(staff, case_id, verb, form)
    with database.write() as session:
        VERBS[verb](session, staff, case_id, **form.values)
    return redirect(f"{CONSOLE}/vorgaenge/{case_id}")


def _action_page(staff: Staff, case_id: UUID, verb: str, form: Form | None) -> ResponseReturnValue:
    with database.read() as session:
        case = queries.case(session, case_id)
        bodies = meetings.bodies_that_meet(session)
        addressees = meetings.addressees(session)
    if case.status not in TRANSITIONS[verb].sources:
        raise IllegalTransition(gettext("Das geht im jetzigen Stand des Vorgangs nicht."))
    title, effect = VERB_TEXTS[verb]
    page = render_template(
        "console/case_action.html",
        staff=staff,
        case=case,
        verb=verb,
        verb_title=title,
        effect=effect,
        form=form or forms.blank(_suggested(case, staff, verb)),
        bodies=[(body.name, body.name) for body in bodies],
        addressees=addressees,
        kinds=list(ADDRESSEE_KINDS.items()),
        outcomes=[(name, OUTCOME_LABELS[name]) for name in case.possible_outcomes],
    )
    return page, 422 if form else 200


def _suggested(case: Case, staff: Staff, verb: str) -> dict[str, Any]:
    suggested: dict[str, dict[str, Any]] = {
        "triage": {"responsible": staff.name},
        "refer": {"addressee.kind": case.wanted_kind, "addressee.name": case.wanted_name},
        "acknowledge": {"acknowledged_on": clock.today().isoformat()},
    }
    return suggested.get(verb, {})
