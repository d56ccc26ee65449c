"""The office's own questions: arranging them, and forgetting what was answered."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, tuple_
from sqlalchemy.orm import Session

from services.registration.config import Config
from services.registration.models import Answer, Conference, Question
from services.registration.models.answers import decrypted
from services.registration.models.questions import CHOICE, Option, WrongQuestions, require_order
from services.registration.models.stages import DRAFT
from services.registration.use_cases.locks import locked_conference
from shared import clock, ids
from shared.retention import BATCH
from shared.rules import IllegalTransition
from shared.web.i18n import gettext, localized

Told = Iterable[Mapping[str, Any]]


class AnswersWouldGo(IllegalTransition):
    """Questions are to be deleted that people have answered, and nobody has said yes to that: their `texts`, and the number of
    `answers`."""

    def __init__(self, texts: Sequence[dict[str, str]], answers: int) -> None:
        super().__init__(gettext("Mit diesen Fragen gehen auch ihre Antworten verloren."))
        self.texts, self.answers = texts, answers


def arrange_questions(
    session: Session, config: Config, conference_id: UUID, questions: Sequence[Mapping[str, Any]], *, sure: bool = False
) -> Conference:
    """Let there be these questions from now on, in their order: `{id?, text, kind, options, is_required, shown_when, days_kept}`;
    one with a known id keeps its answers, `options` are texts in their order.

    Raises NotFound, WrongQuestions, AnswersWouldGo unless somebody is `sure`, or another IllegalTransition.
    """
    conference = locked_conference(session, conference_id)
    if not (conference.status == DRAFT or conference.is_to_come):
        raise IllegalTransition(gettext("Diese Konferenz ist vorbei oder abgesagt."))
    hold(session, conference_id)
    answers = _counted(session, conference.questions)
    known = {told.get("id") for told in questions}
    going = [one for one in conference.questions if one.id not in known and answers[one.id]]
    if going and not sure:
        raise AnswersWouldGo([one.text for one in going], sum(answers[one.id] for one in going))
    _require_what_was_answered(session, config, conference, questions, answers)
    conference.questions = [_told(conference.questions, one, place) for place, one in enumerate(questions)]
    require_order(conference.questions)
    session.flush()
    return conference


def hold(session: Session, conference_id: UUID) -> None:
    """Nobody answers a question of this conference until the transaction ends."""
    rows = select(Question.id).where(Question.conference_id == conference_id).order_by(Question.id)
    session.execute(rows.with_for_update()).all()


def forget_answers(session: Session) -> int:
    """Delete some of the answers that were kept as long as their questions say; gives back how many."""
    now = clock.now()
    over = select(Question, Conference.ends_at).join(Conference, Conference.id == Question.conference_id)
    found = session.execute(over.where(Conference.ends_at <= now)).all()
    due = [question.id for question, ends_at in found if question.answers_end_at(ends_at) <= now]
    keys = (Answer.registration_id, Answer.question_id)
    some = select(*keys).where(Answer.question_id.in_(due)).limit(BATCH).with_for_update(skip_locked=True)
    gone = [tuple(row) for row in session.execute(some)]
    session.execute(delete(Answer).where(tuple_(*keys).in_(gone)))
    return len(gone)


def _counted(session: Session, questions: Iterable[Question]) -> Counter[UUID]:
    here = Answer.question_id.in_([one.id for one in questions])
    rows = session.execute(select(Answer.question_id, func.count()).where(here).group_by(Answer.question_id))
    return Counter({question_id: count for question_id, count in rows})


def _told(there: Iterable[Question], told: Mapping[str, Any], place: int) -> Question:
    found = next((one for one in there if one.id == told.get("id")), None) or Question(id=ids.public(), options=[])
    found.position = place
    found.options = _same_options(found.options, told["options"])
    for name in ("text", "kind", "is_required", "shown_when", "days_kept"):
        setattr(found, name, told[name])
    return found


def _same_options(before: Sequence[Option], texts: Sequence[dict[str, str]]) -> list[Option]:
    """Each text with the id that it had: that of the option with the same German words, else that of the one in its place."""
    by_words = {one["text"]["de"]: one["id"] for one in before}
    found = [by_words.get(text["de"]) for text in texts]
    for place, one in enumerate(before[: len(found)]):
        if found[place] is None and one["id"] not in found:
            found[place] = one["id"]
    return [{"id": known or str(ids.public()), "text": text} for known, text in zip(found, texts, strict=True)]


def _require_what_was_answered(
    session: Session, config: Config, conference: Conference, told: Sequence[Mapping[str, Any]], answers: Counter[UUID]
) -> None:
    """Raises WrongQuestions when a question would mean something else to those who answered it, or keep their answers longer."""
    known = {one.id: one for one in conference.questions}
    errors: dict[str, list[str]] = {}
    for number, new in enumerate(told):
        old = known.get(new.get("id"))  # type: ignore[arg-type]
        if old is None or not answers[old.id]:
            continue
        if new["kind"] != old.kind:
            errors[f"questions.{number}.kind"] = [
                gettext(
                    "Diese Frage haben schon Menschen beantwortet. Bitte legen Sie für eine andere Art eine neue an."
                )
            ]
        elif lost := _lost(session, config, old, new["options"]):
            errors[f"questions.{number}.options"] = [
                gettext("„%(option)s“ haben schon Menschen gewählt. Bitte lassen Sie diese Zeile stehen.", option=lost)
            ]
        if new["days_kept"] > old.days_kept:
            errors[f"questions.{number}.days_kept"] = [
                gettext(
                    "Wer geantwortet hat, verlässt sich auf %(days)s Tage. Bitte geben Sie nicht mehr an.",
                    days=old.days_kept,
                )
            ]
    if errors:
        raise WrongQuestions(errors)


def _lost(session: Session, config: Config, question: Question, texts: Sequence[dict[str, str]]) -> str | None:
    """An option that somebody chose and that would be gone, or None."""
    kept = {one["id"] for one in _same_options(question.options, texts)}
    missing = [one for one in question.options if one["id"] not in kept]
    if question.kind != CHOICE or not missing:
        return None
    rows = session.scalars(select(Answer.said).where(Answer.question_id == question.id))
    chosen = {decrypted(config.column_box, row) for row in rows}
    return next((localized(one["text"]) for one in missing if one["id"] in chosen), None)
