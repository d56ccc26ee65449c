"""Mailboxes whose readers said "that wasn't me": their marks, and contacts found by theirs."""

import sqlalchemy as sa
from alembic import op

from shared.database import UTCDateTime

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the table and the index."""
    op.create_table(
        "refusals",
        sa.Column("limit_mark", sa.String(64), primary_key=True),
        sa.Column("refused_at", UTCDateTime, nullable=False),
    )
    op.create_index("contacts_by_mailbox", "contacts", ["limit_mark"])


def downgrade() -> None:
    """Take them away again."""
    op.drop_index("contacts_by_mailbox", "contacts")
    op.drop_table("refusals")
