"""A conference as an iCalendar file."""

from icalendar import Calendar, Event, vText

from services.registration import urls
from services.registration.config import Config
from services.registration.models import Conference
from services.registration.models.conferences import CANCELLED
from shared.web.i18n import localized


def calendar_of(config: Config, conference: Conference) -> bytes:
    """The file that calendars take over; the same UID always, so that taking it over again renews the entry."""
    entry = Event()
    entry.add("uid", f"{conference.id}@conference")
    entry.add("dtstamp", conference.changed_at)
    entry.add("last-modified", conference.changed_at)
    entry.add("dtstart", conference.starts_at)
    entry.add("dtend", conference.ends_at)
    entry.add("summary", localized(conference.title))
    entry.add("location", vText(place_of(conference)))
    entry.add("url", urls.conference_url(config, conference.id))
    entry.add("status", "CANCELLED" if conference.status == CANCELLED else "CONFIRMED")
    calendar = Calendar()
    calendar.add("prodid", "-//Mitsprache//registration//DE")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(entry)
    return bytes(calendar.to_ical())


def place_of(conference: Conference) -> str:
    """The venue in one line."""
    town = f"{conference.venue_postal_code} {conference.venue_locality}"
    return f"{conference.venue_name}, {conference.venue_street}, {town}"
