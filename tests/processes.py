"""The eight processes of a deployment, on real servers: what the compose file starts, without containers."""

import importlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import requests

from services.embedded import settings
from shared.config import Environment
from tests.architecture.tree import ROOT, SERVICES
from tests.e2e.api import Api
from tests.servers.ports import LOCAL, free_port
from tests.waiting import until

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
        self.api = Api(base, origins={service: f"http://{LOCAL}:{web}" for service, (web, _) in self.ports.items()})

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

    def begin(self, service: str, role: str) -> None:
        """Start one process, `web` or `worker`."""
        arguments = ["--bind", f"{LOCAL}:{self.ports[service][0]}"] if role == "web" else []
        self._running[service, role] = self._begin(service, role, *arguments)

    def kill(self, service: str, role: str) -> None:
        """End one process as a power cut would."""
        process = self._running.pop((service, role))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(30)

    def stop(self) -> None:
        """End all of them."""
        for process in self._running.values():
            os.killpg(process.pid, signal.SIGTERM)
        for process in self._running.values():
            process.wait(30)

    def staff(self) -> Api:
        """A caller who may do everything."""
        return self.api.signed_in(**ADMIN)

    def _begin(self, service: str, *command: str) -> subprocess.Popen[bytes]:
        with (self._folder / f"{service}-{command[0]}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", f"services.{service}", *command],
                cwd=ROOT,
                env={**os.environ, **self._variables[service]},
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
