"""Questions that the office adds to the registration for one conference, and what a good answer to them is."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypedDict
from uuid import UUID

from marshmallow import ValidationError, fields, validate
from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.registration.models.declared import Base
from services.registration.models.mistakes import Mistakes
from shared import ids
from shared.web.field_messages import N_, translated
from shared.web.fields import PlainText
from shared.web.i18n import format_number, gettext, lazy_gettext, localized

TEXT, CHOICE, NUMBER = "text", "choice", "number"
KINDS = {
    TEXT: lazy_gettext("Text"),
    CHOICE: lazy_gettext("Auswahl"),
    NUMBER: lazy_gettext("Zahl"),
}

#: So many questions a conference can have, and so many options a choice.
MOST_QUESTIONS = 10
MOST_OPTIONS = 12
#: Answers are kept so many days after the end of the conference, unless the office says another number.
DAYS_KEPT = 30
MOST_DAYS = 365

LONGEST_ANSWER = 500
LARGEST_NUMBER = 1_000_000

#: A text, a number, or the id of an option.
Said = str | int


class Option(TypedDict):
    """One of the answers to choose from; `text` is {language: text}."""

    id: str
    text: dict[str, str]


class WrongQuestions(Mistakes):
    """The questions of a conference don't fit together; fields are called like `questions.0.shown_when`."""


class WrongAnswers(Mistakes):
    """Somebody's answers aren't such as the questions ask for; fields are called like `answers.<id>`."""


class Question(Base):
    """One question. `text` is {language: text}; `shown_when` is the id of the option of an earlier question that has to be
    chosen before this one counts."""

    __tablename__ = "questions"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.public)
    conference_id: Mapped[UUID] = mapped_column(ForeignKey("conferences.id"))
    position: Mapped[int]
    text: Mapped[dict[str, str]]
    kind: Mapped[str] = mapped_column(String(10))
    options: Mapped[list[Option]] = mapped_column(JSON, default=list)
    is_required: Mapped[bool] = mapped_column(default=False)
    shown_when: Mapped[UUID | None]
    days_kept: Mapped[int] = mapped_column(default=DAYS_KEPT)

    __table_args__ = (Index("questions_by_conference", "conference_id", "position"),)

    def answers_end_at(self, conference_ends_at: datetime) -> datetime:
        """From when on no answer is kept any more."""
        return conference_ends_at + timedelta(days=self.days_kept)

    def words_of(self, answer: Said) -> str:
        """An answer as people read it."""
        if self.kind == CHOICE:
            return next((localized(one["text"]) for one in self.options if one["id"] == answer), "")
        return format_number(answer) if isinstance(answer, int) else answer

    def checked(self, told: Any) -> Said | None:
        """What somebody told, as it is kept; None for nothing. Raises ValidationError."""
        if told is None or told == "":
            return None
        said: Said = self._field().deserialize(told)
        return None if said == "" else said

    def _field(self) -> fields.Field[Any]:
        if self.kind == NUMBER:
            return fields.Integer(validate=validate.Range(min=0, max=LARGEST_NUMBER))
        if self.kind == CHOICE:
            return fields.String(validate=validate.OneOf([one["id"] for one in self.options]))
        return PlainText(max_length=LONGEST_ANSWER)


def checked_answers(questions: Sequence[Question], told: Mapping[UUID, Any]) -> dict[UUID, Said]:
    """What is kept of what somebody told: nothing where no such question is asked, or its condition isn't met.

    Raises WrongAnswers where an answer doesn't fit, or is missing and required.
    """
    kept: dict[UUID, Said] = {}
    errors: dict[str, list[str]] = {}
    chosen: set[Said] = set()
    for question in questions:
        if question.shown_when is not None and str(question.shown_when) not in chosen:
            continue
        try:
            answer = question.checked(told.get(question.id))
        except ValidationError as error:
            errors[f"answers.{question.id}"] = [translated(str(message)) for message in error.messages]
            continue
        if answer is not None:
            kept[question.id] = answer
            chosen |= {answer} if question.kind == CHOICE else set()
        elif question.is_required:
            errors[f"answers.{question.id}"] = [gettext(_MISSING[question.kind])]
    if errors:
        raise WrongAnswers(errors)
    return kept


_MISSING = {
    TEXT: N_("Bitte füllen Sie dieses Feld aus."),
    NUMBER: N_("Bitte geben Sie eine ganze Zahl ein."),
    CHOICE: N_("Bitte wählen Sie eine der Möglichkeiten."),
}


def require_order(questions: Sequence[Question]) -> None:
    """Raises WrongQuestions when one depends on something that isn't an option of a question before it."""
    if errors := dict(_without_reason(questions)):
        raise WrongQuestions(errors)


def _without_reason(questions: Sequence[Question]) -> Iterator[tuple[str, list[str]]]:
    known: set[str] = set()
    for number, question in enumerate(questions):
        if question.shown_when is not None and str(question.shown_when) not in known:
            told = gettext("Diese Antwort gibt es nicht mehr, oder ihre Frage steht nicht davor. Bitte wählen Sie neu.")
            yield f"questions.{number}.shown_when", [told]
        known |= {one["id"] for one in question.options}
