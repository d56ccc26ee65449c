"""The eight processes of a deployment, on real servers: what the compose file starts, without containers."""

import importlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import requests

from services.embedded import settings
from shared.config import Environment
from tests.architecture.tree import ROOT, SERVICES
from tests.e2e.api import Api
from tests.servers.ports import LOCAL, free_port
from tests.waiting import until

#: The role of a second worker beside the first; only one of them leads.
STANDBY = "standby"

#: The account that tests sign in with.
ADMIN = {"username": "admin", "password": "a long enough password"}


class Processes:
    """4 × web and 4 × worker; `extra` are variables for all of them, `urls` those of one service."""

    def __init__(self, folder: Path, extra: Mapping[str, str], urls: Mapping[str, Mapping[str, str]]) -> None:
        self._folder = folder
        self.ports = {service: (free_port(), free_port()) for service in SERVICES}
        base = f"http://{LOCAL}:{self.ports['registration'][0]}"
        own = settings(folder, SERVICES, Environment({"BASE_URL": base, "LIMITS": "off"}))
        fixed = {"DEMO": "off", "STAFF_SECOND_FACTOR": "off", "WEB_WORKERS": "1"}
        self._variables = {
            service: {**own[service], **fixed, **extra, **urls[service], "OPS_PORT": str(self.ports[service][1])}
            for service in SERVICES
        }
        self._running: dict[tuple[str, str], subprocess.Popen[bytes]] = {}
        self.origins = {service: f"http://{LOCAL}:{web}" for service, (web, _) in self.ports.items()}
        self.api = Api(base, origins=self.origins)

    def start(self) -> None:
        """Migrate, make the admin's account, start all eight and wait until they are ready."""
        for migration in [self._begin(service, "migrate") for service in SERVICES]:
            assert migration.wait(120) == 0
        self._add_admin()
        for service in SERVICES:
            self.begin(service, "worker")
            self.begin(service, "web")
        for ports in self.ports.values():
            for port in ports:
                until(lambda port=port: _is_ready(port), f"port {port} (logs: {self._folder})", 90)

    def begin(self, service: str, role: str, failpoint: str | None = None) -> None:
        """Start one process, `web`, `worker` or the STANDBY of a worker; it dies when it comes to `failpoint`."""
        assert not self.is_alive(service, role), f"{service} {role} runs already"
        extra = {"FAILPOINT": failpoint} if failpoint else {}
        if role == STANDBY:
            extra["OPS_PORT"] = str(free_port())
        command = ["web", "--bind", f"{LOCAL}:{self.ports[service][0]}"] if role == "web" else ["worker"]
        self._running[service, role] = self._begin(service, *command, **extra)

    def kill(self, service: str, role: str) -> None:
        """End one process as a power cut would."""
        process = self._running.pop((service, role))
        with suppress(ProcessLookupError):  # it has died by itself
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(30)

    def pause(self, service: str, role: str) -> None:
        """Stop one process without its knowing, until `resume`."""
        os.killpg(self._running[service, role].pid, signal.SIGSTOP)

    def resume(self, service: str, role: str) -> None:
        """Let a paused process go on as if nothing had been."""
        os.killpg(self._running[service, role].pid, signal.SIGCONT)

    def is_alive(self, service: str, role: str) -> bool:
        """Whether one process runs (or is paused)."""
        process = self._running.get((service, role))
        return process is not None and process.poll() is None

    def pids(self, service: str, role: str) -> frozenset[int]:
        """One process and its children: gunicorn starts a child again that died."""
        pid = self._running[service, role].pid
        try:
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
        except OSError:
            return frozenset()
        return frozenset({pid, *map(int, children.split())})

    def variables(self, service: str) -> Mapping[str, str]:
        """What the processes of one service find in their environment."""
        return self._variables[service]

    def stop(self) -> None:
        """End all of them."""
        for process in self._running.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
                os.killpg(process.pid, signal.SIGCONT)
        for process in self._running.values():
            process.wait(30)

    def staff(self) -> Api:
        """A caller who may do everything."""
        return self.api.signed_in(**ADMIN)

    def _begin(self, service: str, *command: str, **extra: str) -> subprocess.Popen[bytes]:
        with (self._folder / f"{service}-{command[0]}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", f"services.{service}", *command],
                cwd=ROOT,
                env={**os.environ, **self._variables[service], **extra},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _add_admin(self) -> None:
        config = importlib.import_module("services.council.config").Config.from_environment(
            Environment(self._variables["council"])
        )
        demo_staff = importlib.import_module("services.council.use_cases.demo_staff")
        database = config.open_database("council")
        with database.write() as session:
            demo_staff.add_demo_staff(session, config, {"admin": ADMIN})
        database.close()


def _is_ready(port: int) -> bool:
    try:
        return requests.get(f"http://{LOCAL}:{port}/readyz", timeout=2).ok
    except requests.RequestException:
        return False
