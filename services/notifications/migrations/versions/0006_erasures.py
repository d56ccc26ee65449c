"""Who asked to be forgotten: when, and under which id every service was told."""

import sqlalchemy as sa
from alembic import op

from shared.database import UTCDateTime

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "erasures",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("asked_at", UTCDateTime, nullable=False),
    )


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("erasures")
