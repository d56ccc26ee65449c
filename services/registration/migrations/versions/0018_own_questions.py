"""Questions that the office adds to the registration for a conference, and what people answer, encrypted."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "questions",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("conference_id", sa.Uuid, sa.ForeignKey("conferences.id"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("text", sa.JSON, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("options", sa.JSON, nullable=False),
        sa.Column("is_required", sa.Boolean, nullable=False),
        sa.Column("shown_when", sa.Uuid),
        sa.Column("days_kept", sa.Integer, nullable=False),
    )
    op.create_index("questions_by_conference", "questions", ["conference_id", "position"])
    op.create_table(
        "answers",
        sa.Column("registration_id", sa.Uuid, sa.ForeignKey("registrations.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("question_id", sa.Uuid, sa.ForeignKey("questions.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("said", sa.LargeBinary, nullable=False),
    )
    op.create_index("answers_by_question", "answers", ["question_id"])


def downgrade() -> None:
    """Questions and answers go."""
    op.drop_table("answers")
    op.drop_table("questions")
