"""Changes to the backbone's tables, for the migrations of every service.

A service's first migration makes today's shape at once, so each change looks whether it is still to be made.
"""

from typing import Any

import sqlalchemy as sa

from shared.messaging.tables import inbox


def count_ids_by_producer(op: Any) -> None:
    """The id of an event is its producer's: two producers with one id have two events."""
    inspector = sa.inspect(op.get_bind())
    if "inbox_event_once" in {each["name"] for each in inspector.get_unique_constraints("inbox")}:
        return
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("inbox_event_id_key", "inbox")
        op.create_unique_constraint("inbox_event_once", "inbox", ["event_id", "producer"])
        return
    with op.batch_alter_table("inbox", copy_from=inbox, recreate="always"):
        pass


def know_what_was_seen(op: Any) -> None:
    """The greatest number that came of each stream, with the proof of it."""
    there = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("inbox_cursor")}
    for column in (
        sa.Column("seen", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("seen_mark", sa.String(64)),
    ):
        if column.name not in there:
            op.add_column("inbox_cursor", column)
