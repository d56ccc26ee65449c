"""Until when somebody on the waiting list may answer the offer of a place."""

from datetime import datetime, time, timedelta

from shared.clock import CIVIL_ZONE

#: How many hours people get to answer where staff say nothing else, and between which numbers staff may choose.
HOURS_TO_ANSWER = 48
FEWEST_HOURS, MOST_HOURS = 2, 168
#: With less time than this before the last moment nobody is asked: the place is theirs at once.
SHORTEST_NOTICE = timedelta(hours=24)
#: No offer runs out between evening and noon: nobody loses a place overnight, and nobody after them is woken up by it.
EVENING, NOON = time(20), time(12)


def last_moment(registration_closes_at: datetime, starts_at: datetime) -> datetime:
    """No offer lasts longer: the end of registration, or the beginning of the conference where that comes first."""
    return min(registration_closes_at, starts_at)


def answer_until(now: datetime, hours: int, last: datetime) -> datetime | None:
    """When an offer made now runs out, at the latest at the `last` moment; None where too little time is left to ask."""
    if last - now < SHORTEST_NOTICE:
        return None
    return min(_by_day(now + timedelta(hours=hours)), last)


def _by_day(moment: datetime) -> datetime:
    """The moment itself by day, else the next noon."""
    civil = moment.astimezone(CIVIL_ZONE)
    if NOON <= civil.time() < EVENING:
        return moment
    day = civil.date() + timedelta(days=1 if civil.time() >= EVENING else 0)
    return datetime.combine(day, NOON, CIVIL_ZONE)
