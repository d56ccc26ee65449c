"""Telling what became of a conference: everybody by one fact, and each who takes part or waits by a fact of their own.

Every function here expects the conference locked.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.registration import calendars, queries
from services.registration.config import Config
from services.registration.models import Conference
from services.registration.models.registrations import OFFERED
from services.registration.use_cases import waiting_list
from services.registration.use_cases.facts import contact_with_links, tell
from shared.events.registration import ConferenceAnnounced, ConferenceCancelled, ConferenceChanged, RegistrationChanged
from shared.messaging import outbox

#: Who takes part hears of it when one of these changes.
TIME_AND_PLACE = ("starts_at", "ends_at", "venue_name", "venue_street", "venue_postal_code", "venue_locality")
_PUBLISHED = (*TIME_AND_PLACE, "title", "motto", "venue_features", "venue_access")


def published(conference: Conference) -> dict[str, Any]:
    """What everybody can read about it now: to be compared after a change."""
    return {name: getattr(conference, name) for name in _PUBLISHED}


def is_moved(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether people would come at a wrong time or to a wrong place, as far as `after` says anything about it."""
    return any(_to_the_minute(before[name]) != _to_the_minute(after[name]) for name in TIME_AND_PLACE if name in after)


def announce(session: Session, conference: Conference) -> None:
    """Let everybody know that it takes place."""
    facts = published(conference) | {"conference_id": conference.id, "sequence": conference.sequence}
    outbox.add(session, conference, ConferenceAnnounced(**facts))


def tell_changes(
    session: Session,
    config: Config,
    conference: Conference,
    before: Mapping[str, Any],
    explanation: Mapping[str, str] | None = None,
) -> None:
    """Publish what is another since `before`, and tell a new time or place to everybody with a place, an offer or waiting.

    With an `explanation` it was put off; without, the office corrected it.
    """
    after = published(conference)
    if not conference.is_public or after == before:
        return
    is_news = is_moved(before, after)
    conference.sequence += is_news
    changed = ConferenceChanged(conference_id=conference.id, sequence=conference.sequence, **after)
    outbox.add(session, conference, changed)
    if is_news:
        _tell_each(session, config, conference, before, explanation)


def tell_cancelled(session: Session, conference: Conference) -> None:
    """Let everybody know that it doesn't take place; a draft nobody knew of ends in silence."""
    if conference.is_public:
        conference.sequence += 1
        cancelled = ConferenceCancelled(
            conference_id=conference.id, sequence=conference.sequence, explanation=conference.notice
        )
        outbox.add(session, conference, cancelled)


def _tell_each(
    session: Session,
    config: Config,
    conference: Conference,
    before: Mapping[str, Any],
    explanation: Mapping[str, str] | None,
) -> None:
    for registration in queries.admitted(session, conference.id):
        changed = RegistrationChanged(
            registration_id=registration.id,
            conference_id=conference.id,
            language=registration.language,
            status=registration.status,
            reason="conference_changed" if explanation is None else "conference_postponed",
            previous_starts_at=before["starts_at"],
            previous_ends_at=before["ends_at"],
            previous_venue=calendars.address_line(before),
            explanation=dict(explanation or {}),
        )
        registration.reminded_at = None
        tell(session, registration, changed, contact_with_links(config, registration))
        if registration.status == OFFERED:
            # The question last: whoever reads that they need do nothing must not miss it.
            waiting_list.keep_offer(session, config, conference, registration)


def _to_the_minute(value: Any) -> Any:
    # Forms know no seconds: what is saved unchanged must not look like a change.
    return value.replace(second=0, microsecond=0) if isinstance(value, datetime) else value
