"""What waits to go out is found in its order: first what expires, then the rest."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_WAITING = "(status = 'created' OR status = 'unknown' AND claimed_by IS NOT NULL)"
_INDEXES = {
    "notifications_urgent": f"{_WAITING} AND expires_at IS NOT NULL",
    "notifications_patient": f"{_WAITING} AND expires_at IS NULL",
}


def upgrade() -> None:
    """Make the two indexes."""
    for name, which in _INDEXES.items():
        op.create_index(
            name, "notifications", ["channel", "due_at"], postgresql_where=sa.text(which), sqlite_where=sa.text(which)
        )


def downgrade() -> None:
    """Take them away again."""
    for name in _INDEXES:
        op.drop_index(name, "notifications")
