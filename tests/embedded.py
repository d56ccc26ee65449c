"""The one-process run as a process of its own, to be used and to be killed."""

import json
import os
import signal
import socket
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import requests

from tests.architecture.tree import ROOT
from tests.e2e.api import Api
from tests.waiting import until

#: What `python -m services` does, at another time of ours.
_LATER = """
import runpy, sys
from datetime import timedelta
from shared import clock
with clock.moved(timedelta(seconds=float(sys.argv.pop()))):
    runpy.run_module("services", run_name="__main__", alter_sys=True)
"""


class Embedded:
    """`python -m services` on a free port, with its data in `folder`."""

    def __init__(self, folder: Path, demo: bool = False) -> None:
        self.folder = folder
        self.port = free_port()
        self.base_url = f"http://127.0.0.1:{self.port}"
        self._demo = "1" if demo else "0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, seconds: float = 120, later: timedelta = timedelta(0)) -> "Embedded":
        """Start it and wait until it answers; it lives so much `later` than we do."""
        how = ["-c", _LATER, str(later.total_seconds())] if later else ["-m", "services"]
        environment = {
            **os.environ,
            "PORT": str(self.port),
            "DATA": str(self.folder),
            "DEMO": self._demo,
            "LIMITS": "off",
        }
        log = (self.folder.parent / f"{self.folder.name}.log").open("ab")
        self._process = subprocess.Popen([sys.executable, *how], cwd=ROOT, env=environment, stdout=log, stderr=log)
        until(self._answers, f"{self.base_url} (its log: {log.name})", seconds)
        return self

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """End it as Ctrl-C would; its exit status."""
        return self._end(signal.SIGINT)

    def staff(self, role: str = "admin") -> Api:
        """A caller with that role."""
        account = json.loads((self.folder / "demo-staff.json").read_text(encoding="utf-8"))[role]
        return Api(self.base_url).signed_in(account["username"], account["password"])

    def mailbox(self, to: str) -> list[dict[str, object]]:
        """What `to` was sent, newest first."""
        found: list[dict[str, object]] = Api(self.base_url).get("notifications", "mailbox", to=to)["data"]
        return found

    def _answers(self) -> bool:
        assert self._process is not None and self._process.poll() is None, "it ended while starting"
        try:
            return requests.get(f"{self.base_url}/readyz", timeout=2).ok
        except requests.ConnectionError:
            return False

    def _end(self, how: signal.Signals) -> int:
        assert self._process is not None
        self._process.send_signal(how)
        return self._process.wait(timeout=60)


def free_port() -> int:
    """A port that nothing listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
