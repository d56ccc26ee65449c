"""When it was forgotten who somebody was, and what each rule of retention did."""

import sqlalchemy as sa
from alembic import op

from shared.database import UTCDateTime
from shared.retention import RUNS, create_runs_table

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Nobody was forgotten so far."""
    create_runs_table(op)
    op.add_column("registrations", sa.Column("forgotten_at", UTCDateTime))
    known = sa.text("forgotten_at IS NULL")
    op.create_index(
        "registrations_to_forget", "registrations", ["conference_id"], postgresql_where=known, sqlite_where=known
    )


def downgrade() -> None:
    """Who was forgotten stays so."""
    op.drop_index("registrations_to_forget", "registrations")
    op.drop_column("registrations", "forgotten_at")
    op.drop_table(RUNS.name)
