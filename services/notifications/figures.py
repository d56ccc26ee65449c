"""What /metrics tells of sending: how much waits, how old the oldest is, what a person has to look at, how tries end."""

from prometheus_client import Counter, Gauge, Histogram
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from services.notifications import queries
from services.notifications.config import EURO, Config
from services.notifications.models import Notification, SmsSpending, Status
from services.notifications.use_cases import spending
from shared import clock
from shared.messaging.measuring import age, how_many

WAITING = Gauge("notifications_waiting", "Notifications that are due and not yet sent")
OLDEST_WAITING_SECONDS = Gauge("notifications_oldest_waiting_seconds", "For how long the oldest of them has been due")
UNKNOWN = Gauge("notifications_unknown", "Notifications that were perhaps sent")
HELD = Gauge("notifications_held", "Those of them that wait for a person's decision")
FAILED = Gauge("notifications_failed", "Notifications that were given up or withheld")
SMS_SPENT = Gauge("notifications_sms_spent_euros", "What SMS cost, sent or set aside", ("period",))
SMS_CAP = Gauge("notifications_sms_cap_euros", "What they may cost", ("period",))
SMS_RANGES_AT_CAP = Gauge("notifications_sms_ranges_at_cap", "Ranges of numbers that get no more SMS today")
TRIES = Counter("notifications_tries_total", "Letters handed to a provider, by what came of it", ("channel", "outcome"))
TRY_SECONDS = Histogram("notifications_try_seconds", "One letter: rendered, handed over, answered", ("channel",))


def export(session: Session) -> None:
    """Set the gauges. Every count stops at measuring.MOST, so that a long backlog can't make it slow."""
    unknown = Notification.status == Status.UNKNOWN
    WAITING.set(_number(session, queries.is_due()))
    OLDEST_WAITING_SECONDS.set(age(session, select(func.min(Notification.due_at)).where(queries.is_due())))
    UNKNOWN.set(_number(session, unknown))
    HELD.set(_number(session, unknown & Notification.claimed_by.is_(None)))
    FAILED.set(_number(session, Notification.status == Status.FAILED))
    _export_spending(session)


def _export_spending(session: Session) -> None:
    config: Config = session.info["config"]
    today = clock.today()
    for period, since, cap in (
        ("day", today, config.sms_cost_a_day),
        ("month", today.replace(day=1), config.sms_cost_a_month),
    ):
        SMS_SPENT.labels(period).set(spending.spent_since(session, since) / EURO)
        SMS_CAP.labels(period).set(cap / EURO)
    at_cap = (SmsSpending.day == today, SmsSpending.messages >= config.sms_a_day_to_range)
    SMS_RANGES_AT_CAP.set(how_many(session, select(SmsSpending.number_range).where(*at_cap)))


def count_try(channel: str, outcome: str, seconds: float) -> None:
    """One letter was handed to its provider: sent, later, unclear, refused or unrenderable."""
    TRIES.labels(channel, outcome).inc()
    TRY_SECONDS.labels(channel).observe(seconds)


def _number(session: Session, condition: ColumnElement[bool]) -> int:
    return how_many(session, select(Notification.id).where(condition))
