"""Who is told: the followings behind an event, the closest reason first."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import case, or_, select, tuple_
from sqlalchemy.orm import Session, joinedload

from services.notifications.models import AUTHOR, COUNCIL, FOLLOWER, PARTICIPANT, Contact, Following

# Somebody who is told for several reasons reads the one that is closest to them.
_CLOSENESS = case({AUTHOR: 0, PARTICIPANT: 1, FOLLOWER: 2}, value=Following.role, else_=3)

THE_COUNCIL = (COUNCIL, "")


def followers_of(session: Session, topics: Iterable[tuple[str, str]]) -> list[Following]:
    """Everybody who follows one of `topics` (kind, id) now; a contact may come several times."""
    active = (Following.confirmed_at.is_not(None), Following.stopped_at.is_(None), Contact.stopped_at.is_(None))
    return list(
        session.scalars(
            select(Following)
            .join(Following.contact)
            .where(tuple_(Following.topic, Following.topic_id).in_(list(topics)), *active)
            .order_by(_CLOSENESS, Following.id)
            .options(joinedload(Following.contact))
        )
    )


def to_carry_over(session: Session, topics: Iterable[tuple[str, str]]) -> list[Following]:
    """Who will follow what became of `topics`: all who follow them now, and authors who have yet to confirm."""
    return list(
        session.scalars(
            select(Following)
            .where(
                tuple_(Following.topic, Following.topic_id).in_(list(topics)),
                Following.stopped_at.is_(None),
                or_(Following.confirmed_at.is_not(None), Following.subject_id.is_not(None)),
            )
            .order_by(_CLOSENESS, Following.id)
        )
    )


def authors_of(session: Session, topic: str, topic_id: UUID, subject_id: UUID | None) -> list[Following]:
    """The author's following of what they handed in, and of everything it has become since (the same person's rows)."""
    is_theirs = (Following.topic == topic) & (Following.topic_id == str(topic_id)) & (Following.role == AUTHOR)
    if subject_id is not None:
        is_theirs = is_theirs | ((Following.subject_id == subject_id) & (Following.role == AUTHOR))
    return list(session.scalars(select(Following).where(is_theirs).with_for_update()))
