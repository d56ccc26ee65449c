"""What became of recommendations: a small copy of the council's newest steps, for the front page."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.registration.models.declared import Base


class Outcome(Base):
    """Where the case of one recommendation stands; `state` says it in the council's own words."""

    __tablename__ = "outcomes"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str]
    title: Mapped[dict[str, str]]
    state: Mapped[dict[str, str]]
    happened_at: Mapped[datetime] = mapped_column(index=True)
