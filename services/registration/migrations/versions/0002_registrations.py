"""Conferences, registrations, consents and asked addresses; revoked sessions and kept answers."""

import sqlalchemy as sa
from alembic import op

from shared.database import UTCDateTime
from shared.web.idempotency import create_idempotency_table
from shared.web.staff_tokens import create_revocations_table

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    _create_conferences()
    _create_registrations()
    create_revocations_table(op)
    create_idempotency_table(op)


def downgrade() -> None:
    """Take them away again."""
    for table in (
        "idempotency",
        "revoked_staff_session",
        "asked_addresses",
        "consents",
        "registrations",
        "conferences",
    ):
        op.drop_table(table)


def _create_conferences() -> None:
    op.create_table(
        "conferences",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("title", sa.JSON, nullable=False),
        sa.Column("motto", sa.JSON, nullable=False),
        sa.Column("starts_at", UTCDateTime, nullable=False),
        sa.Column("ends_at", UTCDateTime, nullable=False),
        sa.Column("venue_name", sa.String(200), nullable=False),
        sa.Column("venue_street", sa.String(200), nullable=False),
        sa.Column("venue_postal_code", sa.String(10), nullable=False),
        sa.Column("venue_locality", sa.String(100), nullable=False),
        sa.Column("capacity", sa.Integer, nullable=False),
        sa.Column("waiting_list", sa.Boolean, nullable=False),
        sa.Column("registration_opens_at", UTCDateTime, nullable=False),
        sa.Column("registration_closes_at", UTCDateTime, nullable=False),
        sa.Column("announced_at", UTCDateTime),
        sa.Column("changed_at", UTCDateTime, nullable=False),
        sa.Column("places_taken", sa.Integer, nullable=False),
        sa.Column("last_queue_number", sa.Integer, nullable=False),
        sa.CheckConstraint("places_taken >= 0 AND places_taken <= capacity", name="conferences_never_overbooked"),
    )
    op.create_index("conferences_by_start", "conferences", ["starts_at"])


def _create_registrations() -> None:
    op.create_table(
        "registrations",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("conference_id", sa.Uuid, sa.ForeignKey("conferences.id"), nullable=False),
        sa.Column("subject_id", sa.Uuid, nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("companions", sa.Integer, nullable=False),
        sa.Column("address_mark", sa.String(64), nullable=False),
        sa.Column("person", sa.LargeBinary, nullable=False),
        sa.Column("needs", sa.LargeBinary),
        sa.Column("requested_at", UTCDateTime, nullable=False),
        sa.Column("asked_to_confirm_at", UTCDateTime),
        sa.Column("confirmed_at", UTCDateTime),
        sa.Column("cancelled_at", UTCDateTime),
        sa.Column("queue_number", sa.Integer),
        sa.Column("link_version", sa.Integer, nullable=False),
        sa.Column("sms_code_mark", sa.String(64)),
        sa.Column("sms_tries_left", sa.Integer, nullable=False),
        sa.Column("ticket", sa.LargeBinary),
        sa.Column("ticket_mark", sa.String(64), unique=True),
        sa.CheckConstraint("companions >= 0", name="registrations_companions"),
        sa.UniqueConstraint("conference_id", "address_mark", name="registrations_one_per_person"),
    )
    op.create_index("registrations_in_line", "registrations", ["conference_id", "status", "queue_number"])
    op.create_index("registrations_by_request", "registrations", ["status", "requested_at"])
    op.create_index("registrations_by_subject", "registrations", ["subject_id"])
    op.create_table(
        "consents",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("registration_id", sa.Uuid, sa.ForeignKey("registrations.id", ondelete="CASCADE"), nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("text_version", sa.String(20), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("given_at", UTCDateTime, nullable=False),
    )
    op.create_index("consents_by_registration", "consents", ["registration_id"])
    op.create_table(
        "asked_addresses",
        sa.Column("mark", sa.String(64), primary_key=True),
        sa.Column("asked_at", UTCDateTime, nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
    )
