"""What can happen to a conference: new dates, why, a report, who came; and what people can count on at its venue."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from shared.database import UTCDateTime

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the columns; of conferences that are there nothing of it is known."""
    for column in _columns():
        op.add_column("conferences", column)


def downgrade() -> None:
    """Take them away again. What was documented has been held, at least."""
    op.execute("UPDATE conferences SET status = 'held' WHERE status = 'documented'")
    for column in _columns():
        op.drop_column("conferences", column.name)


def _columns() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("sequence", sa.Integer, nullable=False, server_default="0"),
        sa.Column("postponed_from", UTCDateTime),
        sa.Column("notice", sa.JSON, nullable=False, server_default="{}"),
        sa.Column("report", sa.JSON, nullable=False, server_default="{}"),
        sa.Column("attended", sa.Integer),
        sa.Column("is_tentative", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("venue_features", sa.JSON, nullable=False, server_default="[]"),
        sa.Column("venue_access", sa.JSON, nullable=False, server_default="{}"),
    )
