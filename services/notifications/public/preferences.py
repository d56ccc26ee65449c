"""A person's own page: what we tell them about, in which language, and how to stop it."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from services.notifications import queries, urls, wording
from services.notifications.channels import addresses
from services.notifications.config import config
from services.notifications.models import Following
from services.notifications.public import not_me
from services.notifications.queries import Standing
from services.notifications.schemas import AddressSchema, LanguageSchema
from services.notifications.use_cases import erasing, followings, refusing
from shared.columns import decrypt
from shared.web import forms, i18n
from shared.web.access import by_token, public_page, without_csrf
from shared.web.clients import limited
from shared.web.current import database
from shared.web.form_guard import forms_guard

pages = Blueprint("preferences", __name__, url_prefix="/mitteilungen")


@pages.post("/mein-link")
@limited("20 per 10 minutes")
@public_page
def send_link() -> ResponseReturnValue:
    """Send the link to somebody's own page again; the answer is the same whoever is behind the address."""
    form = forms.read(AddressSchema())
    if suspicion := forms_guard("link"):
        form.reject("", suspicion.message)
    if form.values is None or form.errors:
        return render_template("public/overview.html", form=form), 422
    with database.write() as session:
        followings.send_link(session, config, form.values.get("email") or form.values["phone"])
    return render_template("public/link_sent.html")


@pages.get("/meine/<token>")
@by_token
def mine(token: str) -> ResponseReturnValue:
    """What we tell this person about."""
    with database.read() as session:
        contact = followings.contact_of_link(session, config, token)
        followed = queries.topics_followed(session, contact)
        rows = [(f.id, wording.topic(f.topic, title, is_one=bool(f.topic_id))) for f, title in followed]
    return render_template(
        "public/mine.html",
        token=token,
        address=addresses.masked(decrypt(config.box, contact.address)),
        is_blocked=contact.stopped_at is not None,
        rows=rows,
        form=forms.blank({"language": followed[0][0].language if followed else i18n.language().tag}),
    )


@pages.post("/meine/<token>/sprache")
@limited("30 per 10 minutes")
@by_token
def change_language(token: str) -> ResponseReturnValue:
    """Write in another language from now on."""
    form = forms.read(LanguageSchema())
    if form.values is not None:
        with database.write() as session:
            followings.change_language(session, config, token, form.values["language"])
    return redirect(f"/mitteilungen/meine/{token}", 303)


@pages.post("/meine/<token>/abbestellen/<uuid:following_id>")
@by_token
def stop_one(token: str, following_id: UUID) -> ResponseReturnValue:
    """Stop one."""
    with database.write() as session:
        followings.stop_one(session, config, token, following_id)
    return redirect(f"/mitteilungen/meine/{token}", 303)


@pages.post("/meine/<token>/<any(alles,sperren,entsperren):what>")
@by_token
def stop_everything(token: str, what: str) -> ResponseReturnValue:
    """Stop all, never write again, or take that back."""
    act = {"alles": followings.stop_all, "sperren": followings.block, "entsperren": followings.unblock}[what]
    with database.write() as session:
        act(session, config, token)
    return redirect(f"/mitteilungen/meine/{token}", 303)


@pages.route("/meine/<token>/loeschen", methods=["GET", "POST"])
@by_token
def erase(token: str) -> ResponseReturnValue:
    """Say what will be erased, and erase it by the button."""
    if request.method == "POST":
        with database.write() as session:
            erasing.erase_person(session, config, token)
        return render_template("public/erase.html", is_erased=True)
    with database.read() as session:
        followings.contact_of_link(session, config, token)
    return render_template("public/erase.html", token=token, is_erased=False)


@pages.get("/abbestellen/<token>")
@by_token
def ask_to_stop(token: str) -> ResponseReturnValue:
    """What is about to be stopped, and the button."""
    with database.read() as session:
        return _stop_page(session, followings.following_of_link(session, config, urls.STOP, token))


@pages.post("/abbestellen/<token>")
@limited("60 per 10 minutes")
@without_csrf("mail programs post this by one click (RFC 8058)")
@by_token
def stop(token: str) -> ResponseReturnValue:
    """Stop it, by the button or by one click in a mail program."""
    with database.write() as session:
        return _stop_page(session, followings.stop_by_link(session, config, token))


@pages.get("/s/<code>")
@limited("60 per 10 minutes", methods=("GET",))
@by_token
def open_sms_link(code: str) -> ResponseReturnValue:
    """Where the one link of an SMS leads: to the news and the button that stops them, or to the one that disowns a question."""
    with database.read() as session:
        following = followings.following_of_code(session, config, code)
        if queries.standing(session, following.contact) is Standing.CONFIRMED:
            return _stop_page(session, following)
        question = refusing.question_of_code(session, config, code)
        return not_me.page(session, question, f"{request.path}/nicht-ich")


@pages.post("/s/<code>")
@limited("60 per 10 minutes")
@by_token
def stop_by_code(code: str) -> ResponseReturnValue:
    """Stop it."""
    with database.write() as session:
        return _stop_page(session, followings.stop_by_code(session, config, code))


def _stop_page(session: Session, following: Following) -> str:
    title = queries.topic_title(session, following.topic, following.topic_id)
    return render_template(
        "public/stop.html",
        about=wording.topic(following.topic, title, is_one=bool(following.topic_id)),
        page=urls.story_url(config, following),
        is_stopped=following.stopped_at is not None,
    )
