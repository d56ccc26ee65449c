"""Conferences: what they are called, where they are, and for how many."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.registration.models.agenda import AgendaItem
from services.registration.models.declared import Base
from services.registration.models.forums import Forum
from services.registration.models.offers import HOURS_TO_ANSWER, answer_until, last_moment
from services.registration.models.questions import Question
from services.registration.models.timetable import Timetable
from shared import clock, ids
from shared.rules import IllegalTransition
from shared.web.i18n import gettext, ngettext

#: The parts of an address, in the order in which it is written.
VENUE_LINES = ("name", "street", "postal_code", "locality")


class Conference(Timetable, Base):
    """One conference. `title`, `motto`, `venue_access` and `report` are {language: text}; `venue_features` are keys of
    `venues.FEATURES`; people are counted here, under this row's lock.

    With `approval` the office decides each registration before it gets a place or waits for one.
    `sequence` rises with each new time or place, for calendars. `attended` is how many people came, once somebody counted.
    """

    __tablename__ = "conferences"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.public)
    version: Mapped[int] = mapped_column(default=0)
    title: Mapped[dict[str, str]]
    motto: Mapped[dict[str, str]]
    venue_name: Mapped[str] = mapped_column(String(200))
    venue_street: Mapped[str] = mapped_column(String(200))
    venue_postal_code: Mapped[str] = mapped_column(String(10))
    venue_locality: Mapped[str] = mapped_column(String(100))
    venue_features: Mapped[list[str]] = mapped_column(default=list)
    venue_access: Mapped[dict[str, str]] = mapped_column(default=dict)
    waiting_list: Mapped[bool]
    hours_to_answer: Mapped[int] = mapped_column(default=HOURS_TO_ANSWER)
    approval: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)
    last_queue_number: Mapped[int] = mapped_column(default=0)
    sequence: Mapped[int] = mapped_column(default=0)
    report: Mapped[dict[str, str]] = mapped_column(default=dict)
    attended: Mapped[int | None]
    # At once with the conference: the API shows it when the session is over.
    forums: Mapped[list[Forum]] = relationship(order_by=Forum.position, cascade="all, delete-orphan", lazy="selectin")
    agenda: Mapped[list[AgendaItem]] = relationship(
        order_by=AgendaItem.starts_at, cascade="all, delete-orphan", lazy="selectin"
    )
    questions: Mapped[list[Question]] = relationship(
        order_by=Question.position, cascade="all, delete-orphan", lazy="selectin"
    )

    __table_args__ = (
        # The rules below keep it; the database refuses whoever gets round them.
        CheckConstraint("places_taken >= 0 AND places_taken <= capacity", name="conferences_never_overbooked"),
        CheckConstraint("places_waiting >= 0", name="conferences_waiting"),
        CheckConstraint("reserved >= 0 AND places_taken + reserved <= capacity", name="conferences_reserved"),
        Index("conferences_by_start", "starts_at"),
    )

    @property
    def venue(self) -> dict[str, Any]:
        """Where it is, as the API says it."""
        parts: dict[str, Any] = {part: getattr(self, f"venue_{part}") for part in VENUE_LINES}
        return parts | {"access": {"features": self.venue_features, "notes": self.venue_access}}

    def require_to_come(self) -> None:
        """Raises IllegalTransition when nobody gets a place here any more."""
        if not self.is_to_come:
            raise IllegalTransition(gettext("Für diese Konferenz vergeben wir keine Plätze mehr."))

    def has_room_for(self, places: int) -> bool:
        """Whether so many people fit in together, at a conference that still takes place."""
        return self.is_to_come and places <= self.places_left

    def count(self, taken: int, waiting: int) -> None:
        """So many more places are taken and waited for, or fewer. Raises IllegalTransition when they aren't there."""
        if taken > 0 and not self.has_room_for(taken):
            raise IllegalTransition(gettext("So viele Plätze sind nicht mehr frei."))
        self.places_taken += taken
        self.places_waiting += waiting

    def answer_until(self) -> datetime | None:
        """When an offer made now runs out; None where too little time is left to ask, so that places are given at once."""
        return answer_until(clock.now(), self.hours_to_answer, self.offers_end_at)

    @property
    def offers_end_at(self) -> datetime:
        """No offer lasts longer than this."""
        return last_moment(self.registration_closes_at, self.starts_at)

    def next_queue_number(self) -> int:
        """The number of whoever joins the waiting list next; numbers never come twice."""
        self.last_queue_number += 1
        return self.last_queue_number

    def resize(self, capacity: int) -> None:
        """Change the number of places. Raises IllegalTransition when more are taken already."""
        if capacity < self.places_taken:
            taken = self.places_taken
            raise IllegalTransition(gettext("Es sind schon %(taken)s Plätze vergeben.", taken=taken))
        if capacity < self.places_taken + self.reserved:
            raise IllegalTransition(
                gettext("So wenige Plätze reichen nicht: Einige sind vergeben, andere halten Sie zurück.")
            )
        self.capacity = capacity

    def reserve(self, places: int) -> None:
        """Keep so many places back, in place of those kept back now. Raises IllegalTransition when fewer are free."""
        free = self.capacity - self.places_taken
        if places > free:
            told = ngettext("Nur ein Platz ist noch frei.", "Nur %(n)s Plätze sind noch frei.", free)
            raise IllegalTransition(told if free else gettext("Es ist kein Platz mehr frei."))
        self.reserved = places

    def release(self, places: int) -> None:
        """Let somebody have so many of those kept back. Raises IllegalTransition when there are fewer."""
        if places > self.reserved:
            told = ngettext("Nur ein Platz ist zurückgehalten.", "Nur %(n)s Plätze sind zurückgehalten.", self.reserved)
            raise IllegalTransition(told if self.reserved else gettext("Es ist kein Platz zurückgehalten."))
        self.reserved -= places
