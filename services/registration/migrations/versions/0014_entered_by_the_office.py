"""The office registers people, keeps places back for them, and notes the way a yes came."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Nothing is kept back yet, and every yes so far was ticked by the person."""
    # In words of our own: SQLite takes a rule for an old table only together with its column.
    op.execute(
        "ALTER TABLE conferences ADD COLUMN reserved INTEGER DEFAULT 0 NOT NULL"
        " CONSTRAINT conferences_reserved CHECK (reserved >= 0 AND places_taken + reserved <= capacity)"
    )
    op.add_column("consents", sa.Column("way", sa.String(10), nullable=False, server_default="online"))


def downgrade() -> None:
    """Places kept back are free for everybody again."""
    op.drop_column("consents", "way")
    op.drop_column("conferences", "reserved")
