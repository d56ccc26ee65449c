"""Reading what others handed in."""

from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from services.submissions import labels, paging, queries, tracking
from services.submissions.config import config
from services.submissions.schemas import IdeasQuerySchema
from shared.web import forms
from shared.web.access import public_page
from shared.web.current import database

pages = Blueprint("ideas", __name__)


@pages.get("/ideen/")
@public_page
def ideas() -> ResponseReturnValue:
    """All published ideas, by topic, quarter and language."""
    form = forms.validate(IdeasQuerySchema(), request.args)
    wanted = form.values or {"page": 1}
    with database.read() as session:
        page = queries.published_ideas(
            session, wanted["page"], wanted.get("topic"), wanted.get("quarter"), wanted.get("language")
        )
    return render_template(
        "public/ideas.html",
        page=page,
        form=forms.blank(request.args),
        is_filtered=wanted.keys() != {"page"},
        languages_written=labels.language_options(),
        previous_url=paging.previous_url(page),
        next_url=paging.next_url(page),
    )


@pages.get("/ideen/<uuid:idea_id>")
@public_page
def idea(idea_id: UUID) -> ResponseReturnValue:
    """One published idea."""
    with database.read() as session:
        found = queries.published_idea(session, idea_id)
        story = tracking.for_everybody(queries.story_of(session, found))
    name = queries.author_name(config, found)
    return render_template("public/idea.html", idea=found, story=story, author_name=name)
