"""Following one idea by its code, and taking it back."""

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue

from services.submissions import queries, tracking
from services.submissions.config import config
from services.submissions.schemas import CodeSchema
from services.submissions.use_cases import ideas
from shared import ids
from shared.rules import NotFound
from shared.web import forms
from shared.web.access import by_token, public_page
from shared.web.clients import limited
from shared.web.current import database
from shared.web.forms import Form
from shared.web.i18n import gettext

pages = Blueprint("tracking", __name__)


@pages.get("/verfolgen/")
@public_page
def ask_for_code() -> ResponseReturnValue:
    """Where the code is typed."""
    return render_template("public/track.html", form=Form())


@pages.post("/verfolgen/")
@limited("120 per 10 minutes")
@public_page
def look_up() -> ResponseReturnValue:
    """Lead to the story, or say what is wrong with the code."""
    form = forms.read(CodeSchema())
    code = ids.read_code(form.values["code"], tracking.CODE_LENGTH) if form.values else None
    if code is not None:
        return redirect(f"/verfolgen/{code}", 303)
    if form.values:
        form.reject(
            "code", gettext("In diesem Code steckt ein Tippfehler. Bitte vergleichen Sie ihn Zeichen für Zeichen.")
        )
    return render_template("public/track.html", form=form), 422


@pages.get("/verfolgen/<code>")
@limited("120 per 10 minutes", methods=("GET",))
@by_token
def story(code: str) -> ResponseReturnValue:
    """The whole story of one idea or petition."""
    try:
        with database.read() as session:
            idea = queries.idea_by_code(session, config, code)
            lines = queries.story_of(session, idea)
    except NotFound:
        form = forms.blank({"code": code})
        form.reject("code", gettext("Diesen Code kennen wir nicht. Bitte vergleichen Sie ihn Zeichen für Zeichen."))
        return render_template("public/track.html", form=form), 404
    return render_template("public/story.html", idea=idea, story=lines, code=code)


@pages.get("/verfolgen/<code>/zurueckziehen")
@limited("120 per 10 minutes", methods=("GET",))
@by_token
def ask_to_withdraw(code: str) -> ResponseReturnValue:
    """What withdrawing does, and the button."""
    with database.read() as session:
        idea = queries.idea_by_code(session, config, code)
    return render_template("public/withdraw.html", idea=idea, code=code)


@pages.post("/verfolgen/<code>/zurueckziehen")
@limited("120 per 10 minutes")
@by_token
def withdraw(code: str) -> ResponseReturnValue:
    """Take the idea back."""
    with database.write() as session:
        ideas.withdraw_idea(session, queries.idea_by_code(session, config, code).id)
    return redirect(f"/verfolgen/{code}", 303)
