"""Things to test with, made by use cases, and how a form is filled in."""

import html
import json
import re
from datetime import datetime
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from services.submissions import tracking
from services.submissions.config import Config
from services.submissions.models import Idea, Recommendation
from services.submissions.use_cases import ideas, recommendations, story
from services.submissions.use_cases.contacts import Contact
from services.submissions.use_cases.ideas import Submission
from services.submissions.use_cases.recommendations import Adoption
from shared import ids
from shared.messaging.outbox import write
from shared.messaging.tables import outbox
from tests.backbone import seals_of


def a_submission(**changes: Any) -> Submission:
    """An idea without a contact; `changes` replace single fields."""
    values: dict[str, Any] = {
        "kind": "idea",
        "title": "Mehr Bänke am Außenmühlenteich",
        "text": "Auf dem Weg um den Teich fehlen Bänke mit Lehne.",
        "language": "de",
    }
    return Submission(**(values | changes))


def a_petition(**changes: Any) -> Submission:
    """A petition with the person it needs."""
    contact = Contact(name="Ayşe Yılmaz", address="Eißendorfer Straße 5, 21073 Hamburg", **changes)
    return a_submission(
        kind="petition", title="Zebrastreifen", text="Bitte ein Zebrastreifen vor der Schule.", contact=contact
    )


def handed_in(session: Session, config: Config, wish: Submission | None = None) -> tuple[Idea, str]:
    """An idea that was handed in, and its tracking code."""
    code = tracking.new_code()
    return ideas.hand_in(session, config, wish or a_submission(), code), code


def a_published_idea(session: Session, config: Config, **changes: Any) -> Idea:
    """An idea that everybody can read."""
    idea, _ = handed_in(session, config, a_submission(**changes))
    return ideas.publish_idea(session, idea.id)


def a_conference(session: Session, starts_at: datetime) -> UUID:
    """A conference that this service knows of."""
    conference_id = ids.public()
    title = {"de": "17. Harburger Integrationskonferenz", "en": "17th Harburg Integration Conference"}
    story.note_conference(session, conference_id, title, starts_at, "Rieckhof")
    return conference_id


def an_adopted_recommendation(session: Session, conference_id: UUID, *idea_ids: UUID) -> Recommendation:
    """A recommendation of these published ideas: 12 yes, 3 no, 1 abstention."""
    adoption = Adoption(
        title={"de": "Bänke mit Lehne"},
        text={"de": "Das Bezirksamt stellt zehn Bänke mit Lehne auf."},
        idea_ids=list(idea_ids),
        conference_id=conference_id,
        votes_yes=12,
        votes_no=3,
        votes_abstain=1,
        addressee_kind="district_office",
        addressee_name="Bezirksamt Harburg",
    )
    return recommendations.adopt_recommendation(session, adoption)


def an_adoption(conference_id: object, *idea_ids: object, **changes: Any) -> dict[str, Any]:
    """The JSON of a recommendation."""
    body = {
        "title": {"de": "Bänke mit Lehne", "en": "Benches with backrests"},
        "text": {"de": "Das Bezirksamt stellt am Außenmühlenteich zehn Bänke mit Lehne auf."},
        "idea_ids": [str(idea_id) for idea_id in idea_ids],
        "conference_id": str(conference_id),
        "vote": {"yes": 64, "no": 3, "abstain": 8},
        "addressee": {"kind": "district_office", "name": "Bezirksamt Harburg"},
    }
    return body | changes


def hidden(page: TestResponse) -> dict[str, str]:
    """The hidden fields of the page's form: what a browser sends along."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.get_data(as_text=True))
    return {name: html.unescape(value) for name, value in found}


def csrf_of(client: FlaskClient, path: str) -> dict[str, str]:
    """The CSRF token of a page's form."""
    return {"csrf_token": hidden(client.get(path))["csrf_token"]}


def submit(client: FlaskClient, page: TestResponse, path: str, **typed: str) -> TestResponse:
    """Send the form of `page`; fields with a dot are written with two underscores."""
    filled = {name.replace("__", "."): text for name, text in typed.items()}
    return client.post(path, data={**hidden(page), **filled})


def events(session: Session) -> list[tuple[str, dict[str, Any]]]:
    """What this service published, oldest first: (name, facts)."""
    write(session)
    rows = session.execute(select(outbox.c.name, outbox.c.body).order_by(outbox.c.position))
    return [(name, json.loads(body)["data"]) for name, body in rows]


def sealed_for(session: Session, recipient: str) -> dict[str, Any] | None:
    """What the newest event carries for `recipient`, opened with its keys."""
    write(session)
    row = session.execute(select(outbox).order_by(outbox.c.position.desc()).limit(1)).one()
    boxes = json.loads(row.sealed) if row.sealed else {}
    return seals_of(recipient).open(boxes[recipient], row.name, row.subject_id) if recipient in boxes else None
