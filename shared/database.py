"""One service's database: the engine, and the two doors to it, `write()` and `read()`.

The Session is the unit of work. Its `info` carries what every event of this service needs (whose it is, how to seal) and the
service's Config, for handlers, which nobody hands one.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, Engine, TypeDecorator, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import Session

from shared import clock, failpoints
from shared.seals import Seals

#: Seconds a statement waits for a lock before the door answers 503.
LOCK_TIMEOUT = 5
#: Seconds after which a connection that nobody used is asked whether it still lives. Asking each time would cost every
#: transaction a round trip.
RESTED = 1
#: With the price of a page on a spinning disk, a bitmap scan looks cheaper than an index where only a few rows wait; but it never
#: clears dead entries out of the index, and over a queue it walks through everything that left it since the last vacuum.
#: Compiling takes longer than any statement here.
_PLANS = "-c random_page_cost=1.1 -c jit=off"
#: A plan that was kept from when the tables were empty walks the whole of them once they are full.
_PLANS_ANEW = f"{_PLANS} -c plan_cache_mode=force_custom_plan"
#: Unless all it may do is follow keys from row to row, which is what a worker's statements are for. To plan the claim takes
#: longer than to run it.
_PLANS_KEPT = (
    f"{_PLANS} -c plan_cache_mode=force_generic_plan"
    " -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off"
)
#: A host that is gone without a goodbye is noticed within half a minute, also by whoever only waits for an answer
#: (seconds; the last in milliseconds).
KEEPALIVES = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 20_000}


class UTCDateTime(TypeDecorator[datetime]):
    """A moment in UTC; refuses a datetime without zone on the way in and never gives one out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn into UTC. Raises ValueError for a datetime without a zone."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs its zone")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """SQLite forgets the zone; it was UTC."""
        return value and (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC))


#: What a service's declarative base needs beside SQLAlchemy's own: `type_annotation_map = COLUMN_TYPES`.
COLUMN_TYPES: dict[Any, Any] = {datetime: UTCDateTime(), dict[str, str]: JSON, list[str]: JSON}


class Database:
    """The database of `service` at `url` (postgresql+psycopg:// or sqlite:///); a worker's `keeps_plans`."""

    def __init__(
        self,
        url: str,
        service: str,
        seals: Seals | None = None,
        pool_size: int = 10,
        config: object = None,
        keeps_plans: bool = False,
    ) -> None:
        self.service = service
        self.config = config
        self.engine = _engine(url, pool_size, keeps_plans)
        # On SQLite a writer says so at BEGIN: a reader that turns writer halfway would be refused.
        self._for_writing = self.engine.execution_options(immediate=True)
        self._info = {"service": service, "seals": seals or Seals(), "config": config}
        # SQLite has one writer at a time; queueing here is fair and never runs into "database is locked".
        one_writer = self.engine.dialect.name == "sqlite"
        self._writers: AbstractContextManager[object] = threading.RLock() if one_writer else nullcontext()
        self._after_commit: list[Callable[[], None]] = []

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A transaction: committed at the end of the block, rolled back on any error."""
        with self._writers, Session(self._for_writing, info=dict(self._info), expire_on_commit=False) as session:
            try:
                yield session
                failpoints.reached("database.committing")
                session.commit()
                failpoints.reached("database.committed")
            except BaseException:
                session.rollback()
                raise
        if session.info.get("has_events"):
            for wake in self._after_commit:
                wake()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A Session for looking only; nothing it does is kept."""
        with Session(self.engine, info=dict(self._info)) as session:
            yield session

    def after_commit(self, wake: Callable[[], None]) -> None:
        """Call `wake` after every commit that brings events. It is a hint that saves waiting, never a guarantee."""
        self._after_commit.append(wake)

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def _engine(url: str, pool_size: int, keeps_plans: bool) -> Engine:
    if make_url(url).get_backend_name() != "sqlite":
        plans = _PLANS_KEPT if keeps_plans else _PLANS_ANEW
        options = f"-c lock_timeout={LOCK_TIMEOUT}s -c timezone=UTC {plans}"
        arguments = {"options": options, "connect_timeout": 3, **KEEPALIVES}
        engine = create_engine(url, pool_size=pool_size, connect_args=arguments)
        _ping_the_rested(engine)
        return engine
    engine = create_engine(url, pool_size=pool_size, connect_args={"timeout": LOCK_TIMEOUT, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        immediate = connection.get_execution_options().get("immediate", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def _ping_the_rested(engine: Engine) -> None:
    """A server that was restarted overnight must not cost anybody a request."""

    @event.listens_for(engine, "checkin")
    def rest(_connection: Any, record: Any) -> None:
        record.info["since"] = clock.monotonic()

    @event.listens_for(engine, "checkout")
    def ping(connection: Any, record: Any, _proxy: object) -> None:
        if clock.monotonic() - record.info.get("since", clock.monotonic()) < RESTED:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error
