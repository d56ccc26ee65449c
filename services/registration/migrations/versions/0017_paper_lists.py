"""Paper lists that the office brings in: who did it when, and how many people were on them."""

import sqlalchemy as sa
from alembic import op

from shared.database import UTCDateTime

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "paper_lists",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("conference_id", sa.Uuid, sa.ForeignKey("conferences.id"), nullable=False),
        sa.Column("at", UTCDateTime, nullable=False),
        sa.Column("staff_id", sa.Uuid, nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.Column("registrations", sa.Integer, nullable=False),
        sa.Column("places", sa.Integer, nullable=False),
    )
    op.create_index("paper_lists_by_conference", "paper_lists", ["conference_id", "at"])


def downgrade() -> None:
    """Take it away again; who was registered stays so, told to the office at its desk."""
    op.drop_table("paper_lists")
    op.execute("UPDATE overrides SET action = 'at-desk' WHERE action = 'by-paper'")
    op.execute("UPDATE consents SET way = 'desk' WHERE way = 'paper'")
