"""The office's list of a conference's registrations: which ones, in which order, and what of each is shown."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any, Self
from uuid import UUID

import phonenumbers
from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from services.registration import queries, tickets
from services.registration.config import Config
from services.registration.models import Answer, Question, Registration
from services.registration.models.answers import decrypted
from services.registration.models.people import Needs, Person
from services.registration.models.questions import Said
from shared.columns import decrypt

NEWEST, BY_NAME = ORDERS = ("newest", "name")
#: What somebody can need, in the way in which it is asked for: a kind, and which one of it.
INTERPRETATION, ASSISTANCE, FORUM, CHILDCARE = "interpretation", "assistance", "forum", "childcare"
# So many rows are fetched at once.
_AT_ONCE = 500

_Rows = Select[UUID, UUID, str, str, int, datetime, bytes, bytes | None]
_COLUMNS = (
    Registration.id,
    Registration.conference_id,
    Registration.status,
    Registration.language,
    Registration.companions,
    Registration.requested_at,
    Registration.person,
    Registration.needs,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Which registrations staff look for; what is empty doesn't matter. `need` is "childcare", or like "assistance:wheelchair";
    `words` are a part of a name or address, or a whole ticket."""

    state: str = ""
    language: str = ""
    need: str = ""
    words: str = ""
    order: str = NEWEST

    @property
    def is_told_by_columns(self) -> bool:
        """Whether nothing has to be decrypted to find them."""
        return not self.words and not self.need and self.order != BY_NAME

    def fits(self, one: "Listed") -> bool:
        """Whether what is encrypted is what staff look for."""
        return (not self.need or self._needed(one.needs)) and (not self.words or self._named(one))

    def _needed(self, needs: Needs) -> bool:
        kind, _, which = self.need.partition(":")
        if kind == CHILDCARE:
            return needs.childcare > 0
        wishes = {INTERPRETATION: needs.interpretation, ASSISTANCE: needs.assistance, FORUM: map(str, needs.forums)}
        return which in wishes.get(kind, ())

    def _named(self, one: "Listed") -> bool:
        wanted = self.words.casefold()
        if not one.may_say(wanted):
            return False
        person = one.person
        return any(wanted in (known or "").casefold() for known in (person.name, person.email, person.phone))


@dataclass(frozen=True, slots=True)
class Listed:
    """One registration with what is encrypted of it, decrypted when somebody asks."""

    row: Any
    config: Config

    @property
    def person(self) -> Person:
        """Who it is."""
        return Person.decrypted(self.config.column_box, self.row.person)

    def may_say(self, wanted: str) -> bool:
        """Whether the text of `person` has this in it, without taking it apart: of 59,000 people nearly nobody has."""
        written = json.dumps(wanted, ensure_ascii=False)[1:-1]
        return written in decrypt(self.config.column_box, self.row.person).casefold()

    @property
    def needs(self) -> Needs:
        """What they need."""
        return Needs.decrypted(self.config.column_box, self.row.needs)

    def shown(self) -> dict[str, Any]:
        """As it stands in a list: the address masked."""
        person = self.person
        columns = ("id", "conference_id", "status", "language", "requested_at")
        return {
            **{name: getattr(self.row, name) for name in columns},
            "name": person.name,
            "email": person.masked(person.email),
            "phone": person.masked(person.phone),
            "places": 1 + self.row.companions,
        }


@dataclass(frozen=True, slots=True)
class Cursor:
    """Behind which registration the next page begins, newest first."""

    requested_at: datetime
    id: UUID

    @classmethod
    def read(cls, text: str) -> Self:
        """What `str` wrote. Raises ValueError for anything else."""
        at, _, found = text.partition("_")
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            raise ValueError("a time without an offset")
        return cls(moment, UUID(found))

    def __str__(self) -> str:
        return f"{self.requested_at.isoformat()}_{self.id}"


def page_of(
    session: Session, config: Config, conference_id: UUID, sought: Sought, page: int
) -> tuple[list[Listed], bool]:
    """One page of them, and whether there are more."""
    start = (page - 1) * queries.PAGE_SIZE
    if sought.is_told_by_columns:
        wanted = _in_order(_chosen(conference_id, sought)).offset(start).limit(queries.PAGE_SIZE + 1)
        found = _listed(session, config, wanted)
    else:
        found = list(islice(matching(session, config, conference_id, sought), start, start + queries.PAGE_SIZE + 1))
    return found[: queries.PAGE_SIZE], len(found) > queries.PAGE_SIZE


