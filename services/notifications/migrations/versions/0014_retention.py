"""At which conference somebody takes part, so that they are forgotten after it; and what each rule of retention did."""

import sqlalchemy as sa
from alembic import op

from shared.retention import RUNS, create_runs_table

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Of those so far it isn't known: they are forgotten when they want it."""
    create_runs_table(op)
    op.add_column("followings", sa.Column("conference_id", sa.Uuid))
    op.create_index("followings_by_conference", "followings", ["conference_id"])


def downgrade() -> None:
    """Take both away again."""
    op.drop_index("followings_by_conference", "followings")
    op.drop_column("followings", "conference_id")
    op.drop_table(RUNS.name)
