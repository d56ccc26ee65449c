"""SMS that came in, each once, and who was told how answers work."""

import sqlalchemy as sa
from alembic import op

from shared.database import UTCDateTime

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make the table and the column."""
    op.create_table(
        "received_sms",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("received_at", UTCDateTime, nullable=False),
    )
    op.create_index("received_sms_by_time", "received_sms", ["received_at"])
    op.add_column("contacts", sa.Column("helped_at", UTCDateTime))


def downgrade() -> None:
    """Take them away again."""
    op.drop_column("contacts", "helped_at")
    op.drop_table("received_sms")
