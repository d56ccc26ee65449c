"""The office's list of a conference's registrations: which ones, in which order, and what of each is shown."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any, Self
from uuid import UUID

import phonenumbers
from nacl.secret import SecretBox
from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from services.registration import queries, tickets
from services.registration.config import Config
from services.registration.models import Answer, Question, Registration
from services.registration.models.alphabet import sorted_as
from services.registration.models.answers import decrypted
from services.registration.models.people import Needs, Person
from services.registration.models.questions import Said
from shared.columns import decrypt

NEWEST, BY_NAME = ORDERS = ("newest", "name")
#: What somebody can need, in the way in which it is asked for: a kind, and which one of it.
INTERPRETATION, ASSISTANCE, FORUM, CHILDCARE = "interpretation", "assistance", "forum", "childcare"
# The table and not the model: of what the session keeps track of every row costs twice as much.
_TABLE = Registration.__table__.c
_COLUMNS = (
    _TABLE.id,
    _TABLE.conference_id,
    _TABLE.status,
    _TABLE.language,
    _TABLE.companions,
    _TABLE.requested_at,
    _TABLE.person,
    _TABLE.needs,
)
# Few rows first, for most look at one page; then more and more of them at once, for whoever looks through all.
_IN_PARTS = {"stream_results": True, "max_row_buffer": 5000}


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
        """Whether nothing has to be decrypted to know which they are."""
        return not self.words and not self.need

    def fits(self, one: "Listed") -> bool:
        """Whether what is encrypted is what staff look for."""
        return (not self.need or self._needed(one)) and (not self.words or self._named(one))

    def _needed(self, one: "Listed") -> bool:
        kind, _, which = self.need.partition(":")
        if not one.may_need(which or kind):
            return False
        needs = one.needs
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
    box: SecretBox

    @property
    def person(self) -> Person:
        """Who it is."""
        return Person.decrypted(self.box, self.row.person)

    def may_say(self, wanted: str) -> bool:
        """Whether the text of `person` has this in it, without taking it apart: of 59,000 people nearly nobody has."""
        written = json.dumps(wanted, ensure_ascii=False)[1:-1]
        return written in decrypt(self.box, self.row.person).casefold()

    @property
    def needs(self) -> Needs:
        """What they need."""
        return Needs.decrypted(self.box, self.row.needs)

    def may_need(self, which: str) -> bool:
        """The same of `needs`."""
        return which in decrypt(self.box, self.row.needs)

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
    behind = _Search(session, config, conference_id, sought).found((page - 1) * queries.PAGE_SIZE)
    found = list(islice(behind, queries.PAGE_SIZE + 1))
    return found[: queries.PAGE_SIZE], len(found) > queries.PAGE_SIZE


def page_after(
    session: Session, config: Config, conference_id: UUID, sought: Sought, after: Cursor | None
) -> tuple[list[Listed], Cursor | None]:
    """The newest of them behind `after`, and behind which one the next page begins, or None."""
    behind = _Search(session, config, conference_id, sought).by_time(after)
    found = list(islice(behind, queries.PAGE_SIZE + 1))
    if len(found) <= queries.PAGE_SIZE:
        return found, None
    last = found[queries.PAGE_SIZE - 1].row
    return found[: queries.PAGE_SIZE], Cursor(last.requested_at, last.id)


def matching(session: Session, config: Config, conference_id: UUID, sought: Sought) -> Iterator[Listed]:
    """All of them in their order."""
    return _Search(session, config, conference_id, sought).found()


def answers_to(session: Session, config: Config, questions: Iterable[Question]) -> dict[tuple[UUID, UUID], Said]:
    """What everybody answered to these questions, by registration and question."""
    asked = [one.id for one in questions]
    if not asked:
        return {}
    rows = session.execute(select(Answer).where(Answer.question_id.in_(asked)).execution_options(yield_per=500))
    return {(one.registration_id, one.question_id): decrypted(config.column_box, one.said) for one in rows.scalars()}


class _Search:
    """One look through a conference's registrations. Whoever wants one page decrypts no more than it takes."""

    def __init__(self, session: Session, config: Config, conference_id: UUID, sought: Sought) -> None:
        self._session = session
        self._config = config
        self._sought = sought
        self._chosen = _chosen(conference_id, sought)

    def found(self, skip: int = 0) -> Iterator[Listed]:
        """All of them in their order, but for the first `skip`."""
        if self._sought.words and (exact := self._by_mark()):
            return islice(exact, skip, None)
        return self._by_name(skip) if self._sought.order == BY_NAME else self.by_time(None, skip)

    def by_time(self, after: Cursor | None, skip: int = 0) -> Iterator[Listed]:
        """The newest first, behind `after`, but for the first `skip`."""
        wanted = _in_order(_behind(self._chosen, after))
        if self._sought.is_told_by_columns:
            return self._listed(wanted.offset(skip))
        fitting = (one.row.id for one in self._fitting(wanted))
        return self._whole(islice(fitting, skip, None))

    def _by_name(self, skip: int) -> Iterator[Listed]:
        """The database can't sort what it can't read: one part of the alphabet after another is decrypted and sorted here."""
        for part, count in self._parts():
            if self._sought.is_told_by_columns and count <= skip:
                skip -= count
                continue
            fitting = self._fitting(self._chosen.where(_TABLE.name_part == part), named=True)
            names = [(one.person.name or "", one.row.id) for one in fitting]
            names.sort(key=lambda one: (sorted_as(one[0]), one))
            yield from self._whole(found_id for _, found_id in names[skip:])
            skip = max(0, skip - len(names))

    def _parts(self) -> list[tuple[int | None, int]]:
        """Which parts of the alphabet there are, in order, and how many names could be in each; who has no name comes last."""
        counted = self._chosen.with_only_columns(_TABLE.name_part, func.count())
        rows = self._session.execute(counted.group_by(_TABLE.name_part)).all()
        return sorted(((part, count) for part, count in rows), key=lambda one: (one[0] is None, one[0]))

    def _by_mark(self) -> list[Listed]:
        """Whose whole address, number or ticket was typed: no need to decrypt the others."""
        marks = [queries.address_mark(self._config, person) for person in _people_meant(self._sought.words)]
        tickets_meant = [ticket] if (ticket := tickets.mark_of(self._config, self._sought.words)) else []
        if not marks and not tickets_meant:
            return []
        is_meant = or_(_TABLE.address_mark.in_(marks), _TABLE.ticket_mark.in_(tickets_meant))
        needed = replace(self._sought, words="")
        return [one for one in self._listed(_in_order(self._chosen.where(is_meant))) if needed.fits(one)]

    def _fitting(self, wanted: Select[Any], *, named: bool = False) -> Iterator[Listed]:
        """Those that are looked for, with their id, who it is where that is to be `named`, and of the rest only what decides:
        to fetch all of 59,000 costs more than to decrypt what decides."""
        decide = [
            _TABLE.id,
            *([_TABLE.person] if self._sought.words or named else ()),
            *([_TABLE.needs] if self._sought.need else ()),
        ]
        return (one for one in self._listed(wanted.with_only_columns(*decide)) if self._sought.fits(one))

    def _whole(self, ids: Iterator[UUID]) -> Iterator[Listed]:
        """All that is listed of these; who is gone meanwhile is left out."""
        while some := list(islice(ids, queries.PAGE_SIZE + 1)):
            rows = {one.row.id: one for one in self._listed(select(*_COLUMNS).where(_TABLE.id.in_(some)))}
            yield from (rows[found_id] for found_id in some if found_id in rows)

    def _listed(self, chosen: Select[Any]) -> Iterator[Listed]:
        rows, box = self._session.execute(chosen.execution_options(**_IN_PARTS)), self._config.column_box
        return (Listed(row, box) for row in rows)


def _chosen(conference_id: UUID, sought: Sought) -> Select[Any]:
    chosen = select(*_COLUMNS).where(_TABLE.conference_id == conference_id)
    if sought.state:
        chosen = chosen.where(_TABLE.status == sought.state)
    if sought.language:
        chosen = chosen.where(_TABLE.language == sought.language)
    if sought.need:
        chosen = chosen.where(_TABLE.needs.is_not(None))
    return chosen


def _in_order(chosen: Select[Any]) -> Select[Any]:
    return chosen.order_by(_TABLE.requested_at.desc(), _TABLE.id.desc())


def _behind(chosen: Select[Any], after: Cursor | None) -> Select[Any]:
    if after is None:
        return chosen
    at, one = _TABLE.requested_at, _TABLE.id
    return chosen.where(or_(at < after.requested_at, and_(at == after.requested_at, one < after.id)))


def _people_meant(typed: str) -> list[Person]:
    if "@" in typed:
        return [Person(email=typed)]
    try:
        number = phonenumbers.parse(typed, "DE")
        return [Person(phone=phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))]
    except phonenumbers.NumberParseException:
        return []
