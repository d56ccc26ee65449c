"""What each rule of retention did."""

from alembic import op

from shared.retention import RUNS, create_runs_table

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the table."""
    create_runs_table(op)


def downgrade() -> None:
    """Take it away again."""
    op.drop_table(RUNS.name)
