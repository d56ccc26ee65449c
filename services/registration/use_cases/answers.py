"""What somebody answers to the office's own questions, written down and deleted."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services.registration.config import Config
from services.registration.models import Answer, Question, Registration
from services.registration.models.answers import encrypted
from services.registration.models.questions import Said, checked_answers


def check(session: Session, conference_id: UUID, told: Mapping[UUID, Any]) -> dict[UUID, Said]:
    """What may be kept of what somebody told; the office changes no question until the transaction ends. Raises WrongAnswers."""
    asked = select(Question).where(Question.conference_id == conference_id).order_by(Question.id)
    # "Key share" is what the answers' reference takes anyway; all in one order, so that nobody blocks anybody for ever.
    locked = asked.with_for_update(read=True, key_share=True).execution_options(populate_existing=True)
    return checked_answers(sorted(session.scalars(locked), key=lambda one: one.position), told)


def write(session: Session, config: Config, registration: Registration, answers: Mapping[UUID, Said]) -> None:
    """Keep these answers of somebody of whom none are kept."""
    if answers:
        # The registration may be as new as the answers that refer to it.
        session.flush()
        box = config.column_box
        session.add_all(
            Answer(registration_id=registration.id, question_id=question_id, said=encrypted(box, said))
            for question_id, said in answers.items()
        )


def forget(session: Session, registration_id: UUID) -> None:
    """Delete what somebody answered."""
    session.execute(delete(Answer).where(Answer.registration_id == registration_id))
