"""What the doors need: kept answers of the API and revoked staff sessions."""

from alembic import op

from shared.web.idempotency import ANSWERS, create_idempotency_table
from shared.web.staff_tokens import REVOKED, create_revocations_table

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make both tables."""
    create_idempotency_table(op)  # type: ignore[arg-type]
    create_revocations_table(op)  # type: ignore[arg-type]


def downgrade() -> None:
    """Take them away again."""
    op.drop_table(REVOKED.name)
    op.drop_table(ANSWERS.name)
