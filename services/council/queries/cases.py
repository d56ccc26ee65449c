"""Reading cases, for everyone and for staff."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import Session

from services.council.announcements import next_step
from services.council.models import PETITION, READS_PETITIONS, RECOMMENDATION, Case
from services.council.models.transitions import CLOSED
from shared import clock
from shared.columns import decrypt
from shared.rules import NotFound
from shared.seals import column_box
from shared.web.i18n import localized, localized_language
from shared.web.staff_tokens import Staff

PAGE = 50
_MOST_WORDS = 8
_log: structlog.stdlib.BoundLogger = structlog.get_logger()
_NUMBER = re.compile(r"V-(\d{4})-(\d{1,9})\Z")


@dataclass(frozen=True, kw_only=True, slots=True)
class Filter:
    """Which cases: every criterion that is given must fit. `after` is the number of the last case already shown."""

    recommendation_id: UUID | None = None
    status: str | None = None
    is_open: bool | None = None
    overdue: bool | None = None
    words: str = ""
    responsible: str = ""
    after: str | None = None


def page_of_cases(session: Session, wanted: Filter) -> tuple[Sequence[Case], str | None]:
    """At most a page of cases, newest first, and the number to go on after, or None at the end."""
    newest_first = (Case.year.desc(), Case.sequence.desc())
    rows = session.scalars(_filtered(wanted).order_by(*newest_first).limit(PAGE + 1)).all()
    return rows[:PAGE], rows[PAGE - 1].number if len(rows) > PAGE else None


def case(session: Session, case_id: UUID) -> Case:
    """That case. Raises NotFound."""
    found = session.get(Case, case_id)
    if found is None:
        raise NotFound
    return found


def petition_of(case: Case, column_key: str, reader: Staff) -> dict[str, str] | None:
    """What the petitioner wrote and who it is, for those whose work needs it; None where there is nothing (any more).

    Each reading leaves a line in the log.
    """
    if not reader.roles & READS_PETITIONS or case.origin != PETITION:
        return None
    _log.info("petition read", aggregate=f"case:{case.id}", through=str(reader.id))
    return {name: words for name, words in petition_told(case, column_key).items() if words is not None} or None


def petition_told(case: Case, column_key: str) -> dict[str, str | None]:
    """What a petitioner wrote and who it is, each None where there is nothing (any more)."""
    box = column_box(column_key)
    columns = ("petition_title", "petition_text", "petitioner_name", "petitioner_address")
    stored: dict[str, bytes | None] = {name: getattr(case, name) for name in columns}
    return {name: decrypt(box, value) if value else None for name, value in stored.items()}


def timeline(case: Case, *, for_staff: bool) -> list[dict[str, Any]]:
    """The time line for a page: newest step first, above it what happens next; staff also see who wrote a step down."""
    steps: list[dict[str, Any]] = []
    if ahead := next_step(case):
        overdue = case.overdue_days
        steps.append({"text": ahead, "due": case.due_on, "overdue_days": overdue, "is_open": True})
    for step in reversed(case.steps):
        quotes = [(localized(text), localized_language(text)) for text in (step.wording, step.note) if text]
        who = step.actor_name if for_staff else None
        steps.append({"text": localized(step.sentence), "quotes": quotes, "at": step.happened_at, "who": who})
    return steps


def counts(session: Session) -> dict[str, int]:
    """How many cases are in each state, and how many answers are overdue (under "overdue")."""
    rows = session.execute(select(Case.status, func.count()).group_by(Case.status))
    found = {status: count for status, count in rows}
    found["overdue"] = session.scalars(select(func.count()).where(Case.due_on < clock.today())).one()
    return found


def _filtered(wanted: Filter) -> Select[Case]:
    query = select(Case)
    if wanted.recommendation_id:
        query = query.where(Case.origin == RECOMMENDATION, Case.origin_id == wanted.recommendation_id)
    if wanted.status:
        query = query.where(Case.status == wanted.status)
    if wanted.is_open is not None:
        query = query.where((Case.status != CLOSED) == wanted.is_open)
    if wanted.overdue is not None:
        is_overdue = func.coalesce(Case.due_on < clock.today(), False)
        query = query.where(is_overdue == wanted.overdue)
    for word in wanted.words.casefold().split()[:_MOST_WORDS]:
        query = query.where(Case.searchable.contains(word, autoescape=True))
    if wanted.responsible:
        query = query.where(Case.responsible == wanted.responsible)
    if (found := _NUMBER.match(wanted.after or "")) and len(found[2]) < 10:
        query = query.where(tuple_(Case.year, Case.sequence) < (int(found[1]), int(found[2])))
    return query
