"""Which process of a service leads: it numbers, publishes, resends and runs the timers. The epoch in the stream fences off
one that doesn't know yet that it was replaced."""

import threading
from datetime import timedelta

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from shared.database import Database
from shared.messaging.errors import LeadershipLost, Outage

#: Any number will do, as long as every process of the service takes the same; migrations have another.
_LEADING = 0x4C45_4144
#: A leader that hasn't confirmed for so long stands still, whoever keeps its connection open: PostgreSQL lets another one lead.
#: One that only waits for the broker confirms more often.
SILENCE = timedelta(seconds=60)


class Leadership:
    """A session lock of PostgreSQL on a connection of its own; on SQLite the one process that may open the file leads."""

    def __init__(self, database: Database, silence: timedelta = SILENCE) -> None:
        self._database = database
        self._silence = silence
        self._connection: Connection | None = None
        self._is_held = threading.Event()

    @property
    def is_held(self) -> bool:
        """Whether this process leads, as far as it knows."""
        return self._is_held.is_set()

    def try_to_take(self) -> bool:
        """Lead, if nobody else does. Raises Outage."""
        if self._database.engine.dialect.name == "sqlite" or self._locked():
            self._is_held.set()
        return self.is_held

    def confirm(self) -> None:
        """Make sure that the connection which holds the lock still lives. Raises LeadershipLost."""
        if self._connection is None:
            return
        try:
            self._connection.execute(text("SELECT 1"))
        except SQLAlchemyError as error:
            self.give_up()
            raise LeadershipLost("the connection that held the lock is gone") from error

    def give_up(self) -> None:
        """Let somebody else lead."""
        self._is_held.clear()
        if self._connection is not None:
            connection, self._connection = self._connection, None
            # The lock lives as long as the session behind the connection, so that must not go back to the pool.
            connection.invalidate()
            connection.close()

    def _locked(self) -> bool:
        try:
            if self._connection is None:
                self._connection = self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
                milliseconds = self._silence // timedelta(milliseconds=1)
                self._connection.execute(text(f"SET idle_session_timeout = {milliseconds}"))
            return bool(self._connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": _LEADING}))
        except SQLAlchemyError as error:
            self.give_up()
            raise Outage(f"database: {type(error).__name__}") from error
