"""The agenda of a conference: what happens when and where, and that it fits in. Forums run beside one another."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.registration.models.declared import Base
from services.registration.models.forums import Forum
from services.registration.models.mistakes import Mistakes
from shared import ids
from shared.clock import CIVIL_ZONE
from shared.web.i18n import format_moment, gettext, localized

if TYPE_CHECKING:
    from services.registration.models.conferences import Conference

#: So many points an agenda can have beside its forums.
MOST_ITEMS = 12


class WrongAgenda(Mistakes):
    """Something of the agenda doesn't fit."""


class AgendaItem(Base):
    """One point of the agenda for everybody. `title` is {language: text}; `room` may be empty."""

    __tablename__ = "agenda_items"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.public)
    conference_id: Mapped[UUID] = mapped_column(ForeignKey("conferences.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    title: Mapped[dict[str, str]]
    room: Mapped[str] = mapped_column(String(120), default="")

    __table_args__ = (Index("agenda_by_conference", "conference_id", "starts_at"),)


def program_of(conference: "Conference") -> list[AgendaItem | Forum]:
    """Everything that has a time, in the order in which it begins; what is for everybody before the forums beside it."""
    timed = [(starts_at, isinstance(item, Forum), item) for starts_at, _, item in _timed(conference)]
    return [item for *_, item in sorted(timed, key=lambda one: one[:2])]


def require_fitting(conference: "Conference") -> None:
    """Raises WrongAgenda when something lies outside the conference, ends before it begins or begins before the last ended."""
    errors = dict([*_wrong_times(conference, "agenda", conference.agenda), *_overlapping(conference.agenda)])
    errors |= _wrong_times(conference, "forums", conference.forums)
    if errors:
        raise WrongAgenda(errors)


def later(moment: datetime, by: timedelta) -> datetime:
    """The same time of day so many days later, as clocks on the wall have it."""
    return (moment.astimezone(CIVIL_ZONE) + by).astimezone(moment.tzinfo)


def wall_clock(moment: datetime) -> datetime:
    """The time that a clock on the wall shows then, in Hamburg."""
    return moment.astimezone(CIVIL_ZONE).replace(tzinfo=None)


def move_along(conference: "Conference", before: datetime) -> None:
    """Let everything begin as long after the conference's beginning as it did when that was `before`."""
    by = wall_clock(conference.starts_at) - wall_clock(before)
    for starts_at, ends_at, item in list(_timed(conference)) if by else ():
        item.starts_at, item.ends_at = later(starts_at, by), later(ends_at, by)


def _timed(conference: "Conference") -> Iterator[tuple[datetime, datetime, AgendaItem | Forum]]:
    items: list[AgendaItem | Forum] = [*conference.agenda, *conference.forums]
    for item in items:
        if item.starts_at is not None and item.ends_at is not None:
            yield item.starts_at, item.ends_at, item


def _wrong_times(
    conference: "Conference", kind: str, items: Sequence[AgendaItem | Forum]
) -> Iterator[tuple[str, list[str]]]:
    for number, item in enumerate(items):
        title, starts_at, ends_at = localized(item.title), item.starts_at, item.ends_at
        if starts_at is None or ends_at is None:
            if starts_at is not ends_at:
                missing = "starts_at" if starts_at is None else "ends_at"
                yield (
                    f"{kind}.{number}.{missing}",
                    [gettext("Bitte geben Sie Beginn und Ende an, oder keines von beiden.")],
                )
        elif ends_at <= starts_at:
            yield f"{kind}.{number}.ends_at", [gettext("„%(title)s“ muss enden, nachdem es begonnen hat.", title=title)]
        elif starts_at < conference.starts_at:
            begins = format_moment(conference.starts_at)
            yield (
                f"{kind}.{number}.starts_at",
                [gettext("„%(title)s“ beginnt vor der Konferenz (%(begins)s).", title=title, begins=begins)],
            )
        elif ends_at > conference.ends_at:
            ends = format_moment(conference.ends_at)
            yield (
                f"{kind}.{number}.ends_at",
                [gettext("„%(title)s“ endet nach der Konferenz (%(ends)s).", title=title, ends=ends)],
            )


def _overlapping(agenda: Sequence[AgendaItem]) -> Iterator[tuple[str, list[str]]]:
    for number in range(1, len(agenda)):
        last, item = agenda[number - 1], agenda[number]
        if item.starts_at < last.ends_at:
            told = {"title": localized(item.title), "last": localized(last.title), "ends": format_moment(last.ends_at)}
            yield (
                f"agenda.{number}.starts_at",
                [gettext("„%(title)s“ beginnt, bevor „%(last)s“ zu Ende ist (%(ends)s).", **told)],
            )
