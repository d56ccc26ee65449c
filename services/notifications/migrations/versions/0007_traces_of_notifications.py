"""Which request a notification goes back to."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the column; what was told earlier has no trace any more."""
    op.add_column("notifications", sa.Column("traceparent", sa.String(55)))


def downgrade() -> None:
    """Take it away again."""
    op.drop_column("notifications", "traceparent")
