"""A conference can have the office decide each registration; so far none does.

Back again, whoever waits for a decision waits at the end of the line: nobody who confirmed is forgotten, or gets past others.
"""

import sqlalchemy as sa
from alembic import op

from shared.database import UTCDateTime

revision = "0016"
down_revision = "0015"

_conferences = sa.table(
    "conferences",
    sa.column("id", sa.Uuid),
    sa.column("last_queue_number", sa.Integer),
    sa.column("places_waiting", sa.Integer),
)
_registrations = sa.table(
    "registrations",
    sa.column("id", sa.Uuid),
    sa.column("conference_id", sa.Uuid),
    sa.column("status", sa.String),
    sa.column("companions", sa.Integer),
    sa.column("queue_number", sa.Integer),
    sa.column("queued_at", UTCDateTime),
    sa.column("confirmed_at", UTCDateTime),
)


def upgrade() -> None:
    """Add the column."""
    op.add_column("conferences", sa.Column("approval", sa.Boolean, nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Let those wait in line who waited for a decision, and take the column away."""
    columns, applied = _registrations.c, _registrations.c.status == "applied"
    oldest_first = sa.select(columns.id, columns.conference_id, columns.companions).where(applied)
    connection = op.get_bind()
    for row in connection.execute(oldest_first.order_by(columns.confirmed_at, columns.id)).all():
        here = _conferences.c.id == row.conference_id
        number = 1 + connection.execute(sa.select(_conferences.c.last_queue_number).where(here)).scalar_one()
        waiting = _conferences.c.places_waiting + 1 + row.companions
        op.execute(_conferences.update().where(here).values(last_queue_number=number, places_waiting=waiting))
        in_line = {"status": "waitlisted", "queue_number": number, "queued_at": columns.confirmed_at}
        op.execute(_registrations.update().where(columns.id == row.id).values(in_line))
    op.drop_column("conferences", "approval")
