"""What becomes of ideas: recommendations and cases. Whoever followed the one follows the other."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.notifications.audience import THE_COUNCIL, followers_of, to_carry_over
from services.notifications.config import Config
from services.notifications.models import CASE, COUNCIL, IDEA, MEMBER, RECOMMENDATION, Following
from services.notifications.use_cases.contacts import (
    insert_following,
    know_contact,
    know_following,
    note_topic,
)
from services.notifications.use_cases.telling import News, confirm, tell
from shared.events.event import Received
from shared.web import staff_tokens

#: Who hears of the council's work because it is theirs.
COUNCIL_ROLES = frozenset({"member", "chair"})


def tell_adopted(session: Session, config: Config, received: Received[Any]) -> None:
    """Tell authors and followers of its ideas and the council; the former follow the recommendation from now on."""
    fact = received.fact
    ideas = [(IDEA, str(idea_id)) for idea_id in fact.idea_ids]
    note_topic(session, RECOMMENDATION, fact.recommendation_id, fact.title)
    _carry_over(session, config, ideas, RECOMMENDATION, fact.recommendation_id)
    tell(session, config, News.of(received), followers_of(session, [*ideas, THE_COUNCIL]))


def tell_opened(session: Session, config: Config, received: Received[Any]) -> None:
    """Tell whoever followed the recommendation or handed the petition in, and the council; they follow the case now."""
    fact = received.fact
    origin = (RECOMMENDATION if fact.origin == RECOMMENDATION else IDEA, str(fact.origin_id))
    note_topic(session, CASE, fact.case_id, fact.title)
    _carry_over(session, config, [origin], CASE, fact.case_id)
    tell(session, config, News.of(received), followers_of(session, [(CASE, str(fact.case_id)), THE_COUNCIL]))


def tell_step(session: Session, config: Config, received: Received[Any]) -> None:
    """Tell the followers of a case what happened to it."""
    tell(session, config, News.of(received), followers_of(session, [(CASE, str(received.fact.case_id))]))


def follow_as_member(session: Session, config: Config, received: Received[Any]) -> None:
    """Members and chairs of the council follow its work while they are that, unless they stopped it; sessions end."""
    fact = received.fact
    for session_id in fact.revoked_sessions:
        staff_tokens.revoke(session, session_id)
    box = received.private
    address = box and (box.email or box.phone)
    current = None
    if address and COUNCIL_ROLES.intersection(fact.roles):
        contact = know_contact(session, config, address)
        current = know_following(
            session, config, contact, *THE_COUNCIL, role=MEMBER, language=fact.language, subject_id=fact.staff_id
        )
        if current.stopped_at is None:
            current.language, current.subject_id = fact.language, fact.staff_id
            confirm(session, current)
    _lapse_others(session, fact.staff_id, current)


def _lapse_others(session: Session, staff_id: UUID, current: Following | None) -> None:
    as_member = (Following.subject_id == staff_id, Following.topic == COUNCIL, Following.role == MEMBER)
    for following in session.scalars(select(Following).where(*as_member).with_for_update()):
        if following is not current:
            following.lapse()


def _carry_over(
    session: Session, config: Config, sources: Iterable[tuple[str, str]], topic: str, topic_id: UUID
) -> None:
    for source in to_carry_over(session, sources):
        insert_following(
            session,
            config,
            source.contact_id,
            topic,
            str(topic_id),
            role=source.role,
            language=source.language,
            subject_id=source.subject_id,
            tracking_code=source.tracking_code,
            asked_at=source.asked_at,
            confirmed_at=source.confirmed_at,
        )
