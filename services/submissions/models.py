"""Ideas, petitions, recommendations, and the story each of them gathers.

A petition's text and the person behind it are not kept here: they travel sealed to the council, and only the fact remains.
"""

from datetime import date, datetime, timedelta
from typing import ClassVar
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from shared import clock
from shared.database import COLUMN_TYPES
from shared.messaging.tables import Serial
from shared.rules import IllegalTransition
from shared.seals import same
from shared.web.i18n import gettext

IDEA, PETITION = "idea", "petition"
RECOMMENDATION = "recommendation"
NEW, PUBLISHED, DECLINED, ADOPTED, WITHDRAWN = "new", "published", "declined", "adopted", "withdrawn"
#: A petition whose case the council has closed.
CLOSED = "closed"

#: How long the six digits of an SMS are good, and how often somebody may mistype them.
SMS_CODE_LIFETIME = timedelta(minutes=30)
SMS_CODE_TRIES = 5
#: One confirmation goes to an address in this time, however many ideas name it; and so many until it is confirmed.
CONFIRMATION_BUDGET = timedelta(hours=24)
MOST_CONFIRMATIONS = 3
#: What leads to authors who never confirmed is kept this long, and how often an address was asked that never answered.
UNCONFIRMED_KEPT = timedelta(days=30)
UNANSWERED_KEPT = timedelta(days=365)

#: From which states each verb is allowed, by kind. A petition goes to the council at once: nothing of it is published.
ALLOWED: dict[str, dict[str, frozenset[str]]] = {
    IDEA: {
        "publish": frozenset({NEW, DECLINED}),
        "decline": frozenset({NEW, PUBLISHED}),
        "adopt": frozenset({PUBLISHED}),
        "withdraw": frozenset({NEW, PUBLISHED, DECLINED}),
    },
    PETITION: {
        "close": frozenset({NEW}),
        "withdraw": frozenset({NEW}),
    },
}


class Base(DeclarativeBase):
    """Tables of submissions."""

    type_annotation_map: ClassVar = COLUMN_TYPES


class Idea(Base):
    """What one resident handed in. `kind` is idea or petition; a petition has neither title nor text here.

    The contact itself is known to notifications only: here are `channel` (email, phone or None) and its keyed mark.
    """

    __tablename__ = "ideas"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=0)
    kind: Mapped[str] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(12), default=NEW)
    title: Mapped[str | None] = mapped_column(String(200))
    text: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(12))
    topic: Mapped[str | None] = mapped_column(String(40))
    quarter: Mapped[str | None] = mapped_column(String(40))
    author_name: Mapped[bytes | None] = mapped_column(LargeBinary)
    received_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    tracking_mark: Mapped[str] = mapped_column(String(64), unique=True)

    subject_id: Mapped[UUID | None]
    channel: Mapped[str | None] = mapped_column(String(5))
    address_mark: Mapped[str | None] = mapped_column(String(64))
    asked_to_confirm_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    sms_code_mark: Mapped[str | None] = mapped_column(String(64))
    sms_tries_left: Mapped[int] = mapped_column(default=0)

    recommendation_id: Mapped[UUID | None] = mapped_column(ForeignKey("recommendations.id"))
    recommendation: Mapped["Recommendation | None"] = relationship(back_populates="ideas")

    __table_args__ = (
        Index("ideas_by_status", "status", "published_at"),
        Index("ideas_by_address", "address_mark"),
        Index("ideas_by_subject", "subject_id"),
        Index("ideas_by_recommendation", "recommendation_id"),
    )

    def allows(self, verb: str) -> bool:
        """Whether `verb` (publish, decline, adopt, close, withdraw) is possible now."""
        return self.status in ALLOWED[self.kind].get(verb, frozenset())

    def publish(self) -> None:
        """Show it to everybody. Raises IllegalTransition."""
        self._require("publish")
        self.status = PUBLISHED
        self.published_at = clock.now()

    def decline(self) -> None:
        """Keep it from the public, or take it back from there. Raises IllegalTransition."""
        self._require("decline")
        self.status = DECLINED
        self.published_at = None

    def adopt_into(self, recommendation: "Recommendation") -> None:
        """Make it part of a recommendation. Raises IllegalTransition."""
        self._require("adopt")
        self.status = ADOPTED
        self.recommendation = recommendation

    def withdraw(self) -> None:
        """Let the author take it back; what they wrote is gone with it. Raises IllegalTransition."""
        self._require("withdraw")
        self.status = WITHDRAWN
        self.published_at = None
        self.title = self.text = self.author_name = None

    def close(self) -> None:
        """Note that the council is done with a petition. Raises IllegalTransition."""
        self._require("close")
        self.status = CLOSED

    def confirm_contact(self) -> None:
        """Note that the contact is the author's own."""
        self.confirmed_at = clock.now()
        self.sms_code_mark = None

    def takes_digits(self, code_mark: str) -> bool:
        """Whether these are the digits from the SMS, still good; a wrong try is counted."""
        if self.sms_code_mark is None or self.asked_to_confirm_at is None or self.sms_tries_left < 1:
            return False
        if clock.now() > self.asked_to_confirm_at + SMS_CODE_LIFETIME:
            return False
        self.sms_tries_left -= 1
        return same(self.sms_code_mark, code_mark)

    def forget_author(self) -> None:
        """Erase what leads to the person; the published idea itself stays, without a name."""
        self.author_name = self.address_mark = self.channel = self.sms_code_mark = None

    def _require(self, verb: str) -> None:
        if not self.allows(verb):
            raise IllegalTransition(gettext("Das geht im jetzigen Stand nicht."))


