"""What SMS cost by day and range of numbers."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "sms_spending",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("number_range", sa.String(7), primary_key=True),
        sa.Column("messages", sa.Integer, nullable=False),
        sa.Column("cost", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("sms_spending")
