"""Forums: the working groups of a conference, in the order in which people read them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.registration.models.declared import Base
from shared import ids
from shared.web.i18n import LANGUAGES

#: So many forums a conference can have.
MOST_FORUMS = 8


class Forum(Base):
    """One forum. `title` is {language: text}; `languages` are spoken there, and `interpretation` is offered.

    Who chose it is written only in their encrypted needs; `chosen` counts them. Without a `capacity` there is room for all.
    """

    __tablename__ = "forums"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.public)
    conference_id: Mapped[UUID] = mapped_column(ForeignKey("conferences.id"))
    position: Mapped[int]
    title: Mapped[dict[str, str]]
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    room: Mapped[str] = mapped_column(String(120), default="")
    languages: Mapped[list[str]] = mapped_column(default=list)
    interpretation: Mapped[list[str]] = mapped_column(default=list)
    capacity: Mapped[int | None]
    chosen: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        Index("forums_by_conference", "conference_id", "position"),
        CheckConstraint("chosen >= 0 AND (capacity IS NULL OR chosen <= capacity)", name="forums_never_overbooked"),
    )

    @property
    def languages_named(self) -> str:
        """The languages spoken there, in their own names."""
        return _named(self.languages)

    @property
    def interpretation_named(self) -> str:
        """The languages into which it is interpreted, in their own names."""
        return _named(self.interpretation)

    @property
    def places_left(self) -> int | None:
        """How many more can choose it; None for as many as like."""
        return None if self.capacity is None else self.capacity - self.chosen

    @property
    def is_full(self) -> bool:
        """Whether nobody else can choose it."""
        return self.places_left == 0


def _named(tags: list[str]) -> str:
    return ", ".join(LANGUAGES[tag].name for tag in tags if tag in LANGUAGES)
