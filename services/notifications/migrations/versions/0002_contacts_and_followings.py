"""Contacts, what they follow, and how often they may be asked."""

import sqlalchemy as sa
from alembic import op

from shared.database import UTCDateTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the three tables."""
    op.create_table(
        "contacts",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("channel", sa.String(5), nullable=False),
        sa.Column("address", sa.LargeBinary, nullable=False),
        sa.Column("address_mark", sa.String(64), nullable=False, unique=True),
        sa.Column("limit_mark", sa.String(64), nullable=False),
        sa.Column("confirmed_at", UTCDateTime),
        sa.Column("stopped_at", UTCDateTime),
    )
    op.create_table(
        "followings",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("contact_id", sa.Uuid, sa.ForeignKey("contacts.id"), nullable=False),
        sa.Column("subject_id", sa.Uuid),
        sa.Column("topic", sa.String(20), nullable=False),
        sa.Column("topic_id", sa.String(36), nullable=False),
        sa.Column("role", sa.String(12), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("tracking_code", sa.LargeBinary),
        sa.Column("short_mark", sa.String(64), nullable=False, unique=True),
        sa.Column("asked_at", UTCDateTime, nullable=False),
        sa.Column("confirmed_at", UTCDateTime),
        sa.Column("stopped_at", UTCDateTime),
        sa.Column("code_mark", sa.String(64)),
        sa.Column("code_tries_left", sa.Integer, nullable=False),
        sa.UniqueConstraint("contact_id", "topic", "topic_id", name="followings_once_per_topic"),
    )
    op.create_index("followings_by_topic", "followings", ["topic", "topic_id"])
    op.create_index("followings_by_subject", "followings", ["subject_id"])
    op.create_table(
        "confirmation_budgets",
        sa.Column("limit_mark", sa.String(64), primary_key=True),
        sa.Column("asked_at", UTCDateTime),
        sa.Column("unanswered", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    """Take them away again."""
    for table in ("confirmation_budgets", "followings", "contacts"):
        op.drop_table(table)
