"""A list by name is decrypted one part of the alphabet at a time, so a registration says in which its name begins.

The parts are those of `models/alphabet.py` as it was then. Back again the column goes, and everybody is decrypted each time.
"""

import json
import unicodedata
from bisect import bisect

import sqlalchemy as sa
from alembic import op

from shared.columns import decrypt

revision = "0019"
down_revision = "0018"

_BEGINNINGS = "bdfhjlmnpstv{"
_BESIDE = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe"})
_registrations = sa.table(
    "registrations",
    sa.column("id", sa.Uuid),
    sa.column("person", sa.LargeBinary),
    sa.column("name_part", sa.SmallInteger),
)


def upgrade() -> None:
    """Add the column, fill it, and make the index."""
    op.add_column("registrations", sa.Column("name_part", sa.SmallInteger))
    table, connection = _registrations.c, op.get_bind()
    rows = connection.execute(sa.select(table.id, table.person)).all()
    if rows:
        box = op.get_context().config.attributes["config"].column_box
        named = [{"row": row.id, "part": _part_of(json.loads(decrypt(box, row.person)).get("name"))} for row in rows]
        by_id = sa.update(_registrations).where(table.id == sa.bindparam("row"))
        connection.execute(by_id.values(name_part=sa.bindparam("part", type_=sa.SmallInteger)), named)
    op.create_index("registrations_by_name", "registrations", ["conference_id", "name_part"])


def downgrade() -> None:
    """Take both away."""
    op.drop_index("registrations_by_name", "registrations")
    op.drop_column("registrations", "name_part")


def _part_of(name: str | None) -> int | None:
    if not name:
        return None
    letters = unicodedata.normalize("NFKD", name).casefold().translate(_BESIDE)
    return bisect(_BEGINNINGS, "".join(letter for letter in letters if not unicodedata.combining(letter))[:1])
