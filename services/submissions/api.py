"""JSON for everyone and for staff: /api/submissions/v1."""

from typing import Any
from uuid import UUID

from flask import abort
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from services.submissions import paging, queries, tracking
from services.submissions.config import config
from services.submissions.models import Idea
from services.submissions.schemas import (
    AdoptionSchema,
    ConfirmedSchema,
    DeclineSchema,
    IdeaSchema,
    IdeasQuerySchema,
    IdeasSchema,
    ReceiptSchema,
    RecommendationSchema,
    StatusSchema,
    StorySchema,
    SubmissionSchema,
)
from services.submissions.use_cases import contacts, ideas, recommendations
from shared import ids
from shared.web.access import bearer_token, by_token_api, public_api, staff_api, staff_present
from shared.web.api import ApiBlueprint, page_of
from shared.web.clients import limited
from shared.web.current import database
from shared.web.i18n import gettext
from shared.web.idempotency import idempotent
from shared.web.problems import problem
from shared.web.proof import ConfirmSchema
from shared.web.staff_tokens import Staff

api = ApiBlueprint("submissions", __name__, description="Ideas, petitions, recommendations, and the story of each.")

#: Who may publish, decline and write recommendations down.
EDITORS = ("moderator", "clerk", "admin")


@api.route("/ideas", methods=["POST"])
@limited("300 per 10 minutes")
@public_api
@api.arguments(SubmissionSchema)
@idempotent
@api.response(202, ReceiptSchema)
def hand_in(session: Session, values: dict[str, Any]) -> dict[str, Any]:
    """Hand in an idea or a petition. The answer holds the tracking code; nobody can find it again later."""
    code = tracking.new_code()
    idea = ideas.hand_in(session, config, code=code, **values)
    return {"id": idea.id, "tracking_code": code, "status": idea.status}


@api.route("/ideas", methods=["GET"])
@public_api
@api.arguments(IdeasQuerySchema, location="query")
@api.response(200, IdeasSchema)
def list_ideas(wanted: dict[str, Any]) -> dict[str, Any]:
    """Published ideas, newest first."""
    with database.read() as session:
        page = queries.published_ideas(
            session, wanted["page"], wanted.get("topic"), wanted.get("quarter"), wanted.get("language")
        )
    return page_of([_shown(idea) for idea in page.ideas], paging.next_url(page))


@api.route("/ideas/<uuid:idea_id>", methods=["GET"])
@public_api
@api.response(200, IdeaSchema)
def show_idea(idea_id: UUID) -> dict[str, Any]:
    """One published idea."""
    with database.read() as session:
        return _shown(queries.published_idea(session, idea_id))


@api.route("/ideas/confirm", methods=["POST"])
@limited("120 per 10 minutes")
@by_token_api
@api.arguments(ConfirmSchema)
@idempotent
@api.response(200, ConfirmedSchema)
def confirm(session: Session, proof: dict[str, Any]) -> ResponseReturnValue:
    """Confirm the author's contact by the token of the e-mail's link, or by id and the six digits of the SMS."""
    if "token" in proof:
        idea_id = contacts.idea_of_link(config, proof["token"])
        contacts.confirm_contact(session, idea_id)
    elif contacts.confirm_by_digits(session, config, idea_id := proof["id"], proof["code"]):
        pass
    else:
        # An answer, not an error: the wrong try has to be counted.
        return problem(422, gettext("Bitte prüfen Sie die genannten Felder."), {"code": [contacts.wrong_digits()]})
    return {"id": idea_id, "status": "confirmed"}


@api.route("/ideas/<uuid:idea_id>/publish", methods=["POST"])
@staff_api(*EDITORS)
@idempotent
@api.response(200, StatusSchema)
def publish(session: Session, _: Staff, idea_id: UUID) -> Idea:
    """Show an idea to everybody."""
    return ideas.publish_idea(session, idea_id)


@api.route("/ideas/<uuid:idea_id>/decline", methods=["POST"])
@staff_api(*EDITORS)
@api.arguments(DeclineSchema)
@idempotent
@api.response(200, StatusSchema)
def decline(session: Session, _: Staff, values: dict[str, Any], idea_id: UUID) -> Idea:
    """Keep an idea from the public and say why."""
    return ideas.decline_idea(session, idea_id, values["reason"])


@api.route("/ideas/<uuid:idea_id>/withdraw", methods=["POST"])
@limited("120 per 10 minutes")
@by_token_api
@idempotent
@api.response(200, StatusSchema)
def withdraw(session: Session, idea_id: UUID) -> Idea:
    """Take an idea back: by its author with the tracking code as bearer token, or by staff."""
    staff = staff_present()
    is_editor = staff is not None and not staff.roles.isdisjoint(EDITORS)
    if not is_editor and queries.idea_by_code(session, config, bearer_token() or "").id != idea_id:
        abort(404)
    return ideas.withdraw_idea(session, idea_id)


@api.route("/recommendations", methods=["POST"])
@staff_api(*EDITORS)
@api.arguments(AdoptionSchema)
@idempotent
@api.response(201, RecommendationSchema)
def adopt(session: Session, _: Staff, values: dict[str, Any]) -> dict[str, Any]:
    """Write down a recommendation as the conference voted for it; this starts the council's intake."""
    recommendation = recommendations.adopt_recommendation(session, **values)
    return {"id": recommendation.id, "number": recommendation.number, "status": "adopted"}


@api.route("/track/<code>", methods=["GET"])
@limited("120 per 10 minutes", methods=("GET",))
@by_token_api
@api.response(200, StorySchema)
def track(code: str) -> dict[str, Any]:
    """The whole story of one code, newest first, in the reader's language."""
    if ids.read_code(code, tracking.CODE_LENGTH) is None:
        abort(
            404,
            description=gettext("In diesem Code steckt ein Tippfehler. Bitte vergleichen Sie ihn Zeichen für Zeichen."),
        )
    with database.read() as session:
        idea = queries.idea_by_code(session, config, code)
        story = queries.story_of(session, idea)
        number = idea.recommendation.number if idea.recommendation else None
    return {"id": idea.id, "kind": idea.kind, "status": idea.status, "recommendation": number, "story": story}


def _shown(idea: Idea) -> dict[str, Any]:
    return {
        "id": idea.id,
        "kind": idea.kind,
        "status": idea.status,
        "title": {"text": idea.title, "language": idea.language},
        "text": {"text": idea.text, "language": idea.language},
        "topic": idea.topic,
        "quarter": idea.quarter,
        "author_name": queries.author_name(config, idea),
        "published_at": idea.published_at,
        "recommendation": idea.recommendation.number if idea.recommendation else None,
    }
