"""JSON doors: following, the log for staff, the mailbox of the demo, and receipts from providers."""

from typing import Any
from uuid import UUID

from flask import Response, abort, request
from sqlalchemy.orm import Session

from services.notifications import paging, queries, schemas
from services.notifications.channels import kannel
from services.notifications.config import config
from services.notifications.models import Notification
from services.notifications.use_cases import answers, followings, sending
from services.notifications.use_cases.followings import Wish
from shared.rules import NotFound
from shared.web.access import by_signature, by_token_api, public_api, staff_api
from shared.web.api import ApiBlueprint, page_of
from shared.web.clients import limited
from shared.web.current import database
from shared.web.i18n import gettext
from shared.web.idempotency import idempotent
from shared.web.problems import problem
from shared.web.proof import ConfirmSchema
from shared.web.staff_tokens import Staff

OFFICE = ("clerk", "admin")

api = ApiBlueprint("notifications", __name__, description="Who is told what, and how they follow or stop.")


@api.route("/follows", methods=["POST"])
@limited("30 per 10 minutes")
@public_api
@api.arguments(schemas.FollowSchema)
@idempotent
@api.response(202, schemas.FollowingSchema)
def follow(session: Session, values: dict[str, Wish]) -> dict[str, Any]:
    """Ask an address whether it wants to be told; the answer is the same whoever is behind it."""
    following = followings.request_following(session, config, values["wish"])
    return {"id": following.id, "status": "pending"}


@api.route("/follows/confirm", methods=["POST"])
@limited("30 per 10 minutes")
@by_token_api
@api.arguments(ConfirmSchema)
@idempotent
@api.response(200, schemas.FollowingSchema)
def confirm(session: Session, values: dict[str, Any]) -> dict[str, Any] | Response:
    """Confirm by the token of the e-mail's link, or by id and the six digits of the SMS."""
    if "token" in values:
        return {"id": followings.confirm_by_link(session, config, values["token"]).id, "status": "confirmed"}
    if not followings.confirm_by_code(session, config, values["id"], values["code"]):
        return problem(
            422, gettext("Bitte prüfen Sie die genannten Felder."), {"code": [gettext(followings.WRONG_CODE)]}
        )
    return {"id": values["id"], "status": "confirmed"}


@api.route("/notifications", methods=["GET"])
@staff_api(*OFFICE, "privacy")
@api.arguments(schemas.LogQuerySchema, location="query")
@api.response(200, schemas.NotificationsSchema)
def list_notifications(_staff: Staff, wanted: dict[str, Any]) -> dict[str, Any]:
    """What was told to whom, newest first; addresses are masked."""
    with database.read() as session:
        lines, has_more = queries.log(session, config, wanted, wanted["page"])
    return page_of(lines, paging.next_address(wanted["page"]) if has_more else None)


@api.route("/notifications/<uuid:notification_id>/send", methods=["POST"])
@staff_api(*OFFICE)
@idempotent
@api.response(200, schemas.NotificationSchema)
def send_again(session: Session, _staff: Staff, notification_id: UUID) -> Notification:
    """Release an unknown notification or retry a failed one, under the same Message-ID."""
    return sending.send_again(session, notification_id)


@api.route("/mailbox", methods=["GET"])
@public_api
@api.arguments(schemas.MailboxQuerySchema, location="query")
@api.response(200, schemas.LettersSchema)
def mailbox(wanted: dict[str, Any]) -> dict[str, Any]:
    """What would have been sent, newest first; embedded and demo run only."""
    if not config.keeps_letters:
        raise NotFound
    with database.read() as session:
        letters, has_more = queries.kept_letters(session, config, wanted.get("to"), wanted["page"])
    return page_of(letters, paging.next_address(wanted["page"]) if has_more else None)


@api.route("/webhooks/kannel", methods=["GET", "POST"])
@by_signature
@api.arguments(schemas.ReceiptQuerySchema, location="query")
@api.response(202)
def take_receipt(values: dict[str, str]) -> None:
    """Kannel reports what became of an SMS; its address carries our own mark."""
    read = kannel.read_receipt(config, values["id"], values["mark"], values["type"])
    if read is None:
        abort(401)
    notification_id, receipt = read
    with database.write() as session:
        sending.note_receipt(session, notification_id, receipt)


@api.route("/webhooks/kannel/sms", methods=["POST"])
@by_signature
@api.arguments(schemas.InboundQuerySchema, location="query")
@api.response(202)
def take_sms(values: dict[str, str]) -> None:
    """Kannel hands over an SMS that came in: the text is the body, the address carries our own mark."""
    charset = request.mimetype_params.get("charset", "")
    read = kannel.read_inbound(config, values["mark"], values["sender"], request.get_data(), charset)
    if read is None:
        abort(401)
    phone, text = read
    with database.write() as session:
        answers.receive(session, config, values["id"], phone, text)
