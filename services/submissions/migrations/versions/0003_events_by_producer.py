"""Ids of events count by producer, and cursors know the greatest number that came."""

from alembic import op

from shared.messaging import renewing

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Bring the backbone's tables to this shape."""
    renewing.count_ids_by_producer(op)
    renewing.know_what_was_seen(op)


def downgrade() -> None:
    """What came before lives with the wider shape."""
