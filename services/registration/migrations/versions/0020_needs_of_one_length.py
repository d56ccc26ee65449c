"""Encrypted needs are filled up with blanks, for their length told which help somebody asks for.

What isn't needed isn't written any more, so that nearly all are of one length. Back again everything is written out.
"""

import json
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

from shared.columns import decrypt, encrypt

revision = "0020"
down_revision = "0019"

_FILLED_UP_TO = 128
_GROUPS = ("adults", "youths", "children_6_13", "children_3_5", "children_under_3")
_registrations = sa.table("registrations", sa.column("id", sa.Uuid), sa.column("needs", sa.LargeBinary))


def upgrade() -> None:
    """Write only what is needed, and fill it up."""
    _rewrite(_filled_up)


def downgrade() -> None:
    """Write out also what isn't needed."""
    _rewrite(_written_out)


def _rewrite(change: Callable[[dict[str, Any]], str]) -> None:
    table, connection = _registrations.c, op.get_bind()
    rows = connection.execute(sa.select(table.id, table.needs).where(table.needs.is_not(None))).all()
    if not rows:
        return
    box = op.get_context().config.attributes["config"].column_box
    changed = [{"row": row.id, "new": encrypt(box, change(json.loads(decrypt(box, row.needs))))} for row in rows]
    by_id = sa.update(_registrations).where(table.id == sa.bindparam("row"))
    connection.execute(by_id.values(needs=sa.bindparam("new", type_=sa.LargeBinary)), changed)


def _filled_up(needs: dict[str, Any]) -> str:
    told = {name: value for name, value in needs.items() if value}
    told["household"] = {group: people for group, people in needs["household"].items() if people}
    written = json.dumps(told, separators=(",", ":"))
    return written + " " * (-len(written) % _FILLED_UP_TO)


def _written_out(needs: dict[str, Any]) -> str:
    nothing = {"interpretation": [], "assistance": [], "childcare": 0, "forums": []}
    return json.dumps(nothing | needs | {"household": dict.fromkeys(_GROUPS, 0) | needs["household"]})
