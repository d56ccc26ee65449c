"""The office's list is read in its order, the newest of a conference first."""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Make the index."""
    op.create_index("registrations_in_list", "registrations", ["conference_id", "requested_at", "id"])


def downgrade() -> None:
    """Without it the list is sorted each time."""
    op.drop_index("registrations_in_list", "registrations")
