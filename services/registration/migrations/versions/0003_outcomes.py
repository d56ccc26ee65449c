"""What became of recommendations, for the front page."""

import sqlalchemy as sa
from alembic import op

from shared.database import UTCDateTime

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "outcomes",
        sa.Column("case_id", sa.Uuid, primary_key=True),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("title", sa.JSON, nullable=False),
        sa.Column("state", sa.JSON, nullable=False),
        sa.Column("happened_at", UTCDateTime, nullable=False, index=True),
    )


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("outcomes")
