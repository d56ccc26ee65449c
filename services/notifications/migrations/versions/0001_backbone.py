"""The event backbone's tables."""

from alembic import op

from shared.messaging import tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make outbox, inbox and what belongs to them."""
    tables.create_backbone(op.get_bind())


def downgrade() -> None:
    """Take them away again."""
    tables.drop_backbone(op.get_bind())
