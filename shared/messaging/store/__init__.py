"""The protocol's store over SQLAlchemy, on PostgreSQL and SQLite: one SQL statement per operation and batch."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnection

from shared import seals
from shared.database import Database
from shared.messaging.errors import Outage
from shared.messaging.store.operating import SqlErasure, SqlOperatorSide
from shared.messaging.store.processing import SqlProcessingSide
from shared.messaging.store.published import SqlPublishedSide
from shared.messaging.store.receiving import SqlReceivingSide

#: PostgreSQL's classes of trouble that no statement is to blame for: connection, rollback, resources, state, operator,
#: system.
_TROUBLED_CLASSES = {"08", "40", "53", "55", "57", "58"}

#: SQLite's code for "the statement is wrong"; every other one of an OperationalError is about locks, files or memory.
_SQLITE_STATEMENT_ERROR = 1


class SqlTransaction(SqlPublishedSide, SqlReceivingSide, SqlProcessingSide, SqlErasure, SqlOperatorSide):
    """One transaction of the store; `session` is the same transaction for handlers."""


class SqlStore:
    """The backbone's tables in the database of one service. `ledger_key` marks erased subjects."""

    def __init__(self, database: Database, ledger_key: str) -> None:
        self._database = database
        self._ledger_key = ledger_key

    @contextmanager
    def begin(self) -> Iterator[SqlTransaction]:
        """A write transaction. Raises Outage when the database fails."""
        try:
            with self._database.write() as session:
                yield SqlTransaction(session, self._ledger_key)
        except SQLAlchemyError as error:
            if self.is_outage(error):
                raise Outage(type(error).__name__) from error
            raise

    def mark(self, stream_id: str, seq: int) -> str:
        """See Store. It outlives a restore, since the key isn't in the database."""
        return seals.mark(self._ledger_key, "number", stream_id, seq)

    def is_outage(self, error: Exception) -> bool:
        """Whether the database or the broker is at fault, and not the event."""
        if isinstance(error, DBAPIError):
            return error.connection_invalidated or _is_trouble(error.orig)
        return isinstance(error, (Outage, NoConnection))


def _is_trouble(error: object) -> bool:
    """Whether the driver's error says that the database can't work at the moment."""
    if hasattr(error, "sqlstate"):
        if error.sqlstate:
            return str(error.sqlstate)[:2] in _TROUBLED_CLASSES
        return isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
    code = getattr(error, "sqlite_errorcode", None)
    is_operational = type(error).__name__ == "OperationalError"
    return is_operational and code is not None and code & 0xFF != _SQLITE_STATEMENT_ERROR
