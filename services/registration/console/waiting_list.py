"""Pages for the office: one registration on the waiting list, and what can be done with it by hand."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from services.registration import by_hand, queries
from services.registration.config import config
from services.registration.models import Conference, Registration
from services.registration.models.overrides import ACTIONS, EXTEND, OFFER, REMOVE, TAKE_BACK
from services.registration.models.registrations import OFFERED, WAITLISTED
from services.registration.roles import OFFICE
from services.registration.schemas.waiting_list import ExtensionFormSchema, ReasonFormSchema
from services.registration.use_cases import overrides
from shared import clock
from shared.clock import CIVIL_ZONE
from shared.rules import IllegalTransition, NotFound
from shared.web import forms
from shared.web.access import staff_page
from shared.web.current import database
from shared.web.staff_tokens import Staff

#: How much longer an offer is proposed to hold.
LONGER = timedelta(hours=24)

pages = Blueprint("waiting", __name__, url_prefix="/intern/konferenzen/<uuid:conference_id>/warteliste")


@dataclass(frozen=True, slots=True)
class Outlook:
    """What would happen: whether the places are free, whom the line would serve next, and whether anybody else waits."""

    has_room: bool
    is_first: bool
    others_wait: bool
    is_asked: bool


@pages.get("/<uuid:registration_id>")
@staff_page(*OFFICE)
def entry(staff: Staff, conference_id: UUID, registration_id: UUID) -> str:
    """Where it stands, and what can be done, each with what it will do and whom it tells."""
    return _page("console/waiting.html", staff, conference_id, registration_id)


@pages.route("/<uuid:registration_id>/<action>", methods=["GET", "POST"])
@staff_page(*OFFICE)
def act(staff: Staff, conference_id: UUID, registration_id: UUID, action: str) -> ResponseReturnValue:
    """Ask for the reason, then do it."""
    if action not in ACTIONS:
        raise NotFound
    if request.method == "GET":
        form = forms.blank(_proposed(conference_id, registration_id) if action == EXTEND else None)
        return _page("console/override.html", staff, conference_id, registration_id, action=action, form=form)
    form = forms.read(ExtensionFormSchema() if action == EXTEND else ReasonFormSchema())
    if form.is_valid and form.values is not None:
        try:
            with database.write() as session:
                _found(session, conference_id, registration_id)
                overrides.DO[action](session, config, registration_id, staff, **form.values)
            return redirect(f"{url_for('console.conference_page', conference_id=conference_id)}#warteliste", 303)
        except IllegalTransition as error:
            form.reject("until" if action == EXTEND else "reason", str(error))
    return _page("console/override.html", staff, conference_id, registration_id, action=action, form=form), 422


def _page(template: str, staff: Staff, conference_id: UUID, registration_id: UUID, **more: object) -> str:
    with database.read() as session:
        conference, found = _found(session, conference_id, registration_id)
        return render_template(
            template,
            staff=staff,
            conference=conference,
            one=queries.details_of(session, config, found, masked=True),
            queued_at=found.queued_at,
            possible=_possible(found),
            outlook=_outlook(session, conference, found),
            done=by_hand.overrides_of(session, registration_id),
            **more,
        )


def _found(session: Session, conference_id: UUID, registration_id: UUID) -> tuple[Conference, Registration]:
    return queries.conference(session, conference_id), queries.registration_at(session, conference_id, registration_id)


def _possible(found: Registration) -> tuple[str, ...]:
    return {OFFERED: (EXTEND, TAKE_BACK, REMOVE), WAITLISTED: (OFFER, REMOVE)}.get(found.status, ())


def _proposed(conference_id: UUID, registration_id: UUID) -> dict[str, str]:
    with database.read() as session:
        _, found = _found(session, conference_id, registration_id)
    later = ((found.offered_until or clock.now()) + LONGER).astimezone(CIVIL_ZONE)
    return {"until": later.strftime("%Y-%m-%dT%H:%M")}


def _outlook(session: Session, conference: Conference, found: Registration) -> Outlook:
    first = queries.first_in_line(session, conference.id)
    return Outlook(
        has_room=conference.has_room_for(found.places),
        is_first=first is None or (found.queue_number or 0) <= (first.queue_number or 0),
        others_wait=first is not None and first.id != found.id,
        is_asked=conference.answer_until() is not None,
    )
