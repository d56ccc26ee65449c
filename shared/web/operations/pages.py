"""What an admin sees of a service's events and does about them. Only rows are read and written: the worker acts on them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from shared.messaging.distrust import LARGEST_NUMBER
from shared.messaging.operating.operator import Failed, Operator, Refused
from shared.messaging.protocol.records import Position
from shared.rules import IllegalTransition, NotFound
from shared.web import forms
from shared.web.access import staff_page
from shared.web.current import database
from shared.web.fields import PlainLine
from shared.web.forms import Form
from shared.web.i18n import gettext
from shared.web.operations import places, words
from shared.web.staff_tokens import Staff

pages = Blueprint("operations", __name__)

#: Events named on one page; there may be thousands.
SHOWN = 25
#: Codes of residents, addresses and telephone numbers: nothing in an event is found by them, and they belong in no address.
_PERSONAL = re.compile(r"@|^[\w*~$=]{4}([- ][\w*~$=]{4}){1,3}$|^\+?[\d /()-]{7,}$")


class FailedSchema(Schema):
    """Which failed events: one, or all of a name and a reason."""

    ereignis = fields.UUID()
    name = PlainLine(max_length=80)
    grund = PlainLine(max_length=500)


class SkipSchema(Schema):
    """Why an event is given up."""

    reason = PlainLine(required=True, max_length=500)


class PositionSchema(Schema):
    """Where a producer numbered an event."""

    von = PlainLine(required=True, max_length=40)
    strom = PlainLine(required=True, max_length=40)
    nummer = fields.Integer(required=True, validate=validate.Range(1, LARGEST_NUMBER))


@pages.get("/")
@staff_page("admin")
def start(staff: Staff) -> str:
    """How the service's events fare; with `q`, the events that have to do with it."""
    if asked := request.args.get("q", "").strip():
        return _search(staff, asked)
    with _reading() as operator:
        seen = operator.overview()
        parked, retrying = operator.parked(limit=SHOWN), operator.retrying(limit=SHOWN)
        behind = {row.event.event_id: operator.behind(row) for row in (*parked, *retrying)}
        done = operator.operations()
    return _page(
        "overview", staff, seen=seen, parked=parked, retrying=retrying, behind=behind, done=done, toured=_toured()
    )


@pages.get("/rundgang")
@staff_page("admin")
def tour(_staff: Staff) -> ResponseReturnValue:
    """Go on to the next service until one needs somebody, once round."""
    toured = _toured() + 1
    with _reading() as operator:
        in_trouble = bool(operator.overview().troubles)
    if in_trouble or toured >= len(places.PLACES):
        return redirect(f"{places.home_of(current_app.name)}/?gesehen={toured}")
    return redirect(f"{places.after(current_app.name).home}/rundgang?gesehen={toured}")


@pages.get("/ereignis/<uuid:event_id>")
@staff_page("admin")
def event(staff: Staff, event_id: UUID) -> ResponseReturnValue:
    """One event: where it is, why it waits, where it came from."""
    with _reading() as operator:
        way = operator.look_at(event_id)
        if way is not None:
            return _page("event", staff, way=way)
        at = forms.validate(PositionSchema(), request.args).values
        if at is None:
            return _page("absent", staff, at=None, event_id=event_id), 404
        position = Position(at["von"], at["strom"], at["nummer"])
        return _page("absent", staff, at=position, has_come=operator.reached(position), event_id=event_id)


@pages.get("/wiederholen")
@staff_page("admin")
def try_replay(staff: Staff) -> str:
    """A dry run: what would be handled again, and what waits behind it."""
    which = _failed(forms.validate(FailedSchema(), request.args))
    with _reading() as operator:
        rerun = operator.replay(which, dry_run=True)
        behind = {row.event.event_id: operator.behind(row, SHOWN) for row in rerun.rows[:SHOWN]}
    return _page("replay", staff, rerun=rerun, shown=rerun.rows[:SHOWN], behind=behind, asked=request.args)


@pages.post("/wiederholen")
@staff_page("admin")
def replay(staff: Staff) -> ResponseReturnValue:
    """Have them handled again."""
    which = _failed(forms.read(FailedSchema()))
    with _writing(staff) as operator:
        rerun = operator.replay(which, dry_run=False)
    if not rerun.rows:
        raise IllegalTransition(gettext("Davon ist nichts mehr offen. Bitte laden Sie die Seite davor neu."))
    home = places.home_of(current_app.name)
    return redirect(f"{home}/ereignis/{which.event_id}" if which.event_id else f"{home}/", 303)


@pages.route("/ereignis/<uuid:event_id>/ueberspringen", methods=["GET", "POST"])
@staff_page("admin")
def skip(staff: Staff, event_id: UUID) -> ResponseReturnValue:
    """Give an event up for good, with a reason."""
    form = forms.read(SkipSchema()) if request.method == "POST" else Form()
    if form.values is None:
        with _reading() as operator:
            way = operator.look_at(event_id)
        if way is None:
            return _page("absent", staff, at=None, event_id=event_id), 404
        return _page("skip", staff, way=way, form=form), 422 if form.errors else 200
    try:
        with _writing(staff) as operator:
            operator.skip(event_id, form.values["reason"])
    except Refused as refused:
        raise IllegalTransition(
            gettext("Davon ist nichts mehr offen. Bitte laden Sie die Seite davor neu.")
        ) from refused
    return redirect(f"{places.home_of(current_app.name)}/ereignis/{event_id}", 303)


@pages.get("/pruefung")
@staff_page("admin")
def verify(staff: Staff) -> str:
    """Check what the tables promise."""
    with _reading() as operator:
        found = operator.verify()
    return _page("verify", staff, found=found[:SHOWN], count=len(found), broken={each.promise for each in found})


def _search(staff: Staff, asked: str) -> str:
    if _PERSONAL.search(asked):
        return _page("search", staff, asked="", is_personal=True, found=[])
    with _reading() as operator:
        found = operator.find(asked)
    return _page("search", staff, asked=asked, is_personal=False, found=found)


def _failed(form: Form) -> Failed:
    """Which ones are meant. Raises NotFound where nothing says so: that must never come to mean all."""
    if not form.values:
        raise NotFound
    return Failed(form.values.get("ereignis"), form.values.get("name"), form.values.get("grund"))


def _toured() -> int:
    return min(max(0, request.args.get("gesehen", 0, type=int)), len(places.PLACES))


@contextmanager
def _reading() -> Iterator[Operator]:
    with database.read() as session:
        yield _operator(session, "")


@contextmanager
def _writing(staff: Staff) -> Iterator[Operator]:
    with database.write() as session:
        yield _operator(session, staff.name[:120])


def _operator(session: Session, actor: str) -> Operator:
    return Operator(session, current_app.extensions["config"].link_key, actor)


def _page(template: str, staff: Staff, **more: object) -> str:
    service = current_app.name
    return render_template(
        f"operations/{template}.html",
        staff=staff,
        service=service,
        home=places.home_of(service),
        places=places,
        words=words,
        **more,
    )
