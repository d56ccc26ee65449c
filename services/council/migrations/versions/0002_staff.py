"""Accounts of staff, their sign-ins and tries; revoked sessions and kept answers."""

import sqlalchemy as sa
from alembic import op

from shared.database import UTCDateTime
from shared.web.idempotency import create_idempotency_table
from shared.web.staff_tokens import create_revocations_table

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "staff",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("username", sa.String(64), nullable=False, unique=True),
        sa.Column("display_name", sa.String(120), nullable=False),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("password_is_one_time", sa.Boolean, nullable=False),
        sa.Column("roles", sa.JSON, nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("email", sa.LargeBinary),
        sa.Column("phone", sa.LargeBinary),
        sa.Column("conference_id", sa.Uuid),
        sa.Column("otp_secret", sa.LargeBinary),
        sa.Column("otp_pending", sa.LargeBinary),
        sa.Column("otp_last_step", sa.Integer),
        sa.Column("created_at", UTCDateTime, nullable=False),
        sa.Column("closed_at", UTCDateTime),
    )
    op.create_table(
        "sign_in",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("secret_mark", sa.String(64), nullable=False, unique=True),
        sa.Column("staff_id", sa.Uuid, sa.ForeignKey("staff.id"), nullable=False, index=True),
        sa.Column("started_at", UTCDateTime, nullable=False),
        sa.Column("seen_at", UTCDateTime, nullable=False),
        sa.Column("ended_at", UTCDateTime),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("account_mark", sa.String(64), nullable=False),
        sa.Column("client_mark", sa.String(64), nullable=False),
        sa.Column("is_known_device", sa.Boolean, nullable=False),
        sa.Column("tried_at", UTCDateTime, nullable=False, index=True),
        sa.Column("is_good", sa.Boolean, nullable=False),
    )
    op.create_index("sign_in_attempt_by_account", "sign_in_attempt", ["account_mark", "tried_at"])
    op.create_index("sign_in_attempt_by_client", "sign_in_attempt", ["client_mark", "tried_at"])
    create_revocations_table(op)
    create_idempotency_table(op)


def downgrade() -> None:
    for table in ("idempotency", "revoked_staff_session", "sign_in_attempt", "sign_in", "staff"):
        op.drop_table(table)
