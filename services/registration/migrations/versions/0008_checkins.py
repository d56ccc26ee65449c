"""Who is there: check-ins at the entrance."""

import sqlalchemy as sa
from alembic import op

from shared.database import UTCDateTime

revision = "0008"
down_revision = "0007"

_COUNTED = sa.text("undone_at IS NULL AND NOT is_walk_in")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "checkins",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("conference_id", sa.Uuid, sa.ForeignKey("conferences.id"), nullable=False),
        sa.Column("client_id", sa.Uuid, nullable=False),
        sa.Column("registration_id", sa.Uuid, sa.ForeignKey("registrations.id", ondelete="SET NULL")),
        sa.Column("is_walk_in", sa.Boolean, nullable=False),
        sa.Column("people", sa.Integer, nullable=False),
        sa.Column("name", sa.LargeBinary),
        sa.Column("at", UTCDateTime, nullable=False),
        sa.Column("received_at", UTCDateTime, nullable=False),
        sa.Column("recorded_by", sa.Uuid),
        sa.Column("undone_at", UTCDateTime),
        sa.UniqueConstraint("conference_id", "client_id", name="checkins_once"),
        sa.CheckConstraint("people >= 1", name="checkins_people"),
    )
    op.create_index(
        "checkins_one_by_ticket",
        "checkins",
        ["registration_id"],
        unique=True,
        postgresql_where=_COUNTED,
        sqlite_where=_COUNTED,
    )
    op.create_index("checkins_by_registration", "checkins", ["registration_id"])


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("checkins")
