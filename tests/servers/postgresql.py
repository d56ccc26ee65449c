"""A real PostgreSQL: TEST_DATABASE_URL, or Debian's binaries as a user that isn't root."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, make_url, text

from tests.servers import containers
from tests.servers.packages import Missing, program
from tests.servers.ports import LOCAL, free_port, until_listening
from tests.waiting import until

#: Faster, and still safe as long as only our processes are killed and not the machine.
FAST = ("-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off")


class PostgreSQL:
    """A running server; `admin_url` may create databases on it."""

    def __init__(self, admin_url: str) -> None:
        self.admin_url = admin_url

    def database(self, service: str) -> str:
        """The address of a fresh, empty database."""
        name = f"{service}_{uuid.uuid4().hex[:12]}"
        engine = create_engine(self.admin_url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}"'))
        engine.dispose()
        return make_url(self.admin_url).set(database=name).render_as_string(hide_password=False)


class LocalPostgreSQL(PostgreSQL):
    """A server of our own, which may be stopped, killed and started."""

    def __init__(self, folder: Path, durable: bool) -> None:
        self.port = free_port()
        super().__init__(f"postgresql+psycopg://postgres@{LOCAL}:{self.port}/postgres")
        self._folder = folder
        self._options = () if durable else FAST
        self._process: subprocess.Popen[bytes] | None = None
        initdb = [_binary("initdb"), "-D", str(folder / "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8"]
        subprocess.run([*initdb, "--locale=C.UTF-8", "--no-sync"], check=True, capture_output=True, **_unprivileged())

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [_binary("postgres"), "-D", str(self._folder / "data"), "-p", str(self.port), "-h", LOCAL, "-k", ""]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "-c", "max_connections=200", *self._options], stdout=log, stderr=log, **_unprivileged()
            )
        until_listening(self.port, "PostgreSQL")
        until(self._answers, "PostgreSQL to answer")

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End it: SIGINT disconnects everybody first, SIGQUIT doesn't tidy up."""
        if self._process:
            self._process.send_signal(how)
            self._process.wait(30)

    @property
    def pid(self) -> int:
        """The process that started all others of it."""
        assert self._process, "not started"
        return self._process.pid

    def _answers(self) -> bool:
        done = subprocess.run([_binary("pg_isready"), "-q", "-h", LOCAL, "-p", str(self.port)], check=False)
        return done.returncode == 0


@contextmanager
def postgresql(durable: bool = False) -> Iterator[PostgreSQL]:
    """A server: the one of TEST_DATABASE_URL, else a container whose image is here, else Debian's own. Raises Missing."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield PostgreSQL(given)
        return
    if name := containers.image("POSTGRES"):
        with containers.postgresql_container(name, () if durable else FAST) as url:
            yield PostgreSQL(url)
        return
    with local_postgresql(durable) as server:
        yield server


@contextmanager
def local_postgresql(durable: bool = False) -> Iterator[LocalPostgreSQL]:
    """A server of our own, gone afterwards. `durable` keeps fsync on. Raises Missing."""
    folder = Path(tempfile.mkdtemp(prefix="mitsprache-postgresql-"))
    if os.geteuid() == 0:
        shutil.chown(folder, _user().pw_name, _user().pw_gid)
    server = LocalPostgreSQL(folder, durable)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _binary(name: str) -> str:
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / name).exists():
            return str(folder / name)
    found = program(name, "postgresql")
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    return str(installed[0]) if installed else found


def _unprivileged() -> dict[str, Any]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {"start_new_session": True}
    user = _user()
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "cwd": "/", "start_new_session": True}


def _user() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Missing("postgresql: there is no user postgres or nobody to run it as")
