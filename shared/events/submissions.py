"""What submissions publishes: ideas, petitions, and the recommendations a conference makes of them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.events.disclosure import Disclosure
from shared.events.event import Event, LocalizedText


@dataclass(frozen=True, kw_only=True)
class AuthorContact:
    """How to reach the author, if they want to be reached, and the secrets only they may get."""

    email: str | None
    phone: str | None
    author_name: str | None
    tracking_code: str
    confirm_url: str | None = None
    code: str | None = None


@dataclass(frozen=True, kw_only=True)
class IdeaReceived(Event):
    """An idea was handed in; its text stays here until staff publish it."""

    name = "idea.received"
    aggregate = "idea"
    private = {"notifications": AuthorContact}

    idea_id: UUID
    language: str
    topic: str | None
    quarter: str | None


@dataclass(frozen=True, kw_only=True)
class PetitionText:
    """A petition as the council gets it: private text, and the person it needs by law."""

    title: str
    text: str
    petitioner_name: str
    petitioner_address: str


@dataclass(frozen=True, kw_only=True)
class PetitionReceived(Event):
    """A petition was handed in; text and person travel sealed for the council."""

    name = "petition.received"
    aggregate = "idea"
    private = {"notifications": AuthorContact, "council": PetitionText}

    idea_id: UUID
    language: str
    topic: str | None
    quarter: str | None
    received_at: datetime


@dataclass(frozen=True, kw_only=True)
class IdeaConfirmed(Event):
    """The author's contact is theirs: from now on they may be written to."""

    name = "idea.confirmed"
    aggregate = "idea"

    idea_id: UUID


@dataclass(frozen=True, kw_only=True)
class IdeaPublished(Event):
    """Everybody can read it now. `title` is in the author's own language, which `language` names."""

    name = "idea.published"
    aggregate = "idea"

    idea_id: UUID
    language: str
    title: str


@dataclass(frozen=True, kw_only=True)
class IdeaDeclined(Event):
    """Staff decided not to publish it, and say why."""

    name = "idea.declined"
    aggregate = "idea"

    idea_id: UUID
    reason: LocalizedText


@dataclass(frozen=True, kw_only=True)
class IdeaWithdrawn(Event):
    """The author took it back."""

    name = "idea.withdrawn"
    aggregate = "idea"

    idea_id: UUID


@dataclass(frozen=True, kw_only=True)
class RecommendationAdopted(Event):
    """The conference voted by raised hands; this starts council intake. `addressee_kind` is one of district_office,
    authority, district_assembly, other."""

    name = "recommendation.adopted"
    aggregate = "recommendation"

    recommendation_id: UUID
    number: str
    title: LocalizedText
    text: LocalizedText
    idea_ids: list[UUID]
    conference_id: UUID
    conference_title: LocalizedText
    votes_yes: int
    votes_no: int
    votes_abstain: int
    addressee_kind: str
    addressee_name: str
    adopted_at: datetime


@dataclass(frozen=True, kw_only=True)
class IdeasDisclosed(Disclosure):
    """What is held of a person's ideas and petitions."""

    name = "ideas.disclosed"
