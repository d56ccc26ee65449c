"""The last conference as the template for the next."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.registration import queries
from services.registration.models import Conference, Question
from services.registration.models.agenda import later, wall_clock
from services.registration.models.conferences import VENUE_LINES
from services.registration.models.timetable import TIMES
from services.registration.use_cases.conferences import plan_conference
from services.registration.use_cases.program import Told
from shared import clock, ids

#: A year, so that it falls on the same day of the week.
_ROUND = timedelta(weeks=52)
_OF_ITEMS = ("title", "starts_at", "ends_at", "room")
_OF_FORUMS = (*_OF_ITEMS, "languages", "interpretation", "capacity")
_OF_QUESTIONS = ("position", "text", "kind", "is_required", "days_kept")
_KEPT = ("title", "motto", "capacity", "waiting_list", "hours_to_answer", "approval", "venue_features", "venue_access")


def copy_conference(
    session: Session,
    template: UUID,
    details: Mapping[str, Any],
    forums: Told | None = None,
    agenda: Told | None = None,
) -> Conference:
    """Make a draft of everything but the registrations of another conference; `details`, `forums` and `agenda` replace what they
    name.

    Its times are a year later, on the same day of the week, and have to be looked at before it can be announced; where `details`
    name the beginning all are as far from it as they were. Raises NotFound or IllegalTransition.
    """
    model = queries.conference(session, template)
    copied = {name: getattr(model, name) for name in (*_KEPT, *(f"venue_{line}" for line in VENUE_LINES))}
    begins = details.get("starts_at") or later(model.starts_at, rounds_until(model.starts_at))
    by = wall_clock(begins) - wall_clock(model.starts_at)
    times = {name: later(getattr(model, name), by) for name in TIMES}
    facts = {**copied, **times, "is_tentative": "starts_at" not in details, **details}
    planned = plan_conference(
        session,
        facts,
        _copied(model.forums, _OF_FORUMS, by) if forums is None else forums,
        _copied(model.agenda, _OF_ITEMS, by) if agenda is None else agenda,
    )
    planned.questions = _asked_anew(model.questions)
    session.flush()
    return planned


def rounds_until(starts_at: datetime) -> timedelta:
    """So many years that the beginning is to come."""
    return _ROUND * (max(0, (clock.now() - starts_at) // _ROUND) + 1)


def _copied(items: Iterable[Any], names: Iterable[str], by: timedelta) -> list[dict[str, Any]]:
    moved = {"starts_at", "ends_at"}
    return [
        {
            name: later(value, by) if name in moved and value else value
            for name in names
            for value in [getattr(item, name)]
        }
        for item in items
    ]


def _asked_anew(questions: Iterable[Question]) -> list[Question]:
    """The same questions under ids of their own, each depending on the copy of what it depended on."""
    copies: dict[str, UUID] = {}
    asked = []
    for one in questions:
        copies |= {option["id"]: ids.public() for option in one.options}
        asked.append(
            Question(
                id=ids.public(),
                options=[{"id": str(copies[option["id"]]), "text": option["text"]} for option in one.options],
                shown_when=copies.get(str(one.shown_when)),
                **{name: getattr(one, name) for name in _OF_QUESTIONS},
            )
        )
    return asked
