"""The page behind "that wasn't me" in every question to a stranger: looking changes nothing, only the button does."""

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from services.notifications import queries
from services.notifications.channels import addresses
from services.notifications.config import config
from services.notifications.models import Following
from services.notifications.use_cases import refusing
from shared.columns import decrypt
from shared.web.access import by_token
from shared.web.clients import limited
from shared.web.current import database

pages = Blueprint("not_me", __name__, url_prefix="/mitteilungen")


@pages.get("/nicht-ich/<token>")
@limited("60 per 10 minutes", methods=("GET",))
@by_token
def ask_to_disown(token: str) -> ResponseReturnValue:
    """What the button does, or what it has done."""
    with database.read() as session:
        return page(session, refusing.question_of_link(session, config, token), request.path)


@pages.post("/nicht-ich/<token>")
@limited("60 per 10 minutes")
@by_token
def disown(token: str) -> ResponseReturnValue:
    """Never write to this mailbox again."""
    with database.write() as session:
        refusing.refuse(session, refusing.question_of_link(session, config, token))
    return redirect(request.path, 303)


@pages.post("/nicht-ich/<token>/alles")
@limited("60 per 10 minutes")
@by_token
def stop_everything(token: str) -> ResponseReturnValue:
    """Stop what a mailbox follows whose reader has confirmed before; their registration stays."""
    with database.write() as session:
        question = refusing.question_of_link(session, config, token)
        refusing.stop_mailbox(session, question)
        return page(session, question, request.path, is_stopped=True)


@pages.post("/s/<code>/nicht-ich")
@limited("60 per 10 minutes")
@by_token
def disown_by_code(code: str) -> ResponseReturnValue:
    """The same as by the link of an e-mail."""
    with database.write() as session:
        refusing.refuse(session, refusing.question_of_code(session, config, code))
    return redirect(f"/mitteilungen/s/{code}", 303)


def page(session: Session, question: Following, action: str, *, is_stopped: bool = False) -> str:
    """The page about a question; its button posts to `action`."""
    return render_template(
        "public/not_me.html",
        address=addresses.masked(decrypt(config.box, question.contact.address)),
        standing="stopped" if is_stopped else queries.standing(session, question.contact).value,
        action=action,
    )
