"""Making notifications: who gets which message is decided here and in the callers; sending comes later and elsewhere."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from services.notifications import queries
from services.notifications.config import Config
from services.notifications.models import LINK_LIFETIME, Contact, Following, Notification, Status
from services.notifications.use_cases.contacts import budget_of, may_ask
from shared import clock, ids, tracing
from shared.columns import encrypt
from shared.events.event import Event, Received, dump
from shared.messaging.tables import stream

#: Why a notification waits or was never sent, beside what providers say.
BLOCKED, NOT_ME, ASKED_ENOUGH, RESTORED, SENDER_DIED, TOO_LATE = (
    "blocked",
    "not_me",
    "asked_enough",
    "restored",
    "sender_died",
    "too_late",
)


#: The one question this service asks of its own accord: whether somebody wants to follow something.
FOLLOW_REQUESTED = "follow.requested"


# Made once: every event asks it, and none asks for what its own transaction has yet to write.
_TOLD = (
    select(Notification.contact_id)
    .where(Notification.event_id == bindparam("event_id"), Notification.message == bindparam("message"))
    .execution_options(autoflush=False)
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
    for following in recipients:
        if following.contact_id not in told:
            told.add(following.contact_id)
            _note(session, news, following, facts)


def ask(session: Session, config: Config, news: News, following: Following) -> bool:
    """Ask an address to confirm something, within its budget. False where nothing goes out: the budget is used up, or whoever
    reads the mailbox disowned an earlier question."""
    if following.contact_id in _told(session, news):
        return True
    facts = _encrypted(config, news)
    is_refused = queries.is_refused(session, following.contact)
    if is_refused or not may_ask(session, following.contact):
        notification = _notification(news, following, facts)
        session.add(notification)
        if _is_held(session, news):
            # It may have gone out, in another order of events: later confirmations must not release it.
            notification.hold(RESTORED)
        else:
            notification.withhold(NOT_ME if is_refused else ASKED_ENOUGH)
        return False
    _note(session, news, following, facts)
    return True


def confirm(session: Session, following: Following) -> None:
    """The address is theirs and they want this: from now on they are told, and may be asked again.

    What they weren't asked because of an earlier question still unanswered is asked now, the oldest first.
    """
    following.confirm()
    budget = budget_of(session, following.contact)
    budget.refill()
    withheld = _withheld(session, following.contact)
    if withheld is not None and budget.take():
        withheld.send_again()


def _withheld(session: Session, contact: Contact) -> Notification | None:
    """A question of another service whose link or code still holds. Those for a following are asked anew by themselves."""
    still_good = or_(Notification.expires_at.is_(None), Notification.expires_at > clock.now())
    return session.scalars(
        select(Notification)
        .join(Notification.following)
        .where(
            Notification.contact_id == contact.id,
            Notification.status == Status.FAILED,
            Notification.reason == ASKED_ENOUGH,
            Notification.message != FOLLOW_REQUESTED,
            Notification.created_at > clock.now() - LINK_LIFETIME,
            still_good,
            Following.confirmed_at.is_(None),
            Following.stopped_at.is_(None),
        )
        .order_by(Notification.created_at)
        .limit(1)
    ).first()


def _encrypted(config: Config, news: News) -> bytes:
    return encrypt(config.box, json.dumps(news.facts, ensure_ascii=False))


def _told(session: Session, news: News) -> set[UUID]:
    return set(session.scalars(_TOLD, {"event_id": news.event_id, "message": news.message}))


def _note(session: Session, news: News, following: Following, facts: bytes) -> None:
    notification = _notification(news, following, facts)
    session.add(notification)
    if following.contact.stopped_at is not None:
        notification.withhold(BLOCKED)
    elif _is_held(session, news):
        notification.hold(RESTORED)


def _is_held(session: Session, news: News) -> bool:
    """After a restore, what comes again of what happened before it may have been sent: a person decides."""
    # Asked once in a transaction, however many events it handles.
    if "restored_at" not in session.info:
        session.info["restored_at"] = session.scalar(select(func.max(stream.c.restored_at)))
    restored_at = session.info["restored_at"]
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
        traceparent=tracing.handed_over(),
    )
