"""What SMS cost by day and range of numbers, so that nobody can run up a bill."""

from datetime import date

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from services.notifications.models.declared import Base

#: The range of a number: so many digits of it. Whoever owns a range earns with each SMS to it.
RANGE_DIGITS = 7
#: So many parts are set aside for an SMS before it is made; what it really took is known when it is sent.
PARTS_SET_ASIDE = 2


class SmsSpending(Base):
    """What went to one range of numbers on one civil day; `cost` in ten-thousandths of a euro."""

    __tablename__ = "sms_spending"

    day: Mapped[date] = mapped_column(primary_key=True)
    number_range: Mapped[str] = mapped_column(String(RANGE_DIGITS), primary_key=True)
    messages: Mapped[int] = mapped_column(default=0)
    cost: Mapped[int] = mapped_column(default=0)


def range_of(number: str) -> str:
    """The range of a number in E.164."""
    return number.lstrip("+")[:RANGE_DIGITS]
