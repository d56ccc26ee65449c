"""Intake: recommendations and petitions become numbered cases, once, however often the event is handled."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from services.council import announcements
from services.council.config import Config
from services.council.models import PETITION, RECOMMENDATION, Case, CaseNumber, Staff
from services.council.models.transitions import CLOSED, OPENED, WITHDRAWN
from services.council.use_cases.cases import record
from shared import clock, ids
from shared.columns import encrypt
from shared.events.event import LocalizedText
from shared.events.submissions import PetitionText
from shared.seals import column_box


@dataclass(frozen=True, kw_only=True, slots=True)
class Recommendation:
    """What the conference adopted; `votes` are yes, no and abstained, `wanted` is kind and name of the addressee."""

    id: UUID
    number: str
    title: LocalizedText
    text: LocalizedText
    votes: tuple[int, int, int]
    wanted: tuple[str, str]


def open_for_recommendation(session: Session, cause: UUID, recommendation: Recommendation) -> None:
    """A case for an adopted recommendation, which the event `cause` told of."""
    case = _new_case(session, cause, RECOMMENDATION, recommendation.id)
    if case is None:
        return
    case.origin_number = recommendation.number
    case.title, case.text = recommendation.title, recommendation.text
    case.wanted_kind, case.wanted_name = recommendation.wanted
    case.searchable = _searchable(case)
    record(session, case, "opened", announcements.sentence_for(case, recommendation.votes))


def open_for_petition(
    session: Session, config: Config, cause: UUID, idea_id: UUID, petition: PetitionText | None, subject_id: UUID | None
) -> None:
    """A case for a petition: what it says and who wrote it is kept encrypted, also from lists and searches."""
    case = _new_case(session, cause, PETITION, idea_id)
    if case is None:
        return
    case.title, case.text = announcements.neutral_title(case.number), {}
    case.searchable = _searchable(case)
    # Erased before it came here: then only the fact is left.
    if petition is not None:
        _keep_private(case, config, petition)
        case.subject_id = subject_id
    record(session, case, "opened", announcements.sentence_for(case))


def withdraw_petition(session: Session, idea_id: UUID) -> None:
    """The petitioner took it back: its case is closed with that outcome, wherever it stands."""
    is_its_case = (Case.origin == PETITION) & (Case.origin_id == idea_id)
    case = session.scalar(select(Case).where(is_its_case).with_for_update())
    if case is None or case.status == CLOSED:
        return
    case.close(WITHDRAWN)
    record(session, case, "closed", announcements.sentence_for(case))


def forget_people(session: Session, subject_ids: list[UUID]) -> None:
    """Erase what petitions hold about these people, and the addresses of staff among them."""
    for case in session.scalars(select(Case).where(Case.subject_id.in_(subject_ids)).with_for_update()):
        case.forget_petitioner()
    for staff in session.scalars(select(Staff).where(Staff.id.in_(subject_ids)).with_for_update()):
        staff.email = staff.phone = None


def _new_case(session: Session, cause: UUID, origin: str, origin_id: UUID) -> Case | None:
    """A case with the next number of the year, or None where this event has made its case already."""
    case_id = ids.derived(cause, "case")
    if session.get(Case, case_id) is not None:
        return None
    year = clock.today().year
    sequence = _next_number(session, year)
    case = Case(id=case_id, year=year, sequence=sequence, status=OPENED, origin=origin, origin_id=origin_id)
    session.add(case)
    return case


def _next_number(session: Session, year: int) -> int:
    # Whoever comes second waits here for the first, and a rollback gives the number back: no gaps, no doubles.
    session.execute(
        text("INSERT INTO case_number (year, last) VALUES (:year, 0) ON CONFLICT (year) DO NOTHING"), {"year": year}
    )
    counter = session.get_one(CaseNumber, year, with_for_update=True, populate_existing=True)
    counter.last += 1
    return counter.last


def _searchable(case: Case) -> str:
    return "\n".join([case.number, case.origin_number or "", *case.title.values()]).casefold()


def _keep_private(case: Case, config: Config, petition: PetitionText) -> None:
    box = column_box(config.column_key)
    case.petition_title = encrypt(box, petition.title)
    case.petition_text = encrypt(box, petition.text)
    case.petitioner_name = encrypt(box, petition.petitioner_name)
    case.petitioner_address = encrypt(box, petition.petitioner_address)
