"""`python -m services`: all four services in one process, on embedded databases and an embedded broker (`make run`).

`python -m services events SERVICE …` are the operator's commands for that run.
"""

import importlib
import json
import secrets
import signal
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Any

import waitress

from services import demo, operating
from services.embedded import AlreadyRunning, hold, settings, write_private
from shared import clock, exporting, logs
from shared.config import Environment, WrongSetting
from shared.messaging.runtime import Worker
from shared.migrations import upgrade
from shared.web.origin import WSGI, one_origin

SERVICES = ("registration", "submissions", "council", "notifications")
ROLES = ("admin", "clerk", "moderator", "member", "chair", "privacy", "door")
#: Stands in the data folder while the demo's story is being played.
UNFINISHED = "demo-unfinished"
OURS = {"keys.json", "demo-staff.json"}
#: Requests answered at once; each database has one writer at a time, so more threads would only wait.
THREADS = 16


def main() -> int:
    """Set up, serve until Ctrl-C or SIGTERM, end cleanly. The exit status says whether it could start. With the argument
    `events` it is the operator's commands instead, which end the process by themselves."""
    env = Environment()
    if sys.argv[1:2] == ["events"]:
        operating.commands(SERVICES, env).main(sys.argv[2:], prog_name="python -m services events")
    folder = Path(env.text("DATA", "var"))
    began = clock.monotonic()
    try:
        with hold(folder):
            _forget_half_a_demo(folder)
            is_first = not (folder / "keys.json").exists()
            with_demo = is_first and env.flag("DEMO", default=True)
            if with_demo:
                (folder / UNFINISHED).touch()
            # Threads plan by the clock, so the demo's past has to begin before they do.
            calendar = demo.Calendar() if with_demo else None
            system = _System(settings(folder, SERVICES, env))
            system.start()
            try:
                _fill(system, folder, calendar)
                system.serve(env.text("HOST", "127.0.0.1"), env.integer("PORT", 8000), folder, began)
            finally:
                system.stop()
    except (AlreadyRunning, WrongSetting, demo.DemoStuck, OSError) as error:
        print(f"mitsprache: {error}", file=sys.stderr)
        return 1
    return 0


class _System:
    """The four apps under one origin and their four workers."""

    def __init__(self, per_service: dict[str, dict[str, str]]) -> None:
        logs.configure("mitsprache")
        exporting.export_spans("mitsprache", exporting.collector(Environment()))
        self.died = threading.Event()
        self.parts = {service: self._part(service, Environment(own)) for service, own in per_service.items()}
        self.application: WSGI = one_origin({service: app for service, (_, _, app, _) in self.parts.items()})

    def start(self) -> None:
        for _, _, _, worker in self.parts.values():
            worker.start()

    def stop(self) -> None:
        for _, database, _, worker in self.parts.values():
            worker.stop()
            database.close()

    def serve(self, host: str, port: int, folder: Path, began: float) -> None:
        """Answer requests until a signal comes or a worker's thread dies."""
        server = waitress.create_server(
            self.application, host=host, port=port, threads=THREADS, ident="", clear_untrusted_proxy_headers=True
        )

        def end(_signal: int, _frame: FrameType | None) -> None:
            raise KeyboardInterrupt

        # A shell that starts this in the background has it ignore Ctrl-C's signal; whoever sends it means it.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, end)
        threading.Thread(target=self._end_with_the_workers, args=(server,), daemon=True).start()
        _tell(f"ready after {clock.monotonic() - began:.0f} s\n")
        _tell(f"residents   http://{host}:{port}/")
        _tell(f"staff       http://{host}:{port}/intern/     passwords: {folder / 'demo-staff.json'}")
        _tell(f"messages    http://{host}:{port}/postfach")
        _tell("Ctrl-C ends it; the data stays.")
        try:
            server.run()
        finally:
            server.close()

    def _end_with_the_workers(self, server: Any) -> None:
        self.died.wait()
        server.close()

    def _part(self, service: str, env: Environment) -> tuple[Any, Any, Any, Worker]:
        _tell(f"starting {service}")
        config = _module(service, "config").Config.from_environment(env)
        database = config.open_database(service)
        upgrade(database, service)
        app = _module(service, "app").create_app(config, database)
        worker = Worker(
            database,
            _module(service, "handlers").HANDLERS,
            amqp_url=config.amqp_url,
            ledger_key=config.link_key,
            timers=_module(service, "timers").TIMERS,
            died=self.died.set,
        )
        return config, database, app, worker


def _fill(system: _System, folder: Path, calendar: demo.Calendar | None) -> None:
    """Staff accounts, and the demo's story on the first start. Nothing is served before it is whole."""
    accounts = _accounts(folder / "demo-staff.json", ROLES if calendar else ("admin",))
    config, database, _, _ = system.parts["council"]
    with database.write() as session:
        _module("council", "use_cases.demo_staff").add_demo_staff(session, config, accounts)
    if calendar:
        admin = accounts["admin"]
        demo.load(
            system.application, admin["username"], admin["password"], calendar, lambda part: _tell(f"demo: {part}")
        )
        (folder / UNFINISHED).unlink()


def _accounts(path: Path, roles: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """The accounts that the file names; it is written before they are made, so a kill between the two loses no password."""
    if not path.exists():
        fresh = {role: {"username": role, "password": secrets.token_urlsafe(12)} for role in roles}
        write_private(path, json.dumps(fresh, indent=1))
    accounts: dict[str, dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    return accounts


def _forget_half_a_demo(folder: Path) -> None:
    """A demo that was cut short has never been served: nobody loses anything when it begins again."""
    if (folder / UNFINISHED).exists():
        ours = [path for path in folder.iterdir() if path.name in OURS or path.suffix.startswith(".sqlite")]
        for left_over in [*ours, folder / UNFINISHED]:
            left_over.unlink()


def _module(service: str, name: str) -> Any:
    return importlib.import_module(f"services.{service}.{name}")


def _tell(line: str) -> None:
    print(f"  {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
