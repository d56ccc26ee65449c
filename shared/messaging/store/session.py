"""What every side of the SQL store stands on: the Session of one transaction."""

from collections.abc import Iterable, Sequence
from typing import Any, cast

from sqlalchemy import Column, ColumnElement, CursorResult, Executable, Table, any_, bindparam, literal
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from shared.messaging.store.rows import AnyRow


class InTransaction:
    """One transaction's Session, which handlers use as well: their effects and our marks commit together."""

    def __init__(self, session: Session, ledger_key: str) -> None:
        self.session = session
        self._ledger_key = ledger_key

    @property
    def _on_postgresql(self) -> bool:
        return is_on_postgresql(self.session)

    def _all(self, statement: Executable, values: dict[str, Any] | None = None) -> Sequence[AnyRow]:
        return self.session.execute(statement, values or {}).all()

    def _change(self, statement: Executable, values: list[dict[str, Any]] | None = None) -> int:
        """Run a statement that changes rows and return how many; with `values`, once for each of them in one go."""
        if values is not None and not values:
            return 0
        result = self.session.execute(statement, values) if values else self.session.execute(statement)
        return cast("CursorResult[Any]", result).rowcount

    def _among(self, column: Column[Any], values: Iterable[Any]) -> ColumnElement[bool]:
        """Whether the column is one of many values. PostgreSQL takes them as one array, so that the statement stays the
        same however many there are."""
        if self._on_postgresql:
            return column == any_(literal(list(values), postgresql.ARRAY(column.type)))
        return column.in_(list(values))

    def _insert(self, table: Table) -> "postgresql.Insert | sqlite.Insert":
        """An insert that can say what to do about rows that are there already."""
        return insert_into(table, self._on_postgresql)


def is_on_postgresql(session: Session) -> bool:
    """Whether the database is PostgreSQL; else it is SQLite."""
    return session.get_bind().dialect.name == "postgresql"


def in_stream(table: Table) -> ColumnElement[bool]:
    """Whether a row is of one stream, for statements that are made once; parameters as `the_stream` gives them."""
    return (table.c.producer == bindparam("of_producer")) & (table.c.stream_id == bindparam("of_stream"))


def the_stream(producer: str, stream_id: str) -> dict[str, Any]:
    """The parameters of `in_stream`."""
    return {"of_producer": producer, "of_stream": stream_id}


def at_numbers(table: Table, on_postgresql: bool) -> ColumnElement[bool]:
    """Whether a row is one of some in one stream; parameters as `the_numbers` gives them. The range adds nothing but a place to
    begin: without it, a planner that knows nothing of a table walks through the whole stream."""
    seq = table.c.seq
    in_range = seq.between(bindparam("first_seq"), bindparam("last_seq"))
    return in_stream(table) & in_range & among(seq, "seqs", on_postgresql)


def the_numbers(producer: str, stream_id: str, seqs: Sequence[int]) -> dict[str, Any]:
    """The parameters of `at_numbers`; at least one number."""
    return {**the_stream(producer, stream_id), "seqs": list(seqs), "first_seq": min(seqs), "last_seq": max(seqs)}


def among(column: ColumnElement[Any], name: str, on_postgresql: bool) -> ColumnElement[bool]:
    """As InTransaction._among, for statements that are made once: the values are handed over as the parameter `name`."""
    if on_postgresql:
        return column == any_(bindparam(name, type_=postgresql.ARRAY(column.type)))
    return column.in_(bindparam(name, expanding=True))


def insert_into(table: Table, on_postgresql: bool) -> "postgresql.Insert | sqlite.Insert":
    """An insert that can say what to do about rows that are there already."""
    return postgresql.insert(table) if on_postgresql else sqlite.insert(table)
