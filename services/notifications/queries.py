"""Reads for pages, the API and the sender."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select, text
from sqlalchemy.orm import Session, joinedload

from services.notifications.channels import addresses
from services.notifications.config import Config
from services.notifications.models import (
    WAITING,
    Contact,
    Following,
    KeptLetter,
    Notification,
    PrivacyNote,
    Refusal,
    Status,
    Topic,
)
from shared import clock
from shared.columns import decrypt
from shared.messaging.operating import looking

PAGE = 50


@dataclass(frozen=True, slots=True)
class LogLine:
    """A notification as staff see it: the address masked."""

    id: UUID
    event_id: UUID
    recipient_id: UUID
    message: str
    channel: str
    language: str
    masked_address: str
    status: str
    reason: str | None
    receipt: str | None
    parts: int | None
    attempts: int
    created_at: datetime
    sent_at: datetime | None


# Made once: every question asks it, and none asks for what its own transaction has yet to write.
_REFUSED = (
    select(Refusal.limit_mark).where(Refusal.limit_mark == bindparam("limit_mark")).execution_options(autoflush=False)
)


class Standing(Enum):
    """Whether whoever reads a mailbox said "that wasn't me", confirmed one of its addresses once, or did neither."""

    REFUSED = "refused"
    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"


def is_anything_to_send(session: Session, by: str, channel: str) -> bool:
    """Whether something is due on a channel, or was claimed and left behind by another run than `by`."""
    wanted = and_(or_(is_due(), was_left_behind(by)), Notification.channel == channel)
    return session.scalar(select(Notification.id).where(wanted).limit(1)) is not None


def is_due(which: str = WAITING) -> ColumnElement[bool]:
    """Waiting to go out now; `which` is WAITING or a part of it."""
    return and_(text(which), Notification.due_at <= clock.now())


def was_left_behind(by: str) -> ColumnElement[bool]:
    """Claimed by a run that isn't `by`, and never recorded."""
    return and_(Notification.status == Status.SENDING, Notification.claimed_by != by)


def log(session: Session, config: Config, wanted: Mapping[str, Any], page: int = 1) -> tuple[list[LogLine], bool]:
    """One page of notifications, newest first, and whether more follow. `wanted` narrows by event_id, recipient_id, status,
    channel, message or a whole address."""
    query = _narrowed(select(Notification), config, wanted).options(joinedload(Notification.contact))
    newest_first = query.order_by(Notification.created_at.desc(), Notification.id)
    rows = list(session.scalars(newest_first.offset((page - 1) * PAGE).limit(PAGE + 1)))
    return [_line(config, row) for row in rows[:PAGE]], len(rows) > PAGE


def counts(session: Session) -> dict[str, int]:
    """How many notifications stand where."""
    rows = session.execute(select(Notification.status, func.count()).group_by(Notification.status))
    return {status: count for status, count in rows}


def standing(session: Session, contact: Contact) -> Standing:
    """How the mailbox behind a contact stands to us."""
    if is_refused(session, contact):
        return Standing.REFUSED
    confirmed = select(Contact.id).where(Contact.limit_mark == contact.limit_mark, Contact.confirmed_at.is_not(None))
    return Standing.CONFIRMED if session.scalar(confirmed.limit(1)) is not None else Standing.UNCONFIRMED


def is_refused(session: Session, contact: Contact) -> bool:
    """Whether whoever reads the mailbox behind a contact said "that wasn't me"."""
    return session.scalar(_REFUSED, {"limit_mark": contact.limit_mark}) is not None


def topic_title(session: Session, kind: str, topic_id: str) -> dict[str, str] | None:
    """What a topic is called, if it is known here."""
    topic = session.get(Topic, (kind, topic_id))
    return topic.title if topic else None


def topics_followed(session: Session, contact: Contact) -> Sequence[tuple[Following, dict[str, str] | None]]:
    """What a contact is told about now, with its title."""
    rows = session.execute(
        select(Following, Topic.title)
        .outerjoin(Topic, (Topic.kind == Following.topic) & (Topic.id == Following.topic_id))
        .where(Following.contact_id == contact.id, Following.confirmed_at.is_not(None), Following.stopped_at.is_(None))
        .order_by(Following.asked_at.desc(), Following.id)
    )
    return [(following, title) for following, title in rows]


def privacy_notes(session: Session) -> list[tuple[PrivacyNote, bool | None]]:
    """What was done about people's data lately, the newest first; of erasures also whether every service obeyed."""
    notes = select(PrivacyNote).order_by(PrivacyNote.at.desc(), PrivacyNote.id).limit(PAGE)
    return [(note, _is_everywhere(session, note.event_id)) for note in session.scalars(notes)]


def kept_letters(
    session: Session, config: Config, to: str | None = None, page: int = 1
) -> tuple[list[dict[str, Any]], bool]:
    """One page of the mailbox, newest first, and whether more follow; with `to`, of one address only."""
    wanted = select(KeptLetter).order_by(KeptLetter.sent_at.desc(), KeptLetter.id)
    if to:
        wanted = wanted.where(KeptLetter.address_mark == addresses.address_mark(config.link_key, to))
    rows = session.scalars(wanted.offset((page - 1) * PAGE).limit(PAGE + 1)).all()
    letters = [{**json.loads(decrypt(config.box, row.letter)), "sent_at": row.sent_at} for row in rows[:PAGE]]
    return letters, len(rows) > PAGE


def _is_everywhere(session: Session, event_id: UUID | None) -> bool | None:
    if event_id is None:
        return None
    way = looking.look_at(session, "notifications", event_id)
    settled = [done for _, done in way.found.settled] if way and isinstance(way.found, looking.Sent) else []
    return bool(settled) and all(settled)


def _narrowed(query: Select[Notification], config: Config, wanted: Mapping[str, Any]) -> Select[Notification]:
    columns = {
        "event_id": Notification.event_id,
        "recipient_id": Notification.contact_id,
        "status": Notification.status,
        "channel": Notification.channel,
        "message": Notification.message,
    }
    for name, column in columns.items():
        if wanted.get(name):
            query = query.where(column == wanted[name])
    if wanted.get("address"):
        mark = addresses.address_mark(config.link_key, wanted["address"])
        query = query.join(Notification.contact).where(Contact.address_mark == mark)
    return query


def _line(config: Config, row: Notification) -> LogLine:
    return LogLine(
        id=row.id,
        event_id=row.event_id,
        recipient_id=row.contact_id,
        message=row.message,
        channel=row.channel,
        language=row.language,
        masked_address=addresses.masked(decrypt(config.box, row.contact.address)),
        status=row.status,
        reason=row.reason,
        receipt=row.receipt,
        parts=row.parts,
        attempts=row.attempts,
        created_at=row.created_at,
        sent_at=row.sent_at,
    )
