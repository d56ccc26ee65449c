"""What /metrics tells of sending: how much waits, how old the oldest is, what a person has to look at, how tries end."""

from prometheus_client import Counter, Gauge, Histogram
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from services.notifications import queries
from services.notifications.models import Notification, Status
from shared.messaging.measuring import age, how_many

WAITING = Gauge("notifications_waiting", "Notifications that are due and not yet sent")
OLDEST_WAITING_SECONDS = Gauge("notifications_oldest_waiting_seconds", "For how long the oldest of them has been due")
UNKNOWN = Gauge("notifications_unknown", "Notifications that were perhaps sent")
HELD = Gauge("notifications_held", "Those of them that wait for a person's decision")
FAILED = Gauge("notifications_failed", "Notifications that were given up or withheld")
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


def count_try(channel: str, outcome: str, seconds: float) -> None:
    """One letter was handed to its provider: sent, later, unclear, refused or unrenderable."""
    TRIES.labels(channel, outcome).inc()
    TRY_SECONDS.labels(channel).observe(seconds)


def _number(session: Session, condition: ColumnElement[bool]) -> int:
    return how_many(session, select(Notification.id).where(condition))
