"""Telling people what is held of their ideas and petitions."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.submissions import queries
from services.submissions.config import Config
from services.submissions.models import PETITION, Idea
from shared.disclosing import Record, disclose
from shared.events.notifications import AccessRequested
from shared.events.submissions import IdeasDisclosed
from shared.web.i18n import format_moment, gettext, render_in


def disclose_ideas(session: Session, config: Config, asked: AccessRequested) -> None:
    """Answer with every idea and petition under the subject ids asked for; what a petition says is with council."""
    theirs = select(Idea).where(Idea.subject_id.in_(asked.subject_ids))
    found = session.scalars(theirs.order_by(Idea.received_at)).all()
    with render_in(asked.language, "submissions"):
        disclose(session, IdeasDisclosed, asked, [_record(config, idea) for idea in found])


def _record(config: Config, idea: Idea) -> Record:
    name = queries.author_name(config, idea)
    columns = ("id", "kind", "status", "title", "text", "language", "topic", "quarter", "channel")
    moments = ("received_at", "confirmed_at", "published_at")
    rows = [
        (gettext("Titel"), idea.title),
        (gettext("Text"), idea.text),
        (gettext("Name, der veröffentlicht wird"), name),
        (gettext("Eingegangen am"), format_moment(idea.received_at)),
        (gettext("Bestätigt am"), format_moment(idea.confirmed_at) if idea.confirmed_at else None),
        (gettext("Veröffentlicht am"), format_moment(idea.published_at) if idea.published_at else None),
    ]
    return Record(
        gettext("Eingabe") if idea.kind == PETITION else gettext("Idee"),
        rows,
        {column: getattr(idea, column) for column in (*columns, *moments)} | {"author_name": name},
    )
