"""What pages, the API and use cases read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, exists, func, select
from sqlalchemy.orm import Session, lazyload, load_only

from services.registration import tickets, urls
from services.registration.config import Config
from services.registration.models import (
    Answer,
    Checkin,
    Conference,
    Consent,
    Outcome,
    Question,
    Registration,
)
from services.registration.models.answers import decrypted
from services.registration.models.people import Needs, Person
from services.registration.models.questions import Said
from services.registration.models.registrations import ADMITTED, CANCELLED, OFFERED, WAITLISTED
from services.registration.models.stages import ARCHIVED, TO_COME
from shared import clock, links
from shared.rules import NotFound
from shared.seals import mark

PAGE_SIZE = 50


# Made once and with the columns that decide alone: everybody who registers asks it.
_STANDING = (
    select(Conference, Registration.id, exists().where(Question.conference_id == Conference.id).label("asks"))
    .options(
        load_only(
            Conference.status,
            Conference.announced_at,
            Conference.registration_opens_at,
            Conference.registration_closes_at,
            Conference.capacity,
            Conference.reserved,
            Conference.waiting_list,
            Conference.places_taken,
            Conference.places_waiting,
        ),
        lazyload(Conference.forums),
        lazyload(Conference.agenda),
        lazyload(Conference.questions),
    )
    .outerjoin(
        Registration, (Registration.conference_id == Conference.id) & (Registration.address_mark == bindparam("mark"))
    )
    .where(Conference.id == bindparam("conference_id"))
)


def latest_outcomes(session: Session) -> Sequence[Outcome]:
    """The three recommendations whose cases moved last."""
    return session.scalars(select(Outcome).order_by(Outcome.happened_at.desc()).limit(3)).all()


def conferences(session: Session, *, drafts: bool, page: int = 1) -> tuple[Sequence[Conference], bool]:
    """One page of conferences, newest first, and whether there are more; drafts and what was archived only for staff."""
    wanted = select(Conference).order_by(Conference.starts_at.desc(), Conference.id)
    if not drafts:
        wanted = wanted.where(Conference.announced_at.is_not(None), Conference.status != ARCHIVED)
    found = session.scalars(wanted.limit(PAGE_SIZE + 1).offset((page - 1) * PAGE_SIZE)).all()
    return found[:PAGE_SIZE], len(found) > PAGE_SIZE


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which conferences staff look for; what is empty doesn't matter. `words` are looked for in titles of all languages."""

    state: str = ""
    year: int | None = None
    words: str = ""

    def fits(self, found: Conference) -> bool:
        """Whether it is one of them, at this moment."""
        return (
            self.state in ("", found.state)
            and self.year in (None, _year_of(found))
            and any(self.words.casefold() in title.casefold() for title in found.title.values())
        )


def wanted_conferences(session: Session, wanted: Wanted, page: int) -> tuple[list[Conference], bool, list[int]]:
    """One page of what staff look for, newest first, whether there is more, and the years there are."""
    # What state one is in the clock says, not the table; a district has dozens of them, not thousands.
    everything = session.scalars(select(Conference).order_by(Conference.starts_at.desc(), Conference.id)).all()
    found = [one for one in everything if wanted.fits(one)][(page - 1) * PAGE_SIZE :]
    return found[:PAGE_SIZE], len(found) > PAGE_SIZE, sorted({_year_of(one) for one in everything}, reverse=True)


def conference(session: Session, conference_id: UUID) -> Conference:
    """The conference, draft or not: for staff. Raises NotFound."""
    found = session.get(Conference, conference_id)
    if found is None:
        raise NotFound
    return found


def public_conference(session: Session, conference_id: UUID) -> Conference:
    """The conference, if everybody may see it. Raises NotFound."""
    found = conference(session, conference_id)
    if not found.is_public:
        raise NotFound
    return found


def offered_forums(conference: Conference, chosen: Sequence[UUID]) -> list[UUID]:
    """The ids among `chosen` that are forums of the conference, in its order; one that staff removed is left out."""
    return [forum.id for forum in conference.forums if forum.id in chosen] if chosen else []


