"""Who was reminded and thanked, and which consents whoever acts on them has heard of: none so far."""

import sqlalchemy as sa
from alembic import op

from shared.database import UTCDateTime

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the columns."""
    op.add_column("registrations", sa.Column("reminded_at", UTCDateTime))
    op.add_column("registrations", sa.Column("thanked_at", UTCDateTime))
    op.add_column("consents", sa.Column("told_at", UTCDateTime))
    op.create_index("consents_untold", "consents", ["purpose", "told_at"])


def downgrade() -> None:
    """Take them away again."""
    op.drop_index("consents_untold", "consents")
    op.drop_column("consents", "told_at")
    op.drop_column("registrations", "thanked_at")
    op.drop_column("registrations", "reminded_at")
