"""What the council publishes: what becomes of recommendations and petitions, and who works here."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from shared.events.disclosure import Disclosure
from shared.events.event import Event, LocalizedText


@dataclass(frozen=True, kw_only=True)
class CaseEvent(Event):
    """What every step of a case tells: `origin` is recommendation or petition, `public_text` says in plain words what
    happened, `due_on` until when the next answer is due."""

    aggregate = "case"

    case_id: UUID
    number: str
    origin: str
    origin_id: UUID
    status: str
    title: LocalizedText
    addressee_name: str | None
    public_text: LocalizedText
    due_on: date | None = None
    happened_at: datetime


@dataclass(frozen=True, kw_only=True)
class CaseOpened(CaseEvent):
    """Intake made a numbered case of a recommendation or a petition."""

    name = "case.opened"


@dataclass(frozen=True, kw_only=True)
class CaseTriaged(CaseEvent):
    """The office looked at it and said who takes care of it."""

    name = "case.triaged"


@dataclass(frozen=True, kw_only=True)
class CaseScheduled(CaseEvent):
    """It stands on the agenda of a session."""

    name = "case.scheduled"


@dataclass(frozen=True, kw_only=True)
class CaseDecided(CaseEvent):
    """The council decided how to represent it."""

    name = "case.decided"


@dataclass(frozen=True, kw_only=True)
class CaseReferred(CaseEvent):
    """It was handed over to its addressee; the clock runs."""

    name = "case.referred"


@dataclass(frozen=True, kw_only=True)
class CaseAcknowledged(CaseEvent):
    """The addressee confirmed that it has arrived."""

    name = "case.acknowledged"


@dataclass(frozen=True, kw_only=True)
class CaseAnswered(CaseEvent):
    """The addressee answered."""

    name = "case.answered"


@dataclass(frozen=True, kw_only=True)
class CaseClosed(CaseEvent):
    """Nothing more is to come; `public_text` says what became of it."""

    name = "case.closed"


@dataclass(frozen=True, kw_only=True)
class StaffContact:
    """How to reach a member of staff who wants to be told."""

    email: str | None
    phone: str | None
    staff_name: str


@dataclass(frozen=True, kw_only=True)
class StaffChanged(Event):
    """An account was made, changed, or lost sessions. `roles` is empty when it is closed."""

    name = "staff.changed"
    aggregate = "staff"
    private = {"notifications": StaffContact}

    staff_id: UUID
    roles: list[str]
    language: str
    revoked_sessions: list[UUID]


@dataclass(frozen=True, kw_only=True)
class PetitionsDisclosed(Disclosure):
    """What is held of a person's petitions."""

    name = "petitions.disclosed"
