"""What topics are called and when conferences are, as other services said."""

import sqlalchemy as sa
from alembic import op

from shared.database import UTCDateTime

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "topics",
        sa.Column("kind", sa.String(20), primary_key=True),
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("title", sa.JSON, nullable=False),
    )
    op.create_table(
        "conferences",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("title", sa.JSON, nullable=False),
        sa.Column("starts_at", UTCDateTime, nullable=False),
        sa.Column("ends_at", UTCDateTime, nullable=False),
        sa.Column("venue_name", sa.String(200), nullable=False),
        sa.Column("venue", sa.String(600), nullable=False),
    )


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("conferences")
    op.drop_table("topics")
