"""The JSON doors of registration."""

from typing import Any
from uuid import UUID

from flask import Response, abort
from sqlalchemy.orm import Session

from services.registration import queries, totals, urls
from services.registration.config import config
from services.registration.models import Conference, Registration
from services.registration.models.overrides import EXTEND
from services.registration.models.people import Wish
from services.registration.schemas import conferences as conference_schemas
from services.registration.schemas import registrations as schemas
from services.registration.schemas import waiting_list as line_schemas
from services.registration.schemas.households import wrong_household
from services.registration.use_cases import conferences as conference_cases
from services.registration.use_cases import offers, overrides, requests
from services.registration.use_cases import registrations as registration_cases
from shared.rules import NotFound
from shared.web.access import bearer_token, by_token_api, public_api, staff_api, staff_present
from shared.web.api import ApiBlueprint, page_of
from shared.web.clients import limited
from shared.web.current import database, settings
from shared.web.i18n import gettext
from shared.web.idempotency import idempotent
from shared.web.problems import problem
from shared.web.staff_tokens import Staff

OFFICE = ("clerk", "admin")

api = ApiBlueprint("registration", __name__, description="Conferences and who takes part in them.")


@api.route("/conferences", methods=["GET"])
@public_api
@api.arguments(conference_schemas.PageSchema, location="query")
@api.response(200, conference_schemas.ConferencesSchema)
def list_conferences(values: dict[str, int]) -> dict[str, Any]:
    """All conferences, newest first; staff see drafts, too."""
    page = values["page"]
    with database.read() as session:
        found, has_more = queries.conferences(session, drafts=_is_office(), page=page)
    next_url = f"{settings.base_url}{api.url_prefix}/conferences?page={page + 1}" if has_more else None
    return page_of(list(found), next_url)


@api.route("/conferences", methods=["POST"])
@staff_api(*OFFICE)
@api.arguments(conference_schemas.ConferenceSchema)
@idempotent
@api.response(201, conference_schemas.ConferenceShownSchema)
def plan_conference(session: Session, _staff: Staff, values: dict[str, Any]) -> Conference:
    """Make a draft, which only staff see until it is announced."""
    return conference_cases.plan_conference(session, **values)


@api.route("/conferences/<uuid:conference_id>", methods=["GET"])
@public_api
@api.response(200, conference_schemas.ConferenceShownSchema)
def show_conference(conference_id: UUID) -> Conference:
    """One conference."""
    find = queries.conference if _is_office() else queries.public_conference
    with database.read() as session:
        return find(session, conference_id)


@api.route("/conferences/<uuid:conference_id>", methods=["PATCH"])
@staff_api(*OFFICE)
@api.arguments(conference_schemas.ConferenceChangesSchema(partial=True))
@api.response(200, conference_schemas.ConferenceShownSchema)
def change_conference(_staff: Staff, values: dict[str, Any], conference_id: UUID) -> Conference | Response:
    """Change some of it; more places go to the waiting list."""
    details = values["details"]
    with database.write() as session:
        before = queries.conference(session, conference_id)
        times = {name: getattr(before, name) for name in conference_schemas.TIMES} | details
        if errors := conference_schemas.wrong_times(times):
            return problem(422, gettext("Bitte prüfen Sie die genannten Felder."), errors)
        return conference_cases.change_conference(session, config, conference_id, **values)


@api.route("/conferences/<uuid:conference_id>/<verb>", methods=["POST"])
@staff_api(*OFFICE)
@idempotent
@api.response(200, conference_schemas.ConferenceShownSchema)
def step_conference(session: Session, _staff: Staff, conference_id: UUID, verb: str) -> Conference:
    """Announce it, open or close registration, note that it was held, archive or cancel it."""
    return conference_cases.take_step(session, config, conference_id, verb)


@api.route("/conferences/<uuid:conference_id>/totals", methods=["GET"])
@staff_api(*OFFICE)
@api.response(200, conference_schemas.TotalsSchema)
def show_totals(_staff: Staff, conference_id: UUID) -> totals.Totals:
    """What the conference has to be prepared for; needs are those of people with a place."""
    with database.read() as session:
        return totals.totals_of(session, config, conference_id)


@api.route("/conferences/<uuid:conference_id>/registrations", methods=["POST"])
@limited("300 per 10 minutes")
@public_api
@api.arguments(schemas.WishSchema)
@idempotent
@api.response(202, schemas.ReceiptSchema)
def request_registration(session: Session, values: dict[str, Wish], conference_id: UUID) -> dict[str, Any]:
    """Ask for a place. A message with a link or a code goes to the address; the answer is the same for known ones."""
    # Not through the proxy: it costs a look-up for each of many keys.
    asked = requests.request_registration(session, session.info["config"], conference_id, values["wish"])
    return {"id": asked.id, "status": "pending"}


