"""A conference as an iCalendar file."""

from collections.abc import Iterable, Mapping
from typing import Any

from services.registration import urls
from services.registration.config import Config
from services.registration.models import Conference
from services.registration.models.stages import CANCELLED
from shared import calendar_entries
from shared.web.i18n import localized


def calendar_of(config: Config, conference: Conference) -> bytes:
    """The file that calendars take over, or take out again when the conference is cancelled."""
    return calendar_entries.write(_entry(config, conference))


def feed_of(config: Config, conferences: Iterable[Conference]) -> bytes:
    """All of them, for calendars that subscribe."""
    return calendar_entries.write_feed(config.web.operator.site_name, [_entry(config, one) for one in conferences])


def _entry(config: Config, conference: Conference) -> calendar_entries.Entry:
    operator = config.web.operator
    return calendar_entries.Entry(
        conference_id=conference.id,
        sequence=conference.sequence,
        made_at=conference.changed_at,
        title=localized(conference.title),
        place=place_of(conference),
        starts_at=conference.starts_at,
        ends_at=conference.ends_at,
        organizer=operator.name,
        organizer_email=operator.email,
        url=urls.conference_url(config, conference.id),
        is_cancelled=conference.status == CANCELLED,
    )


def place_of(conference: Conference) -> str:
    """The venue in one line."""
    return address_line({f"venue_{part}": text for part, text in conference.venue.items()})


def address_line(columns: Mapping[str, Any]) -> str:
    """The same from the columns of a conference."""
    town = f"{columns['venue_postal_code']} {columns['venue_locality']}"
    return f"{columns['venue_name']}, {columns['venue_street']}, {town}"
