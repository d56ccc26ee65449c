"""The JSON doors of registrations."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Response, abort
from sqlalchemy.orm import Session

from services.registration import lists, queries, urls
from services.registration.api.blueprint import api, is_office, naming_fields
from services.registration.config import config
from services.registration.models import Registration
from services.registration.models.people import Wish
from services.registration.roles import OFFICE
from services.registration.schemas import registrations as schemas
from services.registration.schemas.households import wrong_household
from services.registration.schemas.lists import CursorSchema, ListSchema
from services.registration.use_cases import offers, requests
from services.registration.use_cases import registrations as registration_cases
from shared.rules import NotFound
from shared.web.access import bearer_token, by_token_api, public_api, staff_api
from shared.web.api import page_of
from shared.web.clients import limited
from shared.web.current import database, settings
from shared.web.i18n import gettext
from shared.web.idempotency import idempotent
from shared.web.problems import problem
from shared.web.staff_tokens import Staff


@api.route("/conferences/<uuid:conference_id>/registrations", methods=["POST"])
@limited("300 per 10 minutes")
@public_api
@api.arguments(schemas.WishSchema)
@idempotent
@api.response(202, schemas.ReceiptSchema)
def request_registration(session: Session, values: dict[str, Wish], conference_id: UUID) -> dict[str, Any]:
    """Ask for a place. A message with a link or a code goes to the address; the answer is the same for known ones."""
    # Not through the proxy: it costs a look-up for each of many keys.
    with naming_fields():
        asked = requests.request_registration(session, session.info["config"], conference_id, values["wish"])
    return {"id": asked.id, "status": "pending"}


@api.route("/conferences/<uuid:conference_id>/registrations", methods=["GET"])
@staff_api(*OFFICE)
@api.arguments(CursorSchema, location="query")
@api.response(200, ListSchema)
def list_registrations(_staff: Staff, values: dict[str, Any], conference_id: UUID) -> dict[str, Any]:
    """Who registered, newest first, with addresses masked; `next` goes on behind the last one."""
    after = values.pop("after", None)
    with database.read() as session:
        queries.conference(session, conference_id)
        found, behind = lists.page_after(session, config, conference_id, lists.Sought(**values), after)
        rows = [one.shown() for one in found]
    path = f"{settings.base_url}{api.url_prefix}/conferences/{conference_id}/registrations"
    return page_of(rows, f"{path}?{urlencode(values | {'after': str(behind)})}" if behind else None)


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
        return queries.details_of(session, config, found, masked=is_office())


@api.route("/registrations/<uuid:registration_id>", methods=["PATCH"])
@by_token_api
@api.arguments(schemas.ChangeSchema)
@api.response(200, schemas.RegistrationShownSchema)
def change_registration(values: dict[str, Any], registration_id: UUID) -> dict[str, Any] | Response:
    """Change it; fewer companions make room for those who wait."""
    with naming_fields(), database.write() as session:
        if errors := _wrong_household(session, _own(session, registration_id), values):
            return problem(422, gettext("Bitte prüfen Sie die genannten Felder."), errors)
        changed = registration_cases.change_registration(session, config, registration_id, values)
        return queries.details_of(session, config, changed, masked=is_office())


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
    if not is_office() and not urls.opens(config, urls.MANAGE, token, found):
        raise NotFound
    return found
