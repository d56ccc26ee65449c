"""Paper lists that the office brought in: one line for each in what staff did by hand, nothing of the people on it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.registration.models.declared import Base
from services.registration.models.overrides import ACTOR_LENGTH
from shared import clock


class PaperList(Base):
    """How many `registrations` came from one list, and for how many `places`. It grows when mended rows follow."""

    __tablename__ = "paper_lists"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    conference_id: Mapped[UUID] = mapped_column(ForeignKey("conferences.id"))
    at: Mapped[datetime] = mapped_column(default=clock.now)
    staff_id: Mapped[UUID]
    actor: Mapped[str] = mapped_column(String(ACTOR_LENGTH))
    registrations: Mapped[int]
    places: Mapped[int]

    __table_args__ = (Index("paper_lists_by_conference", "conference_id", "at"),)

    def count(self, places: int) -> None:
        """One more registration came from it."""
        self.registrations += 1
        self.places += places
