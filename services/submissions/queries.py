"""Reads for pages and API."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from services.submissions.config import Config
from services.submissions.models import (
    ADOPTED,
    IDEA,
    NEW,
    PUBLISHED,
    RECOMMENDATION,
    Conference,
    Idea,
    Recommendation,
    StoryStep,
)
from services.submissions.tracking import CODE_LENGTH, StoryLine, code_mark, story
from shared import ids
from shared.columns import decrypt
from shared.rules import NotFound

T = TypeVar("T")
_NEEDS_STAFF = or_(Idea.kind == IDEA, Idea.status != NEW)

#: Ideas on one page of a list.
PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list; `number` counts from 1."""

    ideas: Sequence[Idea]
    number: int
    has_next: bool


def published_ideas(
    session: Session, number: int, topic: str | None, quarter: str | None, language: str | None
) -> Page:
    """What everybody may read, newest first; None filters nothing."""
    wanted = _public().order_by(Idea.published_at.desc(), Idea.id)
    for column, value in ((Idea.topic, topic), (Idea.quarter, quarter), (Idea.language, language)):
        if value:
            wanted = wanted.where(column == value)
    return _page(session, wanted, number)


def published_idea(session: Session, idea_id: UUID) -> Idea:
    """One idea that everybody may read. Raises NotFound."""
    return _found(session.scalar(_public().where(Idea.id == idea_id)))


def idea_for_staff(session: Session, idea_id: UUID) -> Idea:
    """One idea in any state. Raises NotFound."""
    return _found(session.scalar(select(Idea).options(joinedload(Idea.recommendation)).where(Idea.id == idea_id)))


def ideas_for_staff(session: Session, number: int, status: str | None, words: str | None) -> Page:
    """The moderation list, newest first; `words` are looked for in title and text."""
    wanted = select(Idea).options(joinedload(Idea.recommendation)).order_by(Idea.received_at.desc(), Idea.id)
    if status:
        wanted = wanted.where(Idea.status == status, _NEEDS_STAFF)
    if words:
        wanted = wanted.where(
            or_(Idea.title.icontains(words, autoescape=True), Idea.text.icontains(words, autoescape=True))
        )
    return _page(session, wanted, number)


def counts_by_status(session: Session) -> dict[str, int]:
    """How many ideas and petitions are in each state; a petition that lies with the council is new to nobody here."""
    counted = session.execute(select(Idea.status, func.count()).where(_NEEDS_STAFF).group_by(Idea.status))
    return {status: count for status, count in counted}


def adoptable_ideas(session: Session) -> list[Idea]:
    """Published ideas that belong to no recommendation yet, newest first."""
    wanted = select(Idea).where(Idea.status == PUBLISHED, Idea.kind == IDEA)
    return list(session.scalars(wanted.order_by(Idea.published_at.desc())))


def conferences(session: Session) -> list[Conference]:
    """Where a recommendation can have been adopted, newest first."""
    wanted = select(Conference).where(Conference.is_cancelled.is_(False))
    return list(session.scalars(wanted.order_by(Conference.starts_at.desc())))


def conference(session: Session, conference_id: UUID) -> Conference:
    """One conference. Raises NotFound."""
    return _found(session.get(Conference, conference_id))


def recommendation(session: Session, recommendation_id: UUID) -> Recommendation:
    """One recommendation with its ideas and conference. Raises NotFound."""
    found = session.get(
        Recommendation,
        recommendation_id,
        options=[joinedload(Recommendation.ideas), joinedload(Recommendation.conference)],
    )
    return _found(found)


def waiting_for_confirmation(session: Session, idea_id: UUID) -> list[Idea]:
    """The idea a confirmation is for, and all others that wait for it under the same address. Raises NotFound."""
    idea = _found(session.get(Idea, idea_id))
    if idea.address_mark is None:
        raise NotFound
    same_address = select(Idea).where(Idea.address_mark == idea.address_mark, Idea.confirmed_at.is_(None))
    return list(session.scalars(same_address.order_by(Idea.received_at)))


def idea_by_code(session: Session, config: Config, typed: str) -> Idea:
    """The idea behind a tracking code as somebody typed it. Raises NotFound."""
    code = ids.read_code(typed, CODE_LENGTH)
    if code is None:
        raise NotFound
    wanted = select(Idea).options(joinedload(Idea.recommendation).joinedload(Recommendation.conference))
    return _found(session.scalar(wanted.where(Idea.tracking_mark == code_mark(config.link_key, code))))


def story_of(session: Session, idea: Idea) -> list[StoryLine]:
    """Everything that happened to an idea or petition, here and at the council, newest first."""
    own = (StoryStep.origin == IDEA) & (StoryStep.origin_id == idea.id)
    of_recommendation = (StoryStep.origin == RECOMMENDATION) & (StoryStep.origin_id == idea.recommendation_id)
    steps = session.scalars(select(StoryStep).where(or_(own, of_recommendation)).order_by(StoryStep.position))
    return story(steps, session.get(Recommendation, idea.recommendation_id) if idea.recommendation_id else None)


@dataclass(frozen=True, slots=True)
class Reach:
    """How many authors hear of something by which way: `waiting` have yet to confirm, `unknown` left no contact."""

    email: int
    sms: int
    waiting: int
    unknown: int


def reach(ideas: Sequence[Idea]) -> Reach:
    """Who of the authors of `ideas` would be told now."""
    confirmed = [idea.channel for idea in ideas if idea.channel and idea.confirmed_at]
    return Reach(
        email=confirmed.count("email"),
        sms=confirmed.count("phone"),
        waiting=sum(1 for idea in ideas if idea.channel and not idea.confirmed_at),
        unknown=sum(1 for idea in ideas if not idea.channel),
    )


def recommendations(session: Session) -> list[Recommendation]:
    """All recommendations, newest first."""
    wanted = select(Recommendation).options(joinedload(Recommendation.conference))
    return list(session.scalars(wanted.order_by(Recommendation.adopted_at.desc())))


def author_name(config: Config, idea: Idea) -> str | None:
    """The name that may stand beside the idea, if its author wanted that."""
    return decrypt(config.column_box(), idea.author_name) if idea.author_name else None


def _public() -> Select[Idea]:
    return (
        select(Idea)
        .options(joinedload(Idea.recommendation))
        .where(Idea.kind == IDEA, Idea.status.in_([PUBLISHED, ADOPTED]))
    )


def _page(session: Session, wanted: Select[Idea], number: int) -> Page:
    rows = list(session.scalars(wanted.offset((number - 1) * PAGE_SIZE).limit(PAGE_SIZE + 1)))
    return Page(ideas=rows[:PAGE_SIZE], number=number, has_next=len(rows) > PAGE_SIZE)


def _found(row: T | None) -> T:
    if row is None:
        raise NotFound
    return row
