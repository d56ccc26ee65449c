"""When a conference is, and how far: what steps allow, what the clock does by itself, and what that means for people."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from services.registration.models.stages import (
    ANNOUNCED,
    CANCELLED,
    CLOSED,
    DRAFT,
    FULL,
    OPEN,
    STEPS,
    TO_COME,
)
from shared import clock
from shared.rules import IllegalTransition
from shared.web.i18n import format_moment, gettext

#: The times that staff write.
TIMES = ("starts_at", "ends_at", "registration_opens_at", "registration_closes_at")


class Timetable:
    """The part of a conference that says when and how far. `notice` ({language: text}) is why it was cancelled or put off.

    `places_taken` are those that somebody has or is offered, `places_waiting` those that are waited for, and `reserved` those
    that only the office gives.
    With `is_tentative` its times come from a template, and nobody has looked at them yet.
    """

    status: Mapped[str] = mapped_column(String(12), default=DRAFT)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    registration_opens_at: Mapped[datetime]
    registration_closes_at: Mapped[datetime]
    announced_at: Mapped[datetime | None]
    postponed_from: Mapped[datetime | None]
    notice: Mapped[dict[str, str]] = mapped_column(default=dict)
    is_tentative: Mapped[bool] = mapped_column(default=False)
    capacity: Mapped[int]
    reserved: Mapped[int] = mapped_column(default=0)
    places_taken: Mapped[int] = mapped_column(default=0)
    places_waiting: Mapped[int] = mapped_column(default=0)

    @property
    def is_public(self) -> bool:
        """Whether everybody may read about it: also when it was cancelled later, but not when it was never announced."""
        return self.announced_at is not None

    @property
    def is_to_come(self) -> bool:
        """Whether somebody can still get a place, now or later."""
        return self.status in TO_COME

    @property
    def places_left(self) -> int:
        """How many places nobody has or is offered and nobody keeps back; whoever waits comes before anybody new."""
        return self.capacity - self.places_taken - self.reserved

    @property
    def is_full(self) -> bool:
        """Whether somebody new would have to wait: all places are taken, or others wait for those that are left."""
        return self.places_left <= 0 or self.places_waiting > 0

    @property
    def by_the_clock(self) -> str:
        """How far it is at this moment, whether it is full or not: once announced, registration opens and closes by the clock."""
        if self.status not in {ANNOUNCED, OPEN}:
            return self.status
        now = clock.now()
        if now < self.registration_opens_at:
            return ANNOUNCED
        return OPEN if now < self.registration_closes_at else CLOSED

    @property
    def state(self) -> str:
        """How far it is, as everybody is told: full is open without a place for anybody new."""
        return FULL if self.by_the_clock == OPEN and self.is_full else self.by_the_clock

    def allows(self, verb: str) -> bool:
        """Whether `verb` of STEPS is possible now."""
        return self.by_the_clock in STEPS[verb][0]

    def require(self, verb: str) -> None:
        """Raises IllegalTransition when `verb` isn't possible now."""
        if not self.allows(verb):
            raise IllegalTransition(gettext("Das geht im jetzigen Stand der Konferenz nicht."))

    def step(self, verb: str) -> None:
        """Go where `verb` leads. Raises IllegalTransition."""
        self.require(verb)
        if verb == "announce":
            self._require_settled_dates()
            self.announced_at = clock.now()
        elif verb == "open":
            self._open_at_once()
        self.status = STEPS[verb][1] or self.status

    def takes_registrations(self) -> bool:
        """Whether somebody can register at this moment."""
        return self.by_the_clock == OPEN

    def require_open(self) -> None:
        """Raises IllegalTransition that says why nobody can register now."""
        if self.takes_registrations():
            return
        if self.by_the_clock == ANNOUNCED:
            opens = format_moment(self.registration_opens_at)
            raise IllegalTransition(gettext("Die Anmeldung beginnt am %(opens)s.", opens=opens))
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

    def put_off(self, times: Mapping[str, datetime], why: dict[str, str]) -> None:
        """Give it these times. Registration closes as long before the beginning as it would have, unless they say otherwise.

        Raises IllegalTransition when that isn't a new day to come.
        """
        if times["starts_at"] <= clock.now():
            raise IllegalTransition(gettext("Der neue Termin muss in der Zukunft liegen."))
        if times["starts_at"] == self.starts_at:
            raise IllegalTransition(gettext("Das ist der bisherige Termin. Bitte geben Sie einen neuen an."))
        closes_at = times["starts_at"] - (self.starts_at - self.registration_closes_at)
        self.postponed_from = self.starts_at
        for name, moment in ({"registration_closes_at": closes_at} | dict(times)).items():
            setattr(self, name, moment)
        self.require_order()
        self.notice = why

    def require_order(self) -> None:
        """Raises IllegalTransition when something ends before it begins."""
        if self.ends_at <= self.starts_at:
            raise IllegalTransition(gettext("Das Ende muss nach dem Beginn liegen."))
        if self.registration_closes_at <= self.registration_opens_at:
            raise IllegalTransition(gettext("Die Anmeldung muss enden, nachdem sie begonnen hat."))

    def _open_at_once(self) -> None:
        if clock.now() >= self.registration_closes_at:
            raise IllegalTransition(
                gettext("Die Zeit zum Anmelden ist vorbei. Bitte legen Sie zuerst ein späteres Ende fest.")
            )
        self.registration_opens_at = min(self.registration_opens_at, clock.now())

    def _require_settled_dates(self) -> None:
        if self.is_tentative:
            raise IllegalTransition(
                gettext(
                    "Die Termine stammen aus der Vorlage. Bitte prüfen und speichern Sie sie, bevor Sie ankündigen."
                )
            )
