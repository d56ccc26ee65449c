"""Choosing what to be told about, and confirming it: looking changes nothing, only the button does."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from services.notifications import queries, urls, wording
from services.notifications.config import config
from services.notifications.models import CASE, COUNCIL, FOLLOWABLE, IDEA
from services.notifications.schemas import DigitsSchema, FollowingFormSchema
from services.notifications.use_cases import followings
from services.notifications.use_cases.followings import Wish
from shared.rules import NotFound
from shared.web import forms, i18n
from shared.web.access import by_token, public_page
from shared.web.clients import limited
from shared.web.current import database
from shared.web.form_guard import forms_guard
from shared.web.forms import Form

pages = Blueprint("following", __name__, url_prefix="/mitteilungen")


@pages.get("/")
@public_page
def overview() -> ResponseReturnValue:
    """What one can follow, and how one stops."""
    return render_template("public/overview.html", form=Form())


@pages.route("/folgen/<topic>", methods=["GET", "POST"], defaults={"topic_id": None})
@pages.route("/folgen/<topic>/<uuid:topic_id>", methods=["GET", "POST"])
@limited("30 per 10 minutes")
@public_page
def follow(topic: str, topic_id: UUID | None) -> ResponseReturnValue:
    """The form for one topic; the answer is the same whoever is behind the address."""
    about = _about(topic, topic_id)
    is_posted = request.method == "POST"
    form = forms.read(FollowingFormSchema()) if is_posted else forms.blank({"language": i18n.language().tag})
    if is_posted and (suspicion := forms_guard("follow")):
        form.reject("", suspicion.message)
    if form.values is None or form.errors:
        page = render_template("public/follow.html", form=form, about=about)
        return page, 422 if form.errors else 200
    return _ask(topic, topic_id, form)


@pages.get("/angefragt")
@public_page
def requested() -> ResponseReturnValue:
    """What happens next."""
    return render_template("public/requested.html")


@pages.route("/code/<uuid:following_id>", methods=["GET", "POST"])
@limited("30 per 10 minutes")
@by_token
def confirm_by_code(following_id: UUID) -> ResponseReturnValue:
    """Where the six digits of the SMS are typed."""
    form = forms.read(DigitsSchema()) if request.method == "POST" else Form()
    if form.values is not None:
        with database.write() as session:
            if followings.confirm_by_code(session, config, following_id, form.values["digits"]):
                return render_template("public/confirmed.html")
        form.reject("code", i18n.gettext(followings.WRONG_CODE))
    return render_template("public/code.html", form=form), 422 if form.errors else 200


@pages.route("/bestaetigen/<token>", methods=["GET", "POST"])
@limited("30 per 10 minutes")
@by_token
def confirm(token: str) -> ResponseReturnValue:
    """Show what is about to be confirmed, and confirm it by the button."""
    if request.method == "POST":
        with database.write() as session:
            followings.confirm_by_link(session, config, token)
        return render_template("public/confirmed.html")
    with database.read() as session:
        following = followings.following_of_link(session, config, urls.CONFIRM, token)
        title = queries.topic_title(session, following.topic, following.topic_id)
    about = wording.topic(following.topic, title, is_one=bool(following.topic_id))
    return render_template("public/confirm.html", about=about, is_good=following.takes_link)


def _ask(topic: str, topic_id: UUID | None, form: Form) -> ResponseReturnValue:
    values = form.values or {}
    wish = Wish(
        topic=topic,
        topic_id=str(topic_id or ""),
        address=values.get("email") or values["phone"],
        language=values["language"],
    )
    with database.write() as session:
        following = followings.request_following(session, config, wish)
    if values.get("email"):
        return redirect("/mitteilungen/angefragt", 303)
    return redirect(f"/mitteilungen/code/{following.id}", 303)


def _about(topic: str, topic_id: UUID | None) -> str:
    """What the form is about, in words. Raises NotFound for what can't be followed."""
    needs_id = topic in {IDEA, CASE}
    if topic not in FOLLOWABLE or (needs_id and topic_id is None) or (topic == COUNCIL and topic_id is not None):
        raise NotFound
    with database.read() as session:
        title = queries.topic_title(session, topic, str(topic_id or ""))
    if title is None and needs_id:
        return i18n.gettext("diese Idee") if topic == IDEA else i18n.gettext("dieser Vorgang")
    return wording.topic(topic, title, is_one=topic_id is not None)
