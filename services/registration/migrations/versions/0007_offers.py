"""Freed places are offered until a moment; how many people wait is counted; what staff do by hand is written down.

Back again whoever was offered places has them: they were held for them, and nobody else counts on them.
Since when people wait was not kept before: it counts from their confirmation.
"""

import sqlalchemy as sa
from alembic import op

from shared.database import UTCDateTime

revision = "0007"
down_revision = "0006"

_conferences = sa.table(
    "conferences",
    sa.column("id", sa.Uuid),
    sa.column("hours_to_answer", sa.Integer),
    sa.column("places_waiting", sa.Integer),
)
_registrations = sa.table(
    "registrations",
    sa.column("conference_id", sa.Uuid),
    sa.column("status", sa.String),
    sa.column("companions", sa.Integer),
    sa.column("queue_number", sa.Integer),
    sa.column("queued_at", UTCDateTime),
    sa.column("confirmed_at", UTCDateTime),
)


def upgrade() -> None:
    """Make columns and table, and count who waits."""
    op.add_column("conferences", sa.Column("hours_to_answer", sa.Integer, nullable=False, server_default="48"))
    # In words of our own: SQLite takes a rule for an old table only together with its column.
    op.execute(
        "ALTER TABLE conferences ADD COLUMN places_waiting INTEGER DEFAULT 0 NOT NULL"
        " CONSTRAINT conferences_waiting CHECK (places_waiting >= 0)"
    )
    for name in ("queued_at", "offered_until", "answer_missed_at"):
        op.add_column("registrations", sa.Column(name, UTCDateTime))
    op.create_index("registrations_by_offer", "registrations", ["offered_until"])
    op.create_index("registrations_by_address", "registrations", ["address_mark"])
    waiting = sa.and_(_registrations.c.conference_id == _conferences.c.id, _registrations.c.status == "waitlisted")
    people = sa.select(sa.func.coalesce(sa.func.sum(1 + _registrations.c.companions), 0)).where(waiting)
    op.execute(_conferences.update().values(places_waiting=people.scalar_subquery()))
    waits = _registrations.update().where(_registrations.c.status == "waitlisted")
    op.execute(waits.values(queued_at=_registrations.c.confirmed_at))
    _create_overrides()


def downgrade() -> None:
    """Give what is offered, and take the rest away again."""
    op.drop_table("overrides")
    op.drop_index("registrations_by_address", "registrations")
    op.drop_index("registrations_by_offer", "registrations")
    offered = _registrations.update().where(_registrations.c.status == "offered")
    op.execute(offered.values(status="confirmed", queue_number=None))
    for name in ("answer_missed_at", "offered_until", "queued_at"):
        op.drop_column("registrations", name)
    for name in ("places_waiting", "hours_to_answer"):
        op.drop_column("conferences", name)


def _create_overrides() -> None:
    op.create_table(
        "overrides",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("conference_id", sa.Uuid, sa.ForeignKey("conferences.id"), nullable=False),
        sa.Column("registration_id", sa.Uuid, nullable=False),
        sa.Column("at", UTCDateTime, nullable=False),
        sa.Column("staff_id", sa.Uuid, nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.Column("action", sa.String(12), nullable=False),
        sa.Column("reason", sa.String(300)),
        sa.Column("rank", sa.Integer),
        sa.Column("places", sa.Integer, nullable=False),
    )
    op.create_index("overrides_by_conference", "overrides", ["conference_id", "at"])
    op.create_index("overrides_by_registration", "overrides", ["registration_id"])
