"""What deploy/backup.sh and deploy/restore.sh find as `compose` where the eight processes run without containers.

`python -m tests.resilience.compose FILE …`: FILE is JSON that names the port of PostgreSQL, the variables of each service and
the process of each container.
"""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.servers.ports import LOCAL
from tests.waiting import until


def main(file: str, verb: str, *arguments: str) -> int:
    """Do what docker compose would do for these words; its exit status."""
    deployment = json.loads(Path(file).read_text(encoding="utf-8"))
    match verb, *arguments:
        case "exec", "-T", "postgres", program, *rest:
            return _in_postgres(deployment["port"], program, rest)
        case "stop", *containers:
            for container in containers:
                _stop(deployment["processes"][container])
            return 0
        case "run", "--rm", "--no-deps", container, *command:
            return _run(deployment["variables"], container, command)
        case "start", *_:
            # Whoever started the processes before starts them again, after the script.
            return 0
    raise SystemExit(f"not a word of these scripts: {verb} {arguments}")


def _in_postgres(port: int, program: str, arguments: list[str]) -> int:
    folder = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))[-1].parent
    environment = {**os.environ, "PGHOST": LOCAL, "PGPORT": str(port)}
    return subprocess.run([folder / program, *arguments], env=environment, check=False).returncode


def _stop(pid: int) -> None:
    os.killpg(pid, signal.SIGTERM)
    until(lambda: _has_ended(pid), f"process {pid} to end")


def _has_ended(pid: int) -> bool:
    try:
        return "State:\tZ" in Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except FileNotFoundError:
        return True


def _run(variables: dict[str, dict[str, str]], container: str, command: list[str]) -> int:
    service = container.partition("-")[0]
    arguments: list[Any] = command[1:] if command else ["-m", f"services.{service}", "migrate"]
    environment = {**os.environ, **variables[service]}
    return subprocess.run([sys.executable, *arguments], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
