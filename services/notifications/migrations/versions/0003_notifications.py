"""What is told to whom, and what came of it."""

import sqlalchemy as sa
from alembic import op

from shared.database import UTCDateTime

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table of notifications, and that of kept letters."""
    op.create_table(
        "notifications",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("message", sa.String(80), nullable=False),
        sa.Column("contact_id", sa.Uuid, sa.ForeignKey("contacts.id"), nullable=False),
        sa.Column("following_id", sa.Uuid, sa.ForeignKey("followings.id"), nullable=False),
        sa.Column("channel", sa.String(5), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("facts", sa.LargeBinary),
        sa.Column("status", sa.String(8), nullable=False),
        sa.Column("created_at", UTCDateTime, nullable=False),
        sa.Column("due_at", UTCDateTime, nullable=False),
        sa.Column("expires_at", UTCDateTime),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("claimed_by", sa.String(40)),
        sa.Column("sent_at", UTCDateTime),
        sa.Column("parts", sa.Integer),
        sa.Column("reason", sa.String(400)),
        sa.Column("receipt", sa.String(9)),
        sa.UniqueConstraint("event_id", "contact_id", "message", name="notifications_told_once"),
    )
    op.create_index("notifications_due", "notifications", ["status", "due_at"])
    op.create_index("notifications_by_contact", "notifications", ["contact_id"])
    op.create_index("notifications_by_time", "notifications", ["created_at"])
    op.create_table(
        "kept_letters",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("address_mark", sa.String(64), nullable=False),
        sa.Column("sent_at", UTCDateTime, nullable=False),
        sa.Column("letter", sa.LargeBinary, nullable=False),
    )
    op.create_index("kept_letters_by_time", "kept_letters", ["sent_at"])
    op.create_index("kept_letters_by_address", "kept_letters", ["address_mark"])


def downgrade() -> None:
    """Take them away again."""
    for table in ("kept_letters", "notifications"):
        op.drop_table(table)
