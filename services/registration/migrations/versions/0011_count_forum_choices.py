"""Each forum knows how many registrations chose it. Choices stand in the encrypted needs, so those are read once."""

import json
from collections import Counter

import sqlalchemy as sa
from alembic import op

from shared.columns import decrypt

revision = "0011"
down_revision = "0010"

_forums = sa.table(
    "forums", sa.column("id", sa.Uuid), sa.column("conference_id", sa.Uuid), sa.column("chosen", sa.Integer)
)
_registrations = sa.table("registrations", sa.column("conference_id", sa.Uuid), sa.column("needs", sa.LargeBinary))


def upgrade() -> None:
    """Count."""
    connection = op.get_bind()
    forums = connection.execute(sa.select(_forums.c.id, _forums.c.conference_id)).all()
    if not forums:
        return
    box = op.get_context().config.attributes["config"].column_box
    columns = _registrations.c
    kept = connection.execute(sa.select(columns.conference_id, columns.needs).where(columns.needs.is_not(None)))
    chosen = Counter(
        (row.conference_id, forum) for row in kept for forum in json.loads(decrypt(box, row.needs))["forums"]
    )
    for forum, conference in forums:
        counted = sa.update(_forums).values(chosen=chosen[conference, str(forum)])
        connection.execute(counted.where(_forums.c.id == forum))


def downgrade() -> None:
    """The numbers stay; the column goes with its own step."""
