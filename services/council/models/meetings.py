"""Sessions at which cases are dealt with (OParl calls them meetings), and the bodies that cases go to."""

from datetime import date, time
from uuid import UUID

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.council.models.declared import Base
from shared import ids
from shared.web.i18n import lazy_gettext

COUNCIL, COMMITTEE = "council", "committee"
#: Kinds of bodies that a case can be handed over to; the kind decides the deadline.
ADDRESSEE_KINDS = {
    "district_office": lazy_gettext("Bezirksamt"),
    "authority": lazy_gettext("Fachbehörde"),
    "district_assembly": lazy_gettext("Bezirksversammlung"),
    COMMITTEE: lazy_gettext("Ausschuss"),
    "other": lazy_gettext("andere Stelle"),
}


class Meeting(Base):
    """A session of the council or of a committee on one day."""

    __tablename__ = "meeting"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.public)
    committee: Mapped[str] = mapped_column(String(200))
    held_on: Mapped[date] = mapped_column(index=True)
    starts_at: Mapped[time | None]
    place: Mapped[str | None] = mapped_column(String(200))

    __table_args__ = (UniqueConstraint("held_on", "committee", name="meeting_one_a_day"),)


class Organization(Base):
    """A body of the district: the council itself, a committee or an addressee, in the time in which it exists."""

    __tablename__ = "organization"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.public)
    kind: Mapped[str] = mapped_column(String(30))
    name: Mapped[str] = mapped_column(String(200))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
