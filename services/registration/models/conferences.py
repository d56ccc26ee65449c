"""Conferences: when, where, for how many, and how far they are."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.registration.models.declared import Base
from services.registration.models.forums import Forum
from services.registration.models.offers import HOURS_TO_ANSWER, answer_until, last_moment
from shared import clock, ids
from shared.rules import IllegalTransition
from shared.web.i18n import format_moment, gettext

DRAFT, ANNOUNCED, OPEN, CLOSED, HELD, ARCHIVED, CANCELLED = (
    "draft",
    "announced",
    "open",
    "closed",
    "held",
    "archived",
    "cancelled",
)

#: What each verb does: from which states it is allowed, and to which state it leads.
STEPS: dict[str, tuple[frozenset[str], str]] = {
    "announce": (frozenset({DRAFT}), ANNOUNCED),
    "open": (frozenset({ANNOUNCED, CLOSED}), OPEN),
    "close": (frozenset({OPEN}), CLOSED),
    "hold": (frozenset({OPEN, CLOSED}), HELD),
    "archive": (frozenset({HELD}), ARCHIVED),
    "cancel": (frozenset({DRAFT, ANNOUNCED, OPEN, CLOSED}), CANCELLED),
}
#: In these states somebody can still get a place; the others are over or not public yet.
TO_COME = frozenset({ANNOUNCED, OPEN, CLOSED})


class Conference(Base):
    """One conference. `title` and `motto` are {language: text}; people are counted here, under this row's lock.

    `places_taken` are those that somebody has or is offered, `places_waiting` those that are waited for.
    """

    __tablename__ = "conferences"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.public)
    version: Mapped[int] = mapped_column(default=0)
    status: Mapped[str] = mapped_column(String(12), default=DRAFT)
    title: Mapped[dict[str, str]]
    motto: Mapped[dict[str, str]]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    venue_name: Mapped[str] = mapped_column(String(200))
    venue_street: Mapped[str] = mapped_column(String(200))
    venue_postal_code: Mapped[str] = mapped_column(String(10))
    venue_locality: Mapped[str] = mapped_column(String(100))
    capacity: Mapped[int]
    waiting_list: Mapped[bool]
    hours_to_answer: Mapped[int] = mapped_column(default=HOURS_TO_ANSWER)
    registration_opens_at: Mapped[datetime]
    registration_closes_at: Mapped[datetime]
    announced_at: Mapped[datetime | None]
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)
    places_taken: Mapped[int] = mapped_column(default=0)
    places_waiting: Mapped[int] = mapped_column(default=0)
    last_queue_number: Mapped[int] = mapped_column(default=0)
    # At once with the conference: the API shows it when the session is over.
    forums: Mapped[list[Forum]] = relationship(order_by=Forum.position, cascade="all, delete-orphan", lazy="selectin")

    __table_args__ = (
        # The rules below keep it; the database refuses whoever gets round them.
        CheckConstraint("places_taken >= 0 AND places_taken <= capacity", name="conferences_never_overbooked"),
        CheckConstraint("places_waiting >= 0", name="conferences_waiting"),
        Index("conferences_by_start", "starts_at"),
    )

    @property
    def is_public(self) -> bool:
        """Whether everybody may read about it: also when it was cancelled later, but not when it was never announced."""
        return self.announced_at is not None

    @property
    def is_to_come(self) -> bool:
        """Whether somebody can still get a place, now or later."""
        return self.status in TO_COME

    @property
    def venue(self) -> dict[str, str]:
        """Where it is, as the API says it."""
        return {part: getattr(self, f"venue_{part}") for part in ("name", "street", "postal_code", "locality")}

    @property
    def places_left(self) -> int:
        """How many places nobody has or is offered; people on the waiting list come before anybody new."""
        return self.capacity - self.places_taken

    @property
    def is_full(self) -> bool:
        """Whether somebody new would have to wait: all places are taken, or others wait for those that are left."""
        return self.places_left <= 0 or self.places_waiting > 0

    def allows(self, verb: str) -> bool:
        """Whether `verb` of STEPS is possible now."""
        return self.status in STEPS[verb][0]

    def step(self, verb: str) -> None:
        """Go where `verb` leads. Raises IllegalTransition."""
        if not self.allows(verb):
            raise IllegalTransition(gettext("Das geht im jetzigen Stand der Konferenz nicht."))
        self.status = STEPS[verb][1]
        if self.status == ANNOUNCED:
            self.announced_at = clock.now()

    def takes_registrations(self) -> bool:
        """Whether somebody can register at this moment."""
        return self.status == OPEN and self.registration_opens_at <= clock.now() < self.registration_closes_at

    def require_open(self) -> None:
        """Raises IllegalTransition that says why nobody can register now."""
        if self.takes_registrations():
            return
        if self.status in {ANNOUNCED, OPEN} and clock.now() < self.registration_opens_at:
            opens = format_moment(self.registration_opens_at)
            raise IllegalTransition(gettext("Die Anmeldung beginnt am %(opens)s.", opens=opens))
        if self.status == ANNOUNCED:
            raise IllegalTransition(gettext("Die Anmeldung hat noch nicht begonnen."))
        if self.status == CANCELLED:
            raise IllegalTransition(gettext("Diese Konferenz findet nicht statt."))
        raise IllegalTransition(gettext("Die Anmeldung ist geschlossen."))

    def takes_changes(self) -> bool:
        """Whether those who registered can still change what they said; afterwards the office plans with it."""
        return self.is_to_come and clock.now() < self.registration_closes_at

    def require_changeable(self) -> None:
        """Raises IllegalTransition when the office plans already with what people said."""
        if not self.takes_changes():
            raise IllegalTransition(gettext("Die Zeit zum Ändern ist vorbei. Absagen können Sie weiterhin."))

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
        self.capacity = capacity
