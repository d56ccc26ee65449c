"""A date for people's own calendars, as an iCalendar file."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from icalendar import Calendar, Event

from services.notifications.channels.letter import Attachment
from shared import clock
from shared.web.i18n import localized


def entry(method: str, uid: str, made_at: datetime, conference: Mapping[str, Any]) -> Attachment:
    """The conference as one entry; the same `uid` with method CANCEL takes it out of the calendar again."""
    is_cancelled = method == "CANCEL"
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", made_at)
    event.add("sequence", 1 if is_cancelled else 0)
    event.add("status", "CANCELLED" if is_cancelled else "CONFIRMED")
    event.add("summary", localized(conference["title"]))
    event.add("location", conference["venue"])
    event.add("dtstart", conference["starts_at"].astimezone(clock.CIVIL_ZONE))
    event.add("dtend", conference["ends_at"].astimezone(clock.CIVIL_ZONE))
    calendar = Calendar()
    calendar.add("prodid", "-//Mitsprache//notifications//DE")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    year = conference["starts_at"].date()
    calendar.add_missing_timezones(first_date=year.replace(month=1, day=1), last_date=year.replace(month=12, day=31))
    return Attachment("konferenz.ics", f"text/calendar; method={method}; charset=UTF-8", calendar.to_ical())
