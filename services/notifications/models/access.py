"""What people want to know of what is held of them, the answers, and what was done at the desk for data protection."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.notifications.models.declared import Base
from shared import clock, ids

#: A copy of what is held stays so long, and whoever asks again in this time sees the same one.
COPY_KEPT = timedelta(days=7)
COPY_FRESH = timedelta(minutes=10)
#: From whom a copy comes together: the names of their answers.
ANSWERS = ("registrations.disclosed", "ideas.disclosed", "petitions.disclosed")
ACTOR_LENGTH = 120


class Access(Base):
    """Somebody wants to see what is held under their address, and gets (`is_sent`) a link to it, or staff ask for them.

    `copy_id` is the subject under which the copy travels.
    """

    __tablename__ = "accesses"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.public)
    version: Mapped[int] = mapped_column(default=0)
    contact_id: Mapped[UUID]
    copy_id: Mapped[UUID] = mapped_column(default=ids.internal)
    language: Mapped[str] = mapped_column(String(12))
    is_sent: Mapped[bool]
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    parts: Mapped[list["AccessPart"]] = relationship(
        cascade="all, delete-orphan", order_by=lambda: [AccessPart.answer, AccessPart.part]
    )

    __table_args__ = (Index("accesses_by_contact", "contact_id"), Index("accesses_by_time", "asked_at"))

    @property
    def kept_until(self) -> datetime:
        """Until when it can be looked at."""
        return self.asked_at + COPY_KEPT

    @property
    def missing(self) -> list[str]:
        """The answers that aren't there yet, or not whole."""
        return [name for name in ANSWERS if not self._is_whole(name)]

    def _is_whole(self, answer: str) -> bool:
        there = [part for part in self.parts if part.answer == answer]
        return bool(there) and len(there) >= there[0].parts


class AccessPart(Base):
    """Some of an answer: `records` is encrypted, as `shared.disclosing` wrote it."""

    __tablename__ = "access_parts"

    access_id: Mapped[UUID] = mapped_column(ForeignKey("accesses.id"), primary_key=True)
    answer: Mapped[str] = mapped_column(String(40), primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True)
    parts: Mapped[int]
    records: Mapped[bytes] = mapped_column(LargeBinary)


class PrivacyNote(Base):
    """What was done about somebody's data, by whom (empty: by the person), and in which `way` they asked; nothing says whose.

    `event_id` is the erasure's, which tells whether every service obeyed.
    """

    __tablename__ = "privacy_notes"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.internal)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    action: Mapped[str] = mapped_column(String(12))
    staff_id: Mapped[UUID | None]
    actor: Mapped[str] = mapped_column(String(ACTOR_LENGTH), default="")
    way: Mapped[str] = mapped_column(String(12), default="")
    event_id: Mapped[UUID | None]

    __table_args__ = (Index("privacy_notes_by_time", "at"),)
