"""Making notifications: who gets which message is decided here and in the callers; sending comes later and elsewhere."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.notifications.config import Config
from services.notifications.models import Following, Notification
from services.notifications.use_cases.contacts import budget_of
from shared import clock, ids
from shared.columns import encrypt
from shared.events.event import Event, Received, dump
from shared.messaging.tables import stream

#: Why a notification waits or was never sent, beside what providers say.
BLOCKED, ASKED_ENOUGH, RESTORED, SENDER_DIED, TOO_LATE = (
    "blocked",
    "asked_enough",
    "restored",
    "sender_died",
    "too_late",
)


@dataclass(frozen=True, kw_only=True)
class News:
    """What is told: the message's folder, what its text is made of, and until when it is worth telling."""

    event_id: UUID
    message: str
    root_at: datetime
    facts: Mapping[str, Any]
    expires_at: datetime | None = None

    @classmethod
    def of(cls, received: Received[Event], expires_at: datetime | None = None, **more: Any) -> Self:
        """The news of an event: its fact, its private part where there is one, and `more` facts (JSON-ready)."""
        facts = {"fact": dump(received.fact), **more}
        if received.private is not None:
            facts["private"] = dump(received.private)
        return cls(
            event_id=received.id,
            message=received.fact.name,
            root_at=received.root_at,
            facts=facts,
            expires_at=expires_at,
        )


def tell(session: Session, config: Config, news: News, recipients: Iterable[Following]) -> None:
    """Tell each contact once, however many of its followings are named; what was told before isn't told again."""
    told = _told(session, news)
    facts = _encrypted(config, news)
    is_held = _is_held(session, news)
    for following in recipients:
        if following.contact_id in told:
            continue
        told.add(following.contact_id)
        notification = _notification(news, following, facts)
        session.add(notification)
        if following.contact.stopped_at is not None:
            notification.withhold(BLOCKED)
        elif is_held:
            notification.hold(RESTORED)


def ask(session: Session, config: Config, news: News, following: Following) -> bool:
    """Ask an address to confirm something, within its budget. False where the budget is used up and nothing goes out."""
    if following.contact_id in _told(session, news):
        return True
    if not budget_of(session, following.contact).take():
        notification = _notification(news, following, _encrypted(config, news))
        session.add(notification)
        notification.withhold(ASKED_ENOUGH)
        return False
    tell(session, config, news, [following])
    return True


def _encrypted(config: Config, news: News) -> bytes:
    return encrypt(config.box, json.dumps(news.facts, ensure_ascii=False))


def _told(session: Session, news: News) -> set[UUID]:
    same = (Notification.event_id == news.event_id, Notification.message == news.message)
    return set(session.scalars(select(Notification.contact_id).where(*same)))


def _is_held(session: Session, news: News) -> bool:
    """After a restore, what comes again of what happened before it may have been sent: a person decides."""
    restored_at = session.scalar(select(func.max(stream.c.restored_at)))
    return restored_at is not None and news.root_at < restored_at


def _notification(news: News, following: Following, facts: bytes) -> Notification:
    return Notification(
        id=ids.derived(news.event_id, news.message, str(following.contact_id)),
        event_id=news.event_id,
        message=news.message,
        contact=following.contact,
        following=following,
        channel=following.contact.channel,
        language=following.language,
        facts=facts,
        status="created",
        attempts=0,
        created_at=clock.now(),
        due_at=clock.now(),
        expires_at=news.expires_at,
    )
