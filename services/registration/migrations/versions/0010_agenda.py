"""The agenda of a conference, and when, where, in which languages and for how many its forums are."""

import sqlalchemy as sa
from alembic import op

from shared.database import UTCDateTime

revision = "0010"
down_revision = "0009"

_NEVER_OVERBOOKED = "chosen >= 0 AND (capacity IS NULL OR chosen <= capacity)"


def upgrade() -> None:
    """Make the table, and widen that of the forums."""
    op.create_table(
        "agenda_items",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("conference_id", sa.Uuid, sa.ForeignKey("conferences.id"), nullable=False),
        sa.Column("starts_at", UTCDateTime, nullable=False),
        sa.Column("ends_at", UTCDateTime, nullable=False),
        sa.Column("title", sa.JSON, nullable=False),
        sa.Column("room", sa.String(120), nullable=False),
    )
    op.create_index("agenda_by_conference", "agenda_items", ["conference_id", "starts_at"])
    with op.batch_alter_table("forums") as forums:
        forums.add_column(sa.Column("starts_at", UTCDateTime))
        forums.add_column(sa.Column("ends_at", UTCDateTime))
        forums.add_column(sa.Column("room", sa.String(120), nullable=False, server_default=""))
        forums.add_column(sa.Column("languages", sa.JSON, nullable=False, server_default="[]"))
        forums.add_column(sa.Column("interpretation", sa.JSON, nullable=False, server_default="[]"))
        forums.add_column(sa.Column("capacity", sa.Integer))
        forums.add_column(sa.Column("chosen", sa.Integer, nullable=False, server_default="0"))
        forums.create_check_constraint("forums_never_overbooked", _NEVER_OVERBOOKED)


def downgrade() -> None:
    """Take both away again; forums keep their titles and their order."""
    with op.batch_alter_table("forums") as forums:
        forums.drop_constraint("forums_never_overbooked", type_="check")
        for name in ("starts_at", "ends_at", "room", "languages", "interpretation", "capacity", "chosen"):
            forums.drop_column(name)
    op.drop_table("agenda_items")
