"""A date for people's own calendars, as a file to send along."""

from services.notifications.channels.letter import Attachment
from shared import calendar_entries


def attached(entry: calendar_entries.Entry) -> Attachment:
    """The entry as an attachment that mail programs know for one."""
    kind = f"text/calendar; method={entry.method}; charset=UTF-8"
    return Attachment("konferenz.ics", kind, calendar_entries.write(entry))
