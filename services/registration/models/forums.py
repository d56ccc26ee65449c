"""Forums: the working groups of a conference, in the order in which people read them."""

from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.registration.models.declared import Base
from shared import ids

#: So many forums a conference can have.
MOST_FORUMS = 8


class Forum(Base):
    """One forum. `title` is {language: text}; who chose it is written only in their encrypted needs."""

    __tablename__ = "forums"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.public)
    conference_id: Mapped[UUID] = mapped_column(ForeignKey("conferences.id"))
    position: Mapped[int]
    title: Mapped[dict[str, str]]

    __table_args__ = (Index("forums_by_conference", "conference_id", "position"),)