@api.route("/registrations/confirm", methods=["POST"])
@limited("300 per 10 minutes")
@by_token_api
@api.arguments(schemas.ConfirmSchema)
@idempotent
@api.response(200, schemas.ConfirmedSchema)
def confirm_registration(session: Session, values: dict[str, Any]) -> dict[str, Any] | Response:
    """Confirm by the token of the e-mail's link, or by the digits of the SMS."""
    settled = _confirm(session, values)
    if settled is None:
        return problem(422, gettext("Bitte prüfen Sie die genannten Felder."), {"code": [gettext(schemas.WRONG_CODE)]})
    ticket_url = urls.ticket_url(config, settled)
    return {"id": settled.id, "status": settled.status, "ticket_url": ticket_url}


@api.route("/registrations/<uuid:registration_id>", methods=["GET"])
@by_token_api
@api.response(200, schemas.RegistrationShownSchema)
def show_registration(registration_id: UUID) -> dict[str, Any]:
    """One registration, for its person or for staff."""
    with database.read() as session:
        found = _own(session, registration_id)
        return queries.details_of(session, config, found, masked=_is_office())


@api.route("/registrations/<uuid:registration_id>", methods=["PATCH"])
@by_token_api
@api.arguments(schemas.ChangeSchema)
@api.response(200, schemas.RegistrationShownSchema)
def change_registration(values: dict[str, Any], registration_id: UUID) -> dict[str, Any] | Response:
    """Change it; fewer companions make room for those who wait."""
    with database.write() as session:
        if errors := _wrong_household(session, _own(session, registration_id), values):
            return problem(422, gettext("Bitte prüfen Sie die genannten Felder."), errors)
        changed = registration_cases.change_registration(session, config, registration_id, values)
        return queries.details_of(session, config, changed, masked=_is_office())


@api.route("/registrations/<uuid:registration_id>", methods=["DELETE"])
@by_token_api
@api.response(200, schemas.ReceiptSchema)
def cancel_registration(registration_id: UUID) -> Registration:
    """Cancel it; whoever is first in line is offered the places."""
    with database.write() as session:
        _own(session, registration_id)
        return registration_cases.cancel_registration(session, config, registration_id)


@api.route("/registrations/<uuid:registration_id>/<any(accept, decline):answer>", methods=["POST"])
@by_token_api
@idempotent
@api.response(200, schemas.ConfirmedSchema)
def answer_offer(session: Session, registration_id: UUID, answer: str) -> dict[str, Any]:
    """Accept or decline the places offered to somebody on the waiting list; who declines leaves it."""
    _own(session, registration_id)
    decide = offers.accept if answer == "accept" else offers.decline
    decided = decide(session, session.info["config"], registration_id)
    return {"id": decided.id, "status": decided.status, "ticket_url": urls.ticket_url(config, decided)}


@api.route("/conferences/<uuid:conference_id>/waiting-list", methods=["GET"])
@staff_api(*OFFICE)
@api.response(200, line_schemas.WaitingListSchema)
def show_waiting_list(_staff: Staff, conference_id: UUID) -> dict[str, Any]:
    """Who holds an offer and who waits, in order, and what staff did to it by hand."""
    with database.read() as session:
        queries.conference(session, conference_id)
        in_line = [
            queries.details_of(session, config, one, masked=True) for one in queries.line(session, conference_id)
        ]
        return {"data": in_line, "overrides": queries.overrides(session, conference_id)}


@api.route(
    "/registrations/<uuid:registration_id>/<any('offer', 'take-back', 'extend', 'remove'):action>", methods=["POST"]
)
@staff_api(*OFFICE)
@api.arguments(line_schemas.OverrideSchema)
@idempotent
@api.response(200, schemas.RegistrationShownSchema)
def override(
    session: Session, staff: Staff, values: dict[str, Any], registration_id: UUID, action: str
) -> dict[str, Any] | Response:
    """Offer places out of order, take an offer back, extend it (`until`), or remove somebody from the waiting list."""
    if action == EXTEND and "until" not in values:
        message = gettext("Bitte geben Sie an, bis wann das Angebot gelten soll.")
        return problem(422, gettext("Bitte prüfen Sie die genannten Felder."), {"until": [message]})
    if action != EXTEND:
        values.pop("until", None)
    changed = overrides.DO[action](session, session.info["config"], registration_id, staff, **values)
    return queries.details_of(session, config, changed, masked=True)


def _is_office() -> bool:
    staff = staff_present()
    return staff is not None and not staff.roles.isdisjoint(OFFICE)


def _confirm(session: Session, values: dict[str, Any]) -> Registration | None:
    if "token" in values:
        return registration_cases.confirm_by_link(session, config, values["token"])
    return registration_cases.confirm_by_code(session, config, values["id"], values["code"])


def _wrong_household(session: Session, own: Registration, changes: dict[str, Any]) -> dict[str, list[str]]:
    """What would be wrong with who comes along after these changes."""
    if changes.keys().isdisjoint({"household", "childcare"}):
        return {}
    return wrong_household(queries.details_of(session, config, own, masked=False) | changes)


def _own(session: Session, registration_id: UUID) -> Registration:
    """The registration, if the caller may act on it."""
    token = bearer_token()
    if token is None:
        abort(401)
    found = queries.registration(session, registration_id)
    if not _is_office() and not urls.opens(config, urls.MANAGE, token, found):
        raise NotFound
    return found
