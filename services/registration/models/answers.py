"""Answers to the office's own questions: read and written only encrypted."""

import json
from uuid import UUID

from nacl.secret import SecretBox
from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.registration.models.declared import Base
from services.registration.models.questions import Said
from shared.columns import decrypt, encrypt


class Answer(Base):
    """One answer of one registration. A row of its own, so that each goes when its question says so, without being read."""

    __tablename__ = "answers"

    registration_id: Mapped[UUID] = mapped_column(ForeignKey("registrations.id", ondelete="CASCADE"), primary_key=True)
    question_id: Mapped[UUID] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"), primary_key=True)
    said: Mapped[bytes]

    __table_args__ = (Index("answers_by_question", "question_id"),)


def encrypted(box: SecretBox, said: Said) -> bytes:
    """As it stands in the table."""
    return encrypt(box, json.dumps(said, ensure_ascii=False))


def decrypted(box: SecretBox, stored: bytes) -> Said:
    """What `encrypted` wrote."""
    said: Said = json.loads(decrypt(box, stored))
    return said
