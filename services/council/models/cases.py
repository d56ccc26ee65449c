"""Cases: a recommendation or petition on its way to an answer, with every step it took."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.council.deadlines import Rule
from services.council.models.declared import Base
from services.council.models.meetings import Meeting
from services.council.models.transitions import (
    AWAITING_ANSWER,
    NOT_A_PETITION,
    OPENED,
    OUTCOMES,
    TRANSITIONS,
)
from shared import clock, ids
from shared.rules import IllegalTransition
from shared.web.i18n import gettext

RECOMMENDATION, PETITION = "recommendation", "petition"
#: Roles whose work needs what a petitioner wrote and who it is.
READS_PETITIONS = frozenset({"clerk", "chair"})
#: Characters of one text in an event, which carries it in up to nine languages and holds 64 KiB.
_LONGEST_TOLD = 1200


class CaseNumber(Base):
    """The last number given in a year; its row lock makes the numbers of that year gapless."""

    __tablename__ = "case_number"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class Case(Base):
    """One recommendation or petition. Of a petition, text and person are encrypted and its title is neutral."""

    __tablename__ = "council_case"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=0)
    year: Mapped[int]
    sequence: Mapped[int]
    origin: Mapped[str] = mapped_column(String(20))
    origin_id: Mapped[UUID]
    origin_number: Mapped[str | None] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(String(20), default=OPENED, index=True)
    title: Mapped[dict[str, str]]
    text: Mapped[dict[str, str]]
    searchable: Mapped[str] = mapped_column(Text)
    wanted_kind: Mapped[str | None] = mapped_column(String(30))
    wanted_name: Mapped[str | None] = mapped_column(String(200))
    addressee_kind: Mapped[str | None] = mapped_column(String(30))
    addressee_name: Mapped[str | None] = mapped_column(String(200))
    responsible: Mapped[str | None] = mapped_column(String(120))
    meeting_id: Mapped[UUID | None] = mapped_column(ForeignKey("meeting.id"), index=True)
    due_on: Mapped[date | None] = mapped_column(index=True)
    due_source: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    outcome: Mapped[str | None] = mapped_column(String(30))
    opened_at: Mapped[datetime] = mapped_column(default=clock.now)
    subject_id: Mapped[UUID | None] = mapped_column(index=True)
    petition_title: Mapped[bytes | None]
    petition_text: Mapped[bytes | None]
    petitioner_name: Mapped[bytes | None]
    petitioner_address: Mapped[bytes | None]

    meeting: Mapped[Meeting | None] = relationship(lazy="selectin")
    steps: Mapped[list["CaseStep"]] = relationship(order_by="CaseStep.position", lazy="selectin")

    __table_args__ = (
        UniqueConstraint("year", "sequence", name="council_case_number"),
        UniqueConstraint("origin", "origin_id", name="council_case_of_origin"),
    )

    @property
    def number(self) -> str:
        """The number people say: V-2026-0001."""
        return f"V-{self.year}-{self.sequence:04d}"

    @property
    def overdue_days(self) -> int:
        """For how many days the answer has been overdue; 0 when it isn't."""
        return max(0, (clock.today() - self.due_on).days) if self.due_on else 0

    @property
    def possible_outcomes(self) -> list[str]:
        """What can be said to have become of it where it stands now."""
        possible = [outcome for outcome, sources in OUTCOMES.items() if self.status in sources]
        return [outcome for outcome in possible if outcome != NOT_A_PETITION or self.origin == PETITION]

    def triage(self, responsible: str | None) -> None:
        """The office has looked at it. Raises IllegalTransition, as every verb below."""
        self._move("triage")
        self.responsible = responsible

    def schedule(self, meeting: Meeting) -> None:
        """Put it on the agenda of a session."""
        self._move("schedule")
        self.meeting = meeting

    def decide(self) -> None:
        """The council has decided how to represent it."""
        self._move("decide")

    def refer(self, kind: str, name: str, rule: Rule) -> None:
        """Hand it over to its addressee; the clock of `rule` starts today."""
        self._move("refer")
        self.addressee_kind, self.addressee_name = kind, name
        self.due_on, self.due_source = rule.due_on(clock.today()), rule.source

    def acknowledge(self) -> None:
        """The addressee confirmed that it has arrived."""
        self._move("acknowledge")

    def answer(self) -> None:
        """The addressee has answered; the clock stops."""
        self._move("answer")

    def close(self, outcome: str) -> None:
        """Nothing more is to come."""
        if self.status in TRANSITIONS["close"].sources and outcome not in self.possible_outcomes:
            raise IllegalTransition(gettext("Dieses Ergebnis passt nicht zum Stand des Vorgangs."))
        self._move("close")
        self.outcome = outcome

    def forget_petitioner(self) -> None:
        """Erase text and person of a petition; the neutral public part stays."""
        self.petition_title = self.petition_text = self.petitioner_name = self.petitioner_address = None
        self.subject_id = None

    def _move(self, verb: str) -> None:
        transition = TRANSITIONS[verb]
        if self.status not in transition.sources:
            raise IllegalTransition(gettext("Das geht im jetzigen Stand des Vorgangs nicht."))
        self.status = transition.target
        if self.status not in AWAITING_ANSWER:
            self.due_on = self.due_source = None


class CaseStep(Base):
    """One step of a case: our sentence and, each where there is one, the text it is about and a public note."""

    __tablename__ = "council_case_step"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.internal)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("council_case.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(20))
    happened_at: Mapped[datetime]
    actor_id: Mapped[UUID | None]
    actor_name: Mapped[str | None] = mapped_column(String(120))
    sentence: Mapped[dict[str, str]]
    wording: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    note: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    due_on: Mapped[date | None]

    __table_args__ = (Index("council_case_step_order", "case_id", "position", unique=True),)

    @property
    def public_text(self) -> dict[str, str]:
        """Everything this step tells, in each language in which we said our sentence; German where a text has no other."""
        return self._told(None)

    @property
    def short_text(self) -> dict[str, str]:
        """The same with long texts cut short: it travels to everybody in all languages, the page has the whole."""
        return self._told(_LONGEST_TOLD)

    def _told(self, longest: int | None) -> dict[str, str]:
        parts = [text for text in (self.wording, self.note) if text]
        return {
            tag: "\n\n".join([sentence, *(_in_language(text, tag, longest) for text in parts)])
            for tag, sentence in self.sentence.items()
        }


def _in_language(text: dict[str, str], tag: str, longest: int | None) -> str:
    """The text in that language; else German, kept from being turned around where the page runs from right to left."""
    return _cut(text[tag], longest) if text.get(tag) else f"\u2068{_cut(text['de'], longest)}\u2069"


def _cut(text: str, longest: int | None) -> str:
    return text if longest is None or len(text) <= longest else f"{text[:longest].rstrip()} …"
