"""A date for people's own calendars, as iCalendar: the same entry wherever it comes from, by mail or from a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from icalendar import Calendar, Event, vCalAddress, vDuration, vText

from shared import clock

#: The methods of RFC 5546 that we send. What is published again with a greater `sequence` replaces the entry; nobody is asked
#: to accept it, for which REQUEST would need answers by mail that we couldn't read.
PUBLISH, CANCEL = "PUBLISH", "CANCEL"
_DAILY = vDuration(timedelta(days=1), params={"VALUE": "DURATION"})


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What stands in the calendar. Of two entries for one conference the one with the greater `sequence` holds, and of equal
    ones the one that was `made_at` later."""

    conference_id: UUID
    sequence: int
    made_at: datetime
    title: str
    place: str
    starts_at: datetime
    ends_at: datetime
    organizer: str
    organizer_email: str
    url: str | None = None
    is_cancelled: bool = False

    @property
    def method(self) -> str:
        """What calendars do with it: take it over, or take it out."""
        return CANCEL if self.is_cancelled else PUBLISH


def write(entry: Entry) -> bytes:
    """The file, with the time zone that its times are in."""
    return _file([entry], method=entry.method)


def write_feed(name: str, entries: Sequence[Entry]) -> bytes:
    """Many of them, for calendars that look again every day. It has no method: each entry says itself whether it is cancelled."""
    return _file(entries, x_wr_calname=name, refresh_interval=_DAILY)


def _file(entries: Sequence[Entry], **properties: Any) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Mitsprache//Konferenzen//DE")
    calendar.add("version", "2.0")
    for key, told in properties.items():
        calendar.add(key.replace("_", "-"), told)
    for entry in entries:
        calendar.add_component(_event(entry))
    if entries:
        first, last = min(one.starts_at for one in entries).date(), max(one.ends_at for one in entries).date()
        calendar.add_missing_timezones(
            first_date=first.replace(month=1, day=1), last_date=last.replace(month=12, day=31)
        )
    return bytes(calendar.to_ical())


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", f"{entry.conference_id}@conference")
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.made_at)
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    event.add("summary", entry.title)
    event.add("location", vText(entry.place))
    event.add("dtstart", entry.starts_at.astimezone(clock.CIVIL_ZONE))
    event.add("dtend", entry.ends_at.astimezone(clock.CIVIL_ZONE))
    organizer = vCalAddress(f"mailto:{entry.organizer_email}")
    organizer.params["CN"] = vText(entry.organizer)
    event.add("organizer", organizer)
    if entry.url:
        event.add("url", entry.url)
    return event
