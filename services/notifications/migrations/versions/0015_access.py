"""Copies of what is held of people, for themselves, and the log of what was done about people's data."""

import sqlalchemy as sa
from alembic import op

from shared.database import UTCDateTime

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "accesses",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("contact_id", sa.Uuid, nullable=False),
        sa.Column("copy_id", sa.Uuid, nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("is_sent", sa.Boolean, nullable=False),
        sa.Column("asked_at", UTCDateTime, nullable=False),
    )
    op.create_index("accesses_by_contact", "accesses", ["contact_id"])
    op.create_index("accesses_by_time", "accesses", ["asked_at"])
    op.create_table(
        "access_parts",
        sa.Column("access_id", sa.Uuid, sa.ForeignKey("accesses.id"), primary_key=True),
        sa.Column("answer", sa.String(40), primary_key=True),
        sa.Column("part", sa.Integer, primary_key=True),
        sa.Column("parts", sa.Integer, nullable=False),
        sa.Column("records", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "privacy_notes",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("at", UTCDateTime, nullable=False),
        sa.Column("action", sa.String(12), nullable=False),
        sa.Column("staff_id", sa.Uuid),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.Column("way", sa.String(12), nullable=False),
        sa.Column("event_id", sa.Uuid),
    )
    op.create_index("privacy_notes_by_time", "privacy_notes", ["at"])


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("privacy_notes")
    op.drop_table("access_parts")
    op.drop_table("accesses")
