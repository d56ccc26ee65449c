"""The last conference as the template for the next."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.registration import queries
from services.registration.models import Conference
from services.registration.models.conferences import VENUE_LINES
from services.registration.models.timetable import TIMES
from services.registration.use_cases.conferences import plan_conference
from shared import clock
from shared.clock import CIVIL_ZONE

#: A year, so that it falls on the same day of the week.
_ROUND = timedelta(weeks=52)
_KEPT = ("title", "motto", "capacity", "waiting_list", "hours_to_answer", "venue_features", "venue_access")


def copy_conference(
    session: Session,
    template: UUID,
    details: Mapping[str, Any],
    forums: Iterable[Mapping[str, Any]] | None = None,
) -> Conference:
    """Make a draft of everything but the registrations of another conference; `details` and `forums` replace what they name.

    Its times are a year later, on the same day of the week, and have to be looked at before it can be announced, unless
    `details` name the beginning. Raises NotFound.
    """
    model = queries.conference(session, template)
    copied = {name: getattr(model, name) for name in (*_KEPT, *(f"venue_{line}" for line in VENUE_LINES))}
    times = {name: later(getattr(model, name), rounds_until(model.starts_at)) for name in TIMES}
    titles = [{"title": forum.title} for forum in model.forums]
    facts = {**copied, **times, "is_tentative": "starts_at" not in details, **details}
    return plan_conference(session, facts, titles if forums is None else forums)


def later(moment: datetime, by: timedelta) -> datetime:
    """The same time of day so many days later, as clocks on the wall have it."""
    return (moment.astimezone(CIVIL_ZONE) + by).astimezone(moment.tzinfo)


def rounds_until(starts_at: datetime) -> timedelta:
    """So many years that the beginning is to come."""
    return _ROUND * (max(0, (clock.now() - starts_at) // _ROUND) + 1)
