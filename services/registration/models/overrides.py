"""What staff did by hand to the waiting list, whom they registered, and what they decided: nothing of it is ever changed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.registration.models.consents import DESK, PAPER, PHONE
from services.registration.models.declared import Base
from shared import clock, ids

OFFER, TAKE_BACK, EXTEND, REMOVE = "offer", "take-back", "extend", "remove"

#: What staff can do to the waiting list, and what is said of why at most.
ACTIONS = (OFFER, TAKE_BACK, EXTEND, REMOVE)
#: Registering somebody is noted by the way they spoke with the office; no reason is asked.
BY_PAPER = "by-paper"
ENTERED = {PHONE: "by-phone", DESK: "at-desk", PAPER: BY_PAPER}
#: What the office decided where it looks at each registration; only for a refusal a reason is asked.
APPROVE, REFUSE = DECISIONS = ("approve", "refuse")
REASON_LENGTH = 300
ACTOR_LENGTH = 120


class Override(Base):
    """One action on one registration. `rank` is its place in line before, None where it held an offer.

    Nobody gives a reason for registering or approving somebody. It goes when the person is erased: it may speak of them.
    """

    __tablename__ = "overrides"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.internal)
    conference_id: Mapped[UUID] = mapped_column(ForeignKey("conferences.id"))
    registration_id: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(default=clock.now)
    staff_id: Mapped[UUID]
    actor: Mapped[str] = mapped_column(String(ACTOR_LENGTH))
    action: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str | None] = mapped_column(String(REASON_LENGTH))
    rank: Mapped[int | None]
    places: Mapped[int]

    __table_args__ = (
        Index("overrides_by_conference", "conference_id", "at"),
        Index("overrides_by_registration", "registration_id"),
    )