class AskedAddress(Base):
    """An address (its keyed mark) that was asked to confirm, and how often; the row goes when it does."""

    __tablename__ = "asked_addresses"

    mark: Mapped[str] = mapped_column(String(64), primary_key=True)
    asked_at: Mapped[datetime]
    times: Mapped[int]


class Recommendation(Base):
    """What a conference asks for, by a counted vote of raised hands. Texts are {language: text}."""

    __tablename__ = "recommendations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=0)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    title: Mapped[dict[str, str]] = mapped_column(JSON)
    text: Mapped[dict[str, str]] = mapped_column(JSON)
    conference_id: Mapped[UUID] = mapped_column(ForeignKey("conferences.id"))
    votes_yes: Mapped[int]
    votes_no: Mapped[int]
    votes_abstain: Mapped[int]
    addressee_kind: Mapped[str] = mapped_column(String(20))
    addressee_name: Mapped[str] = mapped_column(String(200))
    adopted_at: Mapped[datetime]
    ideas: Mapped[list[Idea]] = relationship(back_populates="recommendation", order_by=Idea.received_at)
    conference: Mapped["Conference"] = relationship()


class RecommendationYear(Base):
    """The last number given in a year; its row is the lock that keeps numbers without gaps."""

    __tablename__ = "recommendation_years"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class Conference(Base):
    """The local copy of a conference at which recommendations can be adopted, unless it was cancelled."""

    __tablename__ = "conferences"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    title: Mapped[dict[str, str]] = mapped_column(JSON)
    starts_at: Mapped[datetime]
    venue_name: Mapped[str] = mapped_column(String(200))
    is_cancelled: Mapped[bool] = mapped_column(default=False)


class StoryStep(Base):
    """One thing that happened to an idea, a petition (`origin` idea) or a recommendation, here or at the council.

    `position` is the order in which the steps became known, which is the order of causes.
    """

    __tablename__ = "story_steps"

    position: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    event_id: Mapped[UUID]
    origin: Mapped[str] = mapped_column(String(20))
    origin_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(40))
    happened_at: Mapped[datetime]
    text: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    case_number: Mapped[str | None] = mapped_column(String(40))
    case_id: Mapped[UUID | None]
    due_on: Mapped[date | None]

    __table_args__ = (
        UniqueConstraint("event_id", name="story_one_step_per_event"),
        Index("story_by_origin", "origin", "origin_id", "position"),
    )
