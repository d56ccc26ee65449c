"""Who comes along stands by age in the encrypted needs, and how many children need childcare.

Ages were not asked before, so whoever came along counts as an adult. Those who wished for childcare bring children, but
nobody knows how many: whoever comes along with them counts as a child from 3 to 5 who needs it, and where nobody was counted
one child does all the same. Too much care is planned rather than too little; people see it on their page and can mend it.

Back again childcare is one of the wishes for assistance, and ages and forums are forgotten; the number who come along stays.
"""

import json
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op
from nacl.secret import SecretBox

from shared.columns import decrypt, encrypt

revision = "0006"
down_revision = "0005"

_CHILDCARE = "childcare"
_registrations = sa.table(
    "registrations",
    sa.column("id", sa.Uuid),
    sa.column("status", sa.String),
    sa.column("companions", sa.Integer),
    sa.column("needs", sa.LargeBinary),
)


def upgrade() -> None:
    """Count by age."""
    _rewrite(_by_age)


def downgrade() -> None:
    """Keep the bare number and the wish."""
    _rewrite(_as_wish)


def _rewrite(change: Callable[[dict[str, Any], int], dict[str, Any]]) -> None:
    # Whoever cancelled has no needs any more, and gets none.
    table = _registrations.c
    told = sa.and_(table.status != "cancelled", sa.or_(table.companions > 0, table.needs.is_not(None)))
    rows = op.get_bind().execute(sa.select(table.id, table.companions, table.needs).where(told)).all()
    if not rows:
        return
    box = op.get_context().config.attributes["config"].column_box
    changed = [
        {"row": row.id, "new": _encrypted(box, change(_decrypted(box, row.needs), row.companions))} for row in rows
    ]
    by_id = sa.update(_registrations).where(table.id == sa.bindparam("row"))
    op.get_bind().execute(by_id.values(needs=sa.bindparam("new", type_=sa.LargeBinary)), changed)


def _by_age(needs: dict[str, Any], companions: int) -> dict[str, Any]:
    wishes = [wish for wish in needs.get("assistance", []) if wish != _CHILDCARE]
    is_wished = _CHILDCARE in needs.get("assistance", [])
    group = "children_3_5" if is_wished else "adults"
    household = dict.fromkeys(("adults", "youths", "children_6_13", "children_3_5", "children_under_3"), 0)
    return {
        "interpretation": needs.get("interpretation", []),
        "assistance": wishes,
        "household": household | {group: companions},
        "childcare": max(companions, 1) if is_wished else 0,
        "forums": [],
    }


def _as_wish(needs: dict[str, Any], _companions: int) -> dict[str, Any]:
    wished = [_CHILDCARE] if needs.get("childcare") else []
    return {
        "interpretation": needs.get("interpretation", []),
        "assistance": needs.get("assistance", []) + wished,
    }


def _decrypted(box: SecretBox, stored: bytes | None) -> dict[str, Any]:
    return dict(json.loads(decrypt(box, stored))) if stored is not None else {}


def _encrypted(box: SecretBox, needs: dict[str, Any]) -> bytes | None:
    is_needed = any(needs[name] for name in ("interpretation", "assistance", "childcare") if name in needs)
    comes_along = any(needs.get("household", {}).values())
    return encrypt(box, json.dumps(needs)) if is_needed or comes_along else None