def next_conference(session: Session) -> Conference | None:
    """The one that comes next, or None."""
    to_come = (Conference.status.in_(TO_COME), Conference.ends_at > clock.now())
    return session.scalars(select(Conference).where(*to_come).order_by(Conference.starts_at).limit(1)).first()


def address_mark(config: Config, person: Person) -> str:
    """The keyed mark that finds a person again without showing who it is."""
    return mark(config.link_key, "address", person.address)


def standing_of(
    session: Session, address_mark: str, conference_id: UUID
) -> tuple[Conference, Registration | None, bool]:
    """The conference, if everybody may see it, what this person has there, locked, or None, and whether it has questions of its
    own. Raises NotFound."""
    found = session.execute(_STANDING, {"conference_id": conference_id, "mark": address_mark}).one_or_none()
    if found is None or not found.Conference.is_public:
        raise NotFound
    # What the outer side of a join brings can't be locked by the statement itself.
    own = session.get(Registration, found.id, with_for_update=True) if found.id else None
    return found.Conference, own, found.asks


def under_mark(session: Session, conference_id: UUID, address_mark: str) -> Registration | None:
    """What is registered under this mark, locked, or None. The conference has to be locked before."""
    here = (Registration.conference_id == conference_id, Registration.address_mark == address_mark)
    return session.scalars(select(Registration).where(*here).with_for_update()).one_or_none()


def registration(session: Session, registration_id: UUID) -> Registration:
    """The registration. Raises NotFound."""
    found = session.get(Registration, registration_id)
    if found is None:
        raise NotFound
    return found


def registration_at(session: Session, conference_id: UUID, registration_id: UUID) -> Registration:
    """The registration, if it is one for this conference. Raises NotFound."""
    found = registration(session, registration_id)
    if found.conference_id != conference_id:
        raise NotFound
    return found


def by_token(session: Session, config: Config, purpose: str, token: str) -> Registration:
    """The registration that a link with `token` opens for `purpose`. Raises NotFound for every other token alike."""
    registration_id = links.id_in(token)
    found = session.get(Registration, registration_id) if registration_id else None
    if found is None or not urls.opens(config, purpose, token, found):
        raise NotFound
    return found


def first_in_line(session: Session, conference_id: UUID) -> Registration | None:
    """Who has waited longest, or None."""
    return session.scalars(_waiting(conference_id).order_by(Registration.queue_number).limit(1)).first()


def rank(session: Session, waiting: Registration) -> int:
    """The place in the waiting list, from 1."""
    before = _waiting(waiting.conference_id).where(Registration.queue_number <= waiting.queue_number)
    return session.scalar(select(func.count()).select_from(before.subquery())) or 0


def line(session: Session, conference_id: UUID) -> Sequence[Registration]:
    """Who holds an offer, the one that runs out first on top, and then who waits, in order."""
    in_line = select(Registration).where(
        Registration.conference_id == conference_id, Registration.status.in_([OFFERED, WAITLISTED])
    )
    return session.scalars(
        in_line.order_by(Registration.status, Registration.offered_until, Registration.queue_number)
    ).all()


def run_out(session: Session) -> Sequence[UUID]:
    """Whose offers nobody answered in time."""
    late = (Registration.status == OFFERED, Registration.offered_until < clock.now())
    return session.scalars(select(Registration.id).where(*late).order_by(Registration.offered_until)).all()


def asked_by_sms(session: Session, address_mark: str) -> Registration | None:
    """What an answer by SMS from this number is about at conferences to come: the offer that runs out first, else the newest."""
    theirs = (
        select(Registration)
        .join(Conference, Conference.id == Registration.conference_id)
        .where(Registration.address_mark == address_mark, Conference.status.in_(TO_COME))
        .order_by((Registration.status != OFFERED), Registration.offered_until, Registration.requested_at.desc())
    )
    return session.scalars(theirs.limit(1)).first()


def to_be_cancelled(session: Session, conference_id: UUID) -> Sequence[Registration]:
    """Everybody who hasn't cancelled, locked."""
    others = select(Registration).where(Registration.conference_id == conference_id, Registration.status != CANCELLED)
    return session.scalars(others.order_by(Registration.id).with_for_update()).all()


