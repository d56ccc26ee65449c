"""Ideas and petitions, recommendations, conferences and the story; revoked sessions and kept answers."""

import sqlalchemy as sa
from alembic import op

from shared.database import UTCDateTime
from shared.messaging.tables import Serial
from shared.web.idempotency import create_idempotency_table
from shared.web.staff_tokens import create_revocations_table

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    _create_recommendations()
    _create_ideas()
    _create_story()
    create_revocations_table(op)
    create_idempotency_table(op)


def downgrade() -> None:
    """Take them away again."""
    for table in (
        "idempotency",
        "revoked_staff_session",
        "story_steps",
        "asked_addresses",
        "ideas",
        "recommendation_years",
        "recommendations",
        "conferences",
    ):
        op.drop_table(table)


def _create_recommendations() -> None:
    op.create_table(
        "conferences",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("title", sa.JSON, nullable=False),
        sa.Column("starts_at", UTCDateTime, nullable=False),
        sa.Column("venue_name", sa.String(200), nullable=False),
    )
    op.create_table(
        "recommendations",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("number", sa.String(20), nullable=False, unique=True),
        sa.Column("title", sa.JSON, nullable=False),
        sa.Column("text", sa.JSON, nullable=False),
        sa.Column("conference_id", sa.Uuid, sa.ForeignKey("conferences.id"), nullable=False),
        sa.Column("votes_yes", sa.Integer, nullable=False),
        sa.Column("votes_no", sa.Integer, nullable=False),
        sa.Column("votes_abstain", sa.Integer, nullable=False),
        sa.Column("addressee_kind", sa.String(20), nullable=False),
        sa.Column("addressee_name", sa.String(200), nullable=False),
        sa.Column("adopted_at", UTCDateTime, nullable=False),
    )
    op.create_table(
        "recommendation_years",
        sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("last", sa.Integer, nullable=False),
    )


def _create_ideas() -> None:
    op.create_table(
        "ideas",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("title", sa.String(200)),
        sa.Column("text", sa.Text),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("topic", sa.String(40)),
        sa.Column("quarter", sa.String(40)),
        sa.Column("author_name", sa.LargeBinary),
        sa.Column("received_at", UTCDateTime, nullable=False),
        sa.Column("published_at", UTCDateTime),
        sa.Column("tracking_mark", sa.String(64), nullable=False, unique=True),
        sa.Column("subject_id", sa.Uuid),
        sa.Column("channel", sa.String(5)),
        sa.Column("address_mark", sa.String(64)),
        sa.Column("asked_to_confirm_at", UTCDateTime),
        sa.Column("confirmed_at", UTCDateTime),
        sa.Column("sms_code_mark", sa.String(64)),
        sa.Column("sms_tries_left", sa.Integer, nullable=False),
        sa.Column("recommendation_id", sa.Uuid, sa.ForeignKey("recommendations.id")),
    )
    op.create_index("ideas_by_status", "ideas", ["status", "published_at"])
    op.create_index("ideas_by_address", "ideas", ["address_mark"])
    op.create_index("ideas_by_subject", "ideas", ["subject_id"])
    op.create_index("ideas_by_recommendation", "ideas", ["recommendation_id"])
    op.create_table(
        "asked_addresses",
        sa.Column("mark", sa.String(64), primary_key=True),
        sa.Column("asked_at", UTCDateTime, nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
    )


def _create_story() -> None:
    op.create_table(
        "story_steps",
        sa.Column("position", Serial, primary_key=True, autoincrement=True),
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("origin", sa.String(20), nullable=False),
        sa.Column("origin_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("happened_at", UTCDateTime, nullable=False),
        sa.Column("text", sa.JSON, nullable=False),
        sa.Column("case_number", sa.String(40)),
        sa.Column("case_id", sa.Uuid),
        sa.Column("due_on", sa.Date),
        sa.UniqueConstraint("event_id", name="story_one_step_per_event"),
    )
    op.create_index("story_by_origin", "story_steps", ["origin", "origin_id", "position"])