def page_after(
    session: Session, config: Config, conference_id: UUID, sought: Sought, after: Cursor | None
) -> tuple[list[Listed], Cursor | None]:
    """The newest of them behind `after`, and behind which one the next page begins, or None."""
    found = list(
        islice(_by_time(session, config, _chosen(conference_id, sought), sought, after), queries.PAGE_SIZE + 1)
    )
    if len(found) <= queries.PAGE_SIZE:
        return found, None
    last = found[queries.PAGE_SIZE - 1].row
    return found[: queries.PAGE_SIZE], Cursor(last.requested_at, last.id)


def matching(session: Session, config: Config, conference_id: UUID, sought: Sought) -> Iterator[Listed]:
    """All of them in their order. By name everybody is decrypted first: the database can't sort what it can't read."""
    chosen = _chosen(conference_id, sought)
    if sought.words and (exact := _by_mark(session, config, chosen, sought)):
        yield from exact
        return
    found = _by_time(session, config, chosen, sought, None)
    yield from found if sought.order != BY_NAME else _by_name(session, config, found)


def answers_to(session: Session, config: Config, questions: Iterable[Question]) -> dict[tuple[UUID, UUID], Said]:
    """What everybody answered to these questions, by registration and question."""
    asked = [one.id for one in questions]
    if not asked:
        return {}
    rows = session.execute(select(Answer).where(Answer.question_id.in_(asked)).execution_options(yield_per=_AT_ONCE))
    return {(one.registration_id, one.question_id): decrypted(config.column_box, one.said) for one in rows.scalars()}


def _by_name(session: Session, config: Config, found: Iterable[Listed]) -> Iterator[Listed]:
    # Who has no name stands at the end; their rows are read again, so that only names and ids are kept meanwhile.
    names = sorted((_sorted_as(one.person.name), one.row.id) for one in found)
    for start in range(0, len(names), _AT_ONCE):
        ids = [found_id for _, found_id in names[start : start + _AT_ONCE]]
        rows = {one.row.id: one for one in _listed(session, config, select(*_COLUMNS).where(Registration.id.in_(ids)))}
        yield from (rows[found_id] for found_id in ids if found_id in rows)


def _sorted_as(name: str | None) -> tuple[bool, str]:
    return not name, (name or "").casefold()


def _chosen(conference_id: UUID, sought: Sought) -> _Rows:
    chosen = select(*_COLUMNS).where(Registration.conference_id == conference_id)
    if sought.state:
        chosen = chosen.where(Registration.status == sought.state)
    if sought.language:
        chosen = chosen.where(Registration.language == sought.language)
    if sought.need:
        chosen = chosen.where(Registration.needs.is_not(None))
    return chosen


def _in_order(chosen: _Rows) -> _Rows:
    return chosen.order_by(Registration.requested_at.desc(), Registration.id.desc())


def _listed(session: Session, config: Config, chosen: _Rows) -> list[Listed]:
    return [Listed(row, config) for row in session.execute(chosen)]


def _by_time(session: Session, config: Config, chosen: _Rows, sought: Sought, after: Cursor | None) -> Iterator[Listed]:
    """The newest first, sorted once and read in parts: whoever wants one page decrypts no more than it takes."""
    wanted = _in_order(_behind(chosen, after)).execution_options(yield_per=_AT_ONCE)
    found = (Listed(row, config) for row in session.execute(wanted))
    return (one for one in found if sought.fits(one))


def _behind(chosen: _Rows, after: Cursor | None) -> _Rows:
    if after is None:
        return chosen
    at, one = Registration.requested_at, Registration.id
    return chosen.where(or_(at < after.requested_at, and_(at == after.requested_at, one < after.id)))


def _by_mark(session: Session, config: Config, chosen: _Rows, sought: Sought) -> list[Listed]:
    """Whose whole address, number or ticket was typed: no need to decrypt the others."""
    marks = [queries.address_mark(config, person) for person in _people_meant(sought.words)]
    tickets_meant = [ticket] if (ticket := tickets.mark_of(config, sought.words)) else []
    if not marks and not tickets_meant:
        return []
    wanted = chosen.where(or_(Registration.address_mark.in_(marks), Registration.ticket_mark.in_(tickets_meant)))
    needed = replace(sought, words="")
    return [one for one in _listed(session, config, _in_order(wanted)) if needed.fits(one)]


def _people_meant(typed: str) -> list[Person]:
    if "@" in typed:
        return [Person(email=typed)]
    try:
        number = phonenumbers.parse(typed, "DE")
        return [Person(phone=phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))]
    except phonenumbers.NumberParseException:
        return []
