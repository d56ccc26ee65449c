"""How much SMS may cost: by day, by month, and by range of numbers. It is set aside before anything is sent, so that a crash or a
restart never makes room for more."""

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from services.notifications.config import Config
from services.notifications.models.spending import PARTS_SET_ASIDE, SmsSpending, range_of
from services.notifications.use_cases.contacts import insert_if_new
from shared import clock

OVER_DAY, OVER_MONTH, OVER_RANGE = "over_day", "over_month", "over_range"
#: What is over a cap asks again after this time: the day may be over, or the cap higher.
ASK_AGAIN = timedelta(hours=1)
#: How long it is known what was spent.
KEPT = timedelta(days=400)


def set_aside(session: Session, config: Config, number: str) -> str | None:
    """Count an SMS to this number, or say which cap it would break."""
    today, price = clock.today(), config.sms_price(number) * PARTS_SET_ASIDE
    insert_if_new(session, SmsSpending, day=today, number_range=range_of(number), messages=0, cost=0)
    spent = session.get_one(SmsSpending, (today, range_of(number)), with_for_update=True)
    if spent.messages >= config.sms_a_day_to_range:
        return OVER_RANGE
    if spent_since(session, today) + price > config.sms_cost_a_day:
        return OVER_DAY
    if spent_since(session, today.replace(day=1)) + price > config.sms_cost_a_month:
        return OVER_MONTH
    spent.messages += 1
    spent.cost += price
    return None


def settle(session: Session, config: Config, taken: Iterable[tuple[str, int]]) -> None:
    """Put what SMS really took (number, parts) in place of what was set aside; none where one certainly didn't go."""
    for number, parts in taken:
        difference = (parts - PARTS_SET_ASIDE) * config.sms_price(number)
        spent = session.get(SmsSpending, (clock.today(), range_of(number)), with_for_update=True)
        if spent is not None:
            spent.messages -= parts == 0
            spent.cost = max(0, spent.cost + difference)


def spent_since(session: Session, day: date) -> int:
    """What was spent or set aside since the beginning of that day, in ten-thousandths of a euro."""
    return session.scalar(select(func.coalesce(func.sum(SmsSpending.cost), 0)).where(SmsSpending.day >= day)) or 0


def forget(session: Session) -> None:
    """Forget what was spent long ago: for the service's timer."""
    session.execute(delete(SmsSpending).where(SmsSpending.day < clock.today() - KEPT))
