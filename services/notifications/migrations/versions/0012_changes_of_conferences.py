"""What can change about a conference: how often its time or place did, why it was cancelled, and how people get in."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the columns; of conferences that are known already nothing of it is."""
    for column in _columns():
        op.add_column("conferences", column)


def downgrade() -> None:
    """Take them away again."""
    for column in _columns():
        op.drop_column("conferences", column.name)


def _columns() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("venue_features", sa.JSON, nullable=False, server_default="[]"),
        sa.Column("venue_access", sa.JSON, nullable=False, server_default="{}"),
        sa.Column("sequence", sa.Integer, nullable=False, server_default="0"),
        sa.Column("explanation", sa.JSON, nullable=False, server_default="{}"),
    )
