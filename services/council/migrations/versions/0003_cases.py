"""Cases with their steps and numbers, sessions, and the bodies of the district."""

import sqlalchemy as sa
from alembic import op

from shared.database import UTCDateTime

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "meeting",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("committee", sa.String(200), nullable=False),
        sa.Column("held_on", sa.Date, nullable=False, index=True),
        sa.Column("starts_at", sa.Time),
        sa.Column("place", sa.String(200)),
        sa.UniqueConstraint("held_on", "committee", name="meeting_one_a_day"),
    )
    op.create_table(
        "organization",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date),
    )
    op.create_table(
        "case_number",
        sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("last", sa.Integer, nullable=False),
    )
    op.create_table(
        "council_case",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("origin", sa.String(20), nullable=False),
        sa.Column("origin_id", sa.Uuid, nullable=False),
        sa.Column("origin_number", sa.String(40)),
        sa.Column("status", sa.String(20), nullable=False, index=True),
        sa.Column("title", sa.JSON, nullable=False),
        sa.Column("text", sa.JSON, nullable=False),
        sa.Column("searchable", sa.Text, nullable=False),
        sa.Column("wanted_kind", sa.String(30)),
        sa.Column("wanted_name", sa.String(200)),
        sa.Column("addressee_kind", sa.String(30)),
        sa.Column("addressee_name", sa.String(200)),
        sa.Column("responsible", sa.String(120)),
        sa.Column("meeting_id", sa.Uuid, sa.ForeignKey("meeting.id"), index=True),
        sa.Column("due_on", sa.Date, index=True),
        sa.Column("due_source", sa.JSON(none_as_null=True)),
        sa.Column("outcome", sa.String(30)),
        sa.Column("opened_at", UTCDateTime, nullable=False),
        sa.Column("subject_id", sa.Uuid, index=True),
        sa.Column("petition_title", sa.LargeBinary),
        sa.Column("petition_text", sa.LargeBinary),
        sa.Column("petitioner_name", sa.LargeBinary),
        sa.Column("petitioner_address", sa.LargeBinary),
        sa.UniqueConstraint("year", "sequence", name="council_case_number"),
        sa.UniqueConstraint("origin", "origin_id", name="council_case_of_origin"),
    )
    op.create_table(
        "council_case_step",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("council_case.id"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("happened_at", UTCDateTime, nullable=False),
        sa.Column("actor_id", sa.Uuid),
        sa.Column("actor_name", sa.String(120)),
        sa.Column("sentence", sa.JSON, nullable=False),
        sa.Column("wording", sa.JSON(none_as_null=True)),
        sa.Column("note", sa.JSON(none_as_null=True)),
        sa.Column("due_on", sa.Date),
    )
    op.create_index("council_case_step_order", "council_case_step", ["case_id", "position"], unique=True)


def downgrade() -> None:
    for table in ("council_case_step", "council_case", "case_number", "organization", "meeting"):
        op.drop_table(table)
