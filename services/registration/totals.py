"""What a conference has to be prepared for, counted."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import extract, func, select
from sqlalchemy.orm import Session

from services.registration import queries
from services.registration.config import Config
from services.registration.models import Answer, Conference, Registration
from services.registration.models.answers import decrypted
from services.registration.models.household import AGE_GROUPS, CHILDREN
from services.registration.models.people import Needs, Person
from services.registration.models.questions import CHOICE
from services.registration.models.registrations import ADMITTED, APPLIED, CONFIRMED, OFFERED, PENDING, WAITLISTED
from shared.clock import CIVIL_ZONE

# The table and not the model: of what the session keeps track of every row costs twice as much.
_TABLE = Registration.__table__.c

#: Seconds. Our days begin and end with a whole one, also when the clocks change.
_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Standing:
    """How many registrations and people stand where. What is offered is held, but nobody's yet; what the office has yet to
    decide is `applied`, and not even held."""

    registrations: int
    places: int
    offered_registrations: int
    offered_places: int
    waiting_registrations: int
    waiting_places: int
    applied_registrations: int
    applied_places: int
    pending: int

    @property
    def concerned(self) -> int:
        """How many registrations it concerns when the conference moves or doesn't take place."""
        return self.registrations + self.offered_registrations + self.waiting_registrations + self.applied_registrations


@dataclass(frozen=True, slots=True)
class Totals(Standing):
    """The same, and what people with a place need. `age_groups` counts those who come along, `childcare` the children who need
    it, and `childcare_ages` all children of their households, for nobody is asked which of them it is. `forums` counts by the
    ids of the conference's forums, `forum_interpretation` the wishes of those who chose one. `days` counts all requests by the
    day they came."""

    languages: dict[str, int]
    interpretation: dict[str, int]
    assistance: dict[str, int]
    age_groups: dict[str, int]
    childcare: int
    childcare_ages: dict[str, int]
    forums: dict[UUID, int]
    forum_interpretation: dict[UUID, dict[str, int]]
    days: dict[date, int]


def standing(session: Session, conference_id: UUID) -> Standing:
    """How many stand where, counted by the database: nothing is decrypted for it."""
    people = func.count() + func.sum(_TABLE.companions)
    counted = select(_TABLE.status, func.count(), people).where(_TABLE.conference_id == conference_id)
    rows = session.execute(counted.group_by(_TABLE.status)).all()
    found = {status: (registrations, int(places)) for status, registrations, places in rows}
    seated, offered, waiting, applied, pending = (
        found.get(status, (0, 0)) for status in (CONFIRMED, OFFERED, WAITLISTED, APPLIED, PENDING)
    )
    return Standing(*seated, *offered, *waiting, *applied, pending[0])


def totals_of(session: Session, config: Config, conference_id: UUID) -> Totals:
    """What has been registered, counted; needs are those of people with a place. Raises NotFound."""
    forums = [forum.id for forum in queries.conference(session, conference_id).forums]
    seated = (_TABLE.conference_id == conference_id, _TABLE.status == CONFIRMED)
    languages = select(_TABLE.language, func.count()).where(*seated).group_by(_TABLE.language)
    needed = session.scalars(select(_TABLE.needs).where(*seated, _TABLE.needs.is_not(None)))
    return Totals(
        **asdict(standing(session, conference_id)),
        languages=_most_first({tag: count for tag, count in session.execute(languages)}),
        **_added(Needs.counted(config.column_box, needed), forums),
        days=_days(session, conference_id),
    )


def choices(session: Session, config: Config, conference: Conference) -> dict[UUID, dict[str, int]]:
    """How many with a place chose which option of the conference's own questions, by question and option."""
    asked = [question.id for question in conference.questions if question.kind == CHOICE]
    theirs = (
        select(Answer.question_id, Answer.said)
        .join(Registration, Registration.id == Answer.registration_id)
        .where(Answer.question_id.in_(asked), Registration.status == CONFIRMED)
    )
    said = Counter((row.question_id, str(decrypted(config.column_box, row.said))) for row in session.execute(theirs))
    return {one: {option: count for (question, option), count in said.items() if question == one} for one in asked}


@dataclass(frozen=True, slots=True)
class Reached:
    """How many people with a place, an offer of one, or waiting for one or for a decision are written to, by the way their
    messages go."""

    email: int
    phone: int

    def __bool__(self) -> bool:
        """Whether anybody is."""
        return self.email + self.phone > 0


def reached(session: Session, config: Config, conference_id: UUID) -> Reached:
    """Who would hear of it if the conference were put off or cancelled."""
    concerned = (Registration.conference_id == conference_id, Registration.status.in_(ADMITTED))
    stored = session.scalars(select(Registration.person).where(*concerned))
    people = [Person.decrypted(config.column_box, person) for person in stored]
    ways = Counter(person.channel for person in people if person.address)
    return Reached(email=ways["email"], phone=ways["phone"])


def _added(needs: Iterable[tuple[Needs, int]], forums: Iterable[UUID]) -> dict[str, Any]:
    """What Totals says of needs; each comes with how many have it."""
    interpretation, assistance, age_groups, childcare_ages, chosen = (Counter[Any]() for _ in range(5))
    wishes = {forum: Counter[str]() for forum in forums}
    childcare = 0
    for need, count in needs:
        childcare += count * need.childcare
        for wish in need.interpretation:
            interpretation[wish] += count
        for service in need.assistance:
            assistance[service] += count
        for group, people in need.household.items():
            age_groups[group] += count * people
            childcare_ages[group] += count * people if need.childcare else 0
        for forum in wishes.keys() & need.forums:
            chosen[forum] += count
            for wish in need.interpretation:
                wishes[forum][wish] += count
    return {
        "interpretation": _most_first(interpretation),
        "assistance": _most_first(assistance),
        "age_groups": {group: age_groups[group] for group in AGE_GROUPS},
        "childcare": childcare,
        "childcare_ages": {group: childcare_ages[group] for group in CHILDREN},
        "forums": {forum: chosen[forum] for forum in wishes},
        "forum_interpretation": {forum: _most_first(counted) for forum, counted in wishes.items()},
    }


def _most_first(counted: Mapping[str, int]) -> dict[str, int]:
    return dict(Counter(counted).most_common())


def _days(session: Session, conference_id: UUID) -> dict[date, int]:
    """All requests by the civil day they came. The database counts them by the hour: what day that is, only the zone tells."""
    second = extract("epoch", _TABLE.requested_at)
    hour = (second - second % _HOUR).label("hour")
    counted = select(hour, func.count()).where(_TABLE.conference_id == conference_id)
    days = Counter[date]()
    for began, count in session.execute(counted.group_by(hour).order_by(hour)):
        days[datetime.fromtimestamp(int(began), CIVIL_ZONE).date()] += count
    return dict(days)
