"""What a conference has to be prepared for, counted."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
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
    people = func.count() + func.sum(Registration.companions)
    counted = select(Registration.status, func.count(), people).where(Registration.conference_id == conference_id)
    rows = session.execute(counted.group_by(Registration.status)).all()
    found = {status: (registrations, int(places)) for status, registrations, places in rows}
    seated, offered, waiting, applied, pending = (
        found.get(status, (0, 0)) for status in (CONFIRMED, OFFERED, WAITLISTED, APPLIED, PENDING)
    )
    return Standing(*seated, *offered, *waiting, *applied, pending[0])


def totals_of(session: Session, config: Config, conference_id: UUID) -> Totals:
    """What has been registered, counted; needs are those of people with a place. Raises NotFound."""
    forums = queries.conference(session, conference_id).forums
    everybody = select(Registration.status, Registration.language, Registration.needs, Registration.requested_at).where(
        Registration.conference_id == conference_id
    )
    rows = session.execute(everybody).all()
    seated = [row for row in rows if row.status == CONFIRMED]
    needs = [Needs.decrypted(config.column_box, row.needs) for row in seated if row.needs is not None]
    chosen = Counter(forum for need in needs for forum in need.forums)
    return Totals(
        **asdict(standing(session, conference_id)),
        languages=_counted(row.language for row in seated),
        interpretation=_counted(wish for need in needs for wish in need.interpretation),
        assistance=_counted(wish for need in needs for wish in need.assistance),
        age_groups={group: sum(need.household[group] for need in needs) for group in AGE_GROUPS},
        childcare=sum(need.childcare for need in needs),
        childcare_ages={group: sum(need.household[group] for need in needs if need.childcare) for group in CHILDREN},
        forums={forum.id: chosen[forum.id] for forum in forums},
        forum_interpretation={
            forum.id: _counted(wish for need in needs if forum.id in need.forums for wish in need.interpretation)
            for forum in forums
        },
        days=dict(sorted(Counter(row.requested_at.astimezone(CIVIL_ZONE).date() for row in rows).items())),
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


def _counted(words: Iterable[str]) -> dict[str, int]:
    return dict(Counter(words).most_common())
