"""What staff do with a case. Each verb moves it, writes a step of its time line and publishes that step."""

from collections.abc import Callable
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy.orm import Session

from services.council import announcements
from services.council.config import Config
from services.council.models import Case, CaseStep
from services.council.use_cases.meetings import meeting_on
from shared import clock
from shared.events.council import (
    CaseAcknowledged,
    CaseAnswered,
    CaseClosed,
    CaseDecided,
    CaseEvent,
    CaseOpened,
    CaseReferred,
    CaseScheduled,
    CaseTriaged,
)
from shared.events.event import LocalizedText
from shared.messaging import outbox
from shared.rules import NotFound
from shared.web.staff_tokens import Staff

_EVENTS: dict[str, type[CaseEvent]] = {
    "opened": CaseOpened,
    "triaged": CaseTriaged,
    "scheduled": CaseScheduled,
    "decided": CaseDecided,
    "referred": CaseReferred,
    "acknowledged": CaseAcknowledged,
    "answered": CaseAnswered,
    "closed": CaseClosed,
}


def triage_case(
    session: Session, staff: Staff, case_id: UUID, responsible: str | None, note: LocalizedText | None
) -> Case:
    """The office has looked at it, and `responsible` takes care of it."""
    case = _locked(session, case_id)
    case.triage(responsible or staff.name)
    return record(session, case, "triaged", announcements.sentence_for(case), staff, note=note)


def schedule_case(
    session: Session, staff: Staff, case_id: UUID, session_on: date, committee: str | None, note: LocalizedText | None
) -> Case:
    """Put it on the agenda of the session of that day, which is made where there is none yet."""
    case = _locked(session, case_id)
    case.schedule(meeting_on(session, session_on, committee))
    return record(session, case, "scheduled", announcements.sentence_for(case), staff, note=note)


def decide_case(
    session: Session, staff: Staff, case_id: UUID, decision: LocalizedText, note: LocalizedText | None
) -> Case:
    """Write down what the council decided."""
    case = _locked(session, case_id)
    case.decide()
    return record(session, case, "decided", announcements.sentence_for(case), staff, wording=decision, note=note)


def refer_case(
    session: Session, staff: Staff, case_id: UUID, addressee: dict[str, str], note: LocalizedText | None
) -> Case:
    """Hand it over to `addressee` (kind, name); the deadline for that kind starts."""
    config: Config = session.info["config"]
    case = _locked(session, case_id)
    rule = config.deadlines.rule_for(case.origin, addressee["kind"])
    case.refer(addressee["kind"], addressee["name"], rule)
    return record(session, case, "referred", announcements.sentence_for(case), staff, note=note)


def acknowledge_case(
    session: Session, staff: Staff, case_id: UUID, acknowledged_on: date | None, note: LocalizedText | None
) -> Case:
    """The addressee confirmed that it arrived, today or on an earlier day."""
    case = _locked(session, case_id)
    case.acknowledge()
    sentence = announcements.sentence_for(case)
    return record(session, case, "acknowledged", sentence, staff, note=note, on=acknowledged_on)


def answer_case(
    session: Session, staff: Staff, case_id: UUID, answer: LocalizedText, note: LocalizedText | None
) -> Case:
    """The addressee's answer is here; the clock stops."""
    case = _locked(session, case_id)
    case.answer()
    return record(session, case, "answered", announcements.sentence_for(case), staff, wording=answer, note=note)


def close_case(session: Session, staff: Staff, case_id: UUID, outcome: str, reason: LocalizedText) -> Case:
    """Nothing more is to come: say what became of it and why."""
    case = _locked(session, case_id)
    case.close(outcome)
    return record(session, case, "closed", announcements.sentence_for(case), staff, wording=reason)


#: Each verb of the transition table and the use case behind it; the rest of the arguments are what its schema loads.
VERBS: dict[str, Callable[..., Case]] = {
    "triage": triage_case,
    "schedule": schedule_case,
    "decide": decide_case,
    "refer": refer_case,
    "acknowledge": acknowledge_case,
    "answer": answer_case,
    "close": close_case,
}


def record(
    session: Session,
    case: Case,
    name: str,
    sentence: LocalizedText,
    staff: Staff | None = None,
    *,
    wording: LocalizedText | None = None,
    note: LocalizedText | None = None,
    on: date | None = None,
) -> Case:
    """Write the step that `case` has just taken into its time line and publish it."""
    happened_at = clock.now() if on is None or on == clock.today() else _noon(on)
    step = CaseStep(
        position=len(case.steps),
        name=name,
        happened_at=happened_at,
        actor_id=staff.id if staff else None,
        actor_name=staff.name if staff else None,
        sentence=sentence,
        wording=wording,
        note=note,
        due_on=case.due_on,
    )
    case.steps.append(step)
    session.flush()
    fact = _EVENTS[name](
        case_id=case.id,
        number=case.number,
        origin=case.origin,
        origin_id=case.origin_id,
        status=case.status,
        title=case.title,
        addressee_name=case.addressee_name,
        public_text=step.short_text,
        due_on=case.due_on,
        happened_at=happened_at,
    )
    outbox.add(session, case, fact)
    return case


def _locked(session: Session, case_id: UUID) -> Case:
    case = session.get(Case, case_id, with_for_update=True)
    if case is None:
        raise NotFound
    return case


def _noon(day: date) -> datetime:
    # A day without a time of day: noon stays on that day in every zone near ours.
    return datetime.combine(day, time(12), clock.CIVIL_ZONE)
