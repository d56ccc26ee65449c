"""Handing in ideas and petitions, publishing and declining them, taking them back."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.submissions.config import Config
from services.submissions.models import PETITION, Idea
from services.submissions.tracking import PETITION_WITHDRAWN, code_mark
from services.submissions.use_cases.contacts import Contact, ask_to_confirm
from services.submissions.use_cases.story import tell
from shared import clock, ids
from shared.columns import encrypt
from shared.events.submissions import (
    AuthorContact,
    IdeaDeclined,
    IdeaPublished,
    IdeaReceived,
    IdeaWithdrawn,
    PetitionReceived,
    PetitionText,
)
from shared.messaging import outbox
from shared.rules import NotFound


@dataclass(frozen=True, kw_only=True)
class Submission:
    """An idea or petition as it was handed in, checked by schemas.SubmissionSchema."""

    kind: str
    title: str
    text: str
    language: str
    topic: str | None = None
    quarter: str | None = None
    contact: Contact = field(default_factory=Contact)
    publish_name: bool = False


def hand_in(session: Session, config: Config, wish: Submission, code: str) -> Idea:
    """Take an idea or a petition in under its tracking code, which is stored as a mark only. The same code again is the
    same form sent twice: nothing happens."""
    known = session.scalar(select(Idea).where(Idea.tracking_mark == code_mark(config.link_key, code)))
    if known is not None:
        return known
    idea = _idea(config, wish, code)
    session.add(idea)
    private = _private_parts(session, config, idea, wish, code)
    idea.subject_id = ids.internal() if private else None
    fact = _received(idea)
    event_id = outbox.add(session, idea, fact, private=private, subject_id=idea.subject_id)
    tell(session, idea, event_id, fact.name)
    return idea


def publish_idea(session: Session, idea_id: UUID) -> Idea:
    """Show an idea to everybody. Raises NotFound, IllegalTransition."""
    idea = _locked(session, idea_id)
    idea.publish()
    fact = IdeaPublished(idea_id=idea.id, language=idea.language, title=idea.title or "")
    tell(session, idea, outbox.add(session, idea, fact), fact.name)
    return idea


def decline_idea(session: Session, idea_id: UUID, reason: dict[str, str]) -> Idea:
    """Keep an idea from the public and say why. Raises NotFound, IllegalTransition."""
    idea = _locked(session, idea_id)
    idea.decline()
    fact = IdeaDeclined(idea_id=idea.id, reason=reason)
    tell(session, idea, outbox.add(session, idea, fact), fact.name, reason)
    return idea


def withdraw_idea(session: Session, idea_id: UUID) -> Idea:
    """Let the author take an idea back, its text being erased, or a petition, whose case the council then closes.
    Raises NotFound, IllegalTransition."""
    idea = _locked(session, idea_id)
    idea.withdraw()
    fact = IdeaWithdrawn(idea_id=idea.id)
    tell(session, idea, outbox.add(session, idea, fact), PETITION_WITHDRAWN if idea.kind == PETITION else fact.name)
    return idea


def _locked(session: Session, idea_id: UUID) -> Idea:
    # What was read before the lock was had may be old by now.
    idea = session.get(Idea, idea_id, with_for_update=True, populate_existing=True)
    if idea is None:
        raise NotFound
    return idea


def _idea(config: Config, wish: Submission, code: str) -> Idea:
    is_petition = wish.kind == PETITION
    public_name = wish.contact.name if wish.publish_name and not is_petition else None
    return Idea(
        id=ids.public(),
        version=0,
        kind=wish.kind,
        title=None if is_petition else wish.title,
        text=None if is_petition else wish.text,
        language=wish.language,
        topic=wish.topic,
        quarter=wish.quarter,
        author_name=encrypt(config.column_box(), public_name) if public_name else None,
        received_at=clock.now(),
        tracking_mark=code_mark(config.link_key, code),
    )


def _private_parts(
    session: Session, config: Config, idea: Idea, wish: Submission, code: str
) -> dict[str, AuthorContact | PetitionText]:
    """What travels sealed: the contact for notifications if there is one, a petition and its person for the council."""
    parts: dict[str, AuthorContact | PetitionText] = {}
    if wish.contact.email or wish.contact.phone:
        parts["notifications"] = ask_to_confirm(session, config, idea, wish.contact, code)
    if wish.kind == PETITION:
        parts["council"] = PetitionText(
            title=wish.title,
            text=wish.text,
            petitioner_name=wish.contact.name or "",
            petitioner_address=wish.contact.address or "",
        )
    return parts


def _received(idea: Idea) -> IdeaReceived | PetitionReceived:
    if idea.kind == PETITION:
        return PetitionReceived(
            idea_id=idea.id,
            language=idea.language,
            topic=idea.topic,
            quarter=idea.quarter,
            received_at=idea.received_at,
        )
    return IdeaReceived(idea_id=idea.id, language=idea.language, topic=idea.topic, quarter=idea.quarter)
