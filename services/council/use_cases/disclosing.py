"""Telling people what is held of their petitions."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.council.config import Config
from services.council.models import Case
from services.council.queries.cases import petition_told
from shared.disclosing import Record, disclose
from shared.events.council import PetitionsDisclosed
from shared.events.notifications import AccessRequested
from shared.web.i18n import format_moment, gettext, localized, render_in


def disclose_petitions(session: Session, config: Config, asked: AccessRequested) -> None:
    """Answer with every petition under the subject ids asked for."""
    theirs = select(Case).where(Case.subject_id.in_(asked.subject_ids))
    found = session.scalars(theirs.order_by(Case.opened_at)).all()
    with render_in(asked.language, "council"):
        disclose(session, PetitionsDisclosed, asked, [_record(config, case) for case in found])


def _record(config: Config, case: Case) -> Record:
    told = petition_told(case, config.column_key)
    rows = [
        (gettext("Vorgang"), case.number),
        (gettext("Titel"), told["petition_title"]),
        (gettext("Text"), told["petition_text"]),
        (gettext("Name"), told["petitioner_name"]),
        (gettext("Anschrift"), told["petitioner_address"]),
        (gettext("Eröffnet am"), format_moment(case.opened_at)),
        *((format_moment(step.happened_at), localized(step.sentence)) for step in case.steps),
    ]
    data = {"number": case.number, "status": case.status, "opened_at": case.opened_at, **told}
    return Record(gettext("Eingabe"), rows, data)
