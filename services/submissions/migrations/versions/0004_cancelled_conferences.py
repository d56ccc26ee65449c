"""Whether a conference was cancelled."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the column; of those known so far none was, as far as anybody said."""
    op.add_column("conferences", sa.Column("is_cancelled", sa.Boolean, nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Take it away again."""
    op.drop_column("conferences", "is_cancelled")
