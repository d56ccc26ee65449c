"""When people hear of a conference without anybody doing anything: two days before it, and the day after."""

from datetime import time, timedelta

from services.registration.models.conferences import Conference
from services.registration.models.stages import DOCUMENTED, HELD, TO_COME
from shared import clock

REMIND_BEFORE = timedelta(days=2)
#: Whoever confirmed this short before the beginning, or later, knows it anyway.
FRESH = timedelta(days=3)
#: Desks that had no network have sent by then what they recorded.
THANK_AFTER = timedelta(hours=12)
#: Later than this nobody expects thanks any more: the office may have forgotten to say that it was held.
THANK_UNTIL = timedelta(days=30)
#: Nobody is woken up.
MORNING, EVENING = time(9), time(20)


def is_time_to_remind(conference: Conference) -> bool:
    """Whether those who take part are reminded now."""
    begins = conference.starts_at
    return conference.status in TO_COME and begins - REMIND_BEFORE <= clock.now() < begins and _is_day()


def is_time_to_thank(conference: Conference) -> bool:
    """Whether those who came are thanked now."""
    over = conference.ends_at
    return (
        conference.status in {HELD, DOCUMENTED} and over + THANK_AFTER <= clock.now() < over + THANK_UNTIL and _is_day()
    )


def _is_day() -> bool:
    return MORNING <= clock.now().astimezone(clock.CIVIL_ZONE).time() < EVENING
