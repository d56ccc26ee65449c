"""Bringing a service's database to the newest shape, and back: Alembic, run by the program, one transaction each.

A service's steps are `services/<service>/migrations/versions/0001_….py`. Two processes may migrate at once: one waits.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from shared.database import LOCK_TIMEOUT, Database

_ROOT = Path(__file__).resolve().parents[1]

#: Any number will do, as long as everybody who migrates takes the same.
_MIGRATING = 0x4D49_4752

#: Seconds to wait for somebody else who migrates.
_PATIENCE = 60


def upgrade(database: Database, service: str) -> None:
    """Apply every step that is missing. Nothing happens where none is."""
    with _alone(database) as connection:
        command.upgrade(_config(database, service, connection), "head")


def downgrade(database: Database, service: str, to: str) -> None:
    """Take steps back until `to` is the newest ("base": none is left)."""
    with _alone(database) as connection:
        command.downgrade(_config(database, service, connection), to)


def _config(database: Database, service: str, connection: Connection) -> Config:
    config = Config()
    # Alembic reads these as a ConfigParser does, to which a percent sign is special.
    config.set_main_option("script_location", _escaped(_ROOT / "shared" / "alembic_environment"))
    config.set_main_option("version_locations", _escaped(_ROOT / "services" / service / "migrations" / "versions"))
    config.set_main_option("path_separator", "newline")
    config.attributes["connection"] = connection
    # A step that rewrites encrypted columns needs the service's key.
    config.attributes["config"] = database.config
    return config


def _escaped(path: Path) -> str:
    return str(path).replace("%", "%%")


@contextmanager
def _alone(database: Database) -> Iterator[Connection]:
    """A connection in a transaction that no other migration shares."""
    on_sqlite = database.engine.dialect.name == "sqlite"
    with database.engine.connect().execution_options(immediate=True) as connection:
        driver = connection.connection.driver_connection
        if on_sqlite and driver:
            # Rebuilding a table drops it, and dropping would take the rows that refer to it along.
            driver.execute("PRAGMA foreign_keys=OFF")
            driver.execute(f"PRAGMA busy_timeout={_PATIENCE * 1000}")
        with connection.begin():
            if not on_sqlite:
                connection.execute(text(f"SET LOCAL lock_timeout = '{_PATIENCE}s'"))
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATING})
            yield connection
        if on_sqlite and driver:
            driver.execute("PRAGMA foreign_keys=ON")
            driver.execute(f"PRAGMA busy_timeout={LOCK_TIMEOUT * 1000}")