def admitted(session: Session, conference_id: UUID) -> Sequence[Registration]:
    """Everybody with a place, an offer of one, on the waiting list, or whom the office has yet to decide, locked."""
    concerned = (Registration.conference_id == conference_id, Registration.status.in_(ADMITTED))
    return session.scalars(select(Registration).where(*concerned).order_by(Registration.id).with_for_update()).all()


def details_of(session: Session, config: Config, shown: Registration, *, masked: bool) -> dict[str, Any]:
    """All that is stored about one registration, decrypted; for staff the address is `masked`."""
    box = config.column_box
    person = Person.decrypted(box, shown.person)
    needs = Needs.decrypted(box, shown.needs)
    # Needs are deleted first; then nobody knows any more how old those are who come along.
    household = needs.household if needs.companions == shown.companions else None
    return {
        **{
            name: getattr(shown, name) for name in ("id", "conference_id", "status", "language", "companions", "places")
        },
        "name": person.name,
        "email": person.masked(person.email) if masked else person.email,
        "phone": person.masked(person.phone) if masked else person.phone,
        "rank": rank(session, shown) if shown.status == WAITLISTED else None,
        "offered_until": shown.offered_until,
        "interpretation": needs.interpretation,
        "assistance": needs.assistance,
        "household": household,
        "childcare": needs.childcare,
        "forums": offered_forums(conference(session, shown.conference_id), needs.forums),
        "answers": answers_of(session, config, shown),
        "ticket": tickets.code_of(config, shown),
        "ticket_url": urls.ticket_url(config, shown),
    }


def is_without_address(config: Config, registration: Registration) -> bool:
    """Whether the office entered somebody whom nobody can write to, and still knows who it is."""
    known = registration.forgotten_at is None
    return known and not Person.decrypted(config.column_box, registration.person).address


def answers_of(session: Session, config: Config, registration: Registration) -> dict[UUID, Said]:
    """What somebody answered to the office's own questions, by question, in the order of these."""
    questions = conference(session, registration.conference_id).questions
    if not questions:
        return {}
    theirs = select(Answer.question_id, Answer.said).where(Answer.registration_id == registration.id)
    stored = {question_id: said for question_id, said in session.execute(theirs)}
    return {one.id: decrypted(config.column_box, stored[one.id]) for one in questions if one.id in stored}


def consents(session: Session, registration_id: UUID) -> Sequence[Consent]:
    """What somebody agreed to, the newest first."""
    given = select(Consent).where(Consent.registration_id == registration_id)
    return session.scalars(given.order_by(Consent.given_at.desc(), Consent.id)).all()


def stored(session: Session, config: Config, own: Registration) -> dict[str, Any]:
    """Everything that is stored about one registration, for its person to take along, JSON-ready."""
    moments = ("requested_at", "asked_to_confirm_at", "confirmed_at", "cancelled_at", "queued_at", "answer_missed_at")
    agreed = ("purpose", "text_version", "language", "way", "given_at")
    arrivals = select(Checkin).where(Checkin.registration_id == own.id, Checkin.undone_at.is_(None))
    details, about = details_of(session, config, own, masked=False), conference(session, own.conference_id)
    return {
        **details,
        **{name: getattr(own, name) for name in moments},
        "conference": about.title,
        "forums": [{"id": forum.id, "title": forum.title} for forum in about.forums if forum.id in details["forums"]],
        "answers": [
            {"question": question.text, "answer": question.words_of(details["answers"][question.id])}
            for question in about.questions
            if question.id in details["answers"]
        ],
        "consents": [{name: getattr(yes, name) for name in agreed} for yes in consents(session, own.id)],
        "arrivals": [{"at": one.at, "people": one.people} for one in session.scalars(arrivals)],
    }


def _year_of(conference: Conference) -> int:
    return conference.starts_at.astimezone(clock.CIVIL_ZONE).year


def _waiting(conference_id: UUID) -> Select[Registration]:
    return select(Registration).where(Registration.conference_id == conference_id, Registration.status == WAITLISTED)
