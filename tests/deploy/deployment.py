"""One deployment of docker-compose.yml under a project name of its own, with its own secrets, ports and volumes."""

import json
import secrets
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from tests.waiting import until

ROOT = Path(__file__).parents[2]
PROJECT_LABEL = "com.docker.compose.project"
SERVICE_LABEL = "com.docker.compose.service"


def docker(*arguments: str, text: str | None = None) -> str:
    """What `docker …` prints. Raises CalledProcessError, with what it complained about in its output."""
    done = subprocess.run(["docker", *arguments], capture_output=True, text=True, check=False, input=text)
    if done.returncode:
        raise subprocess.CalledProcessError(done.returncode, ["docker", *arguments], done.stdout + done.stderr)
    return done.stdout


def engine_answers() -> bool:
    """Whether there is a Docker engine here."""
    return shutil.which("docker") is not None and _succeeds("docker", "info")


class Deployment:
    """A project of docker compose. `images` are lines NAME=image for its variables."""

    def __init__(self, images: dict[str, str]) -> None:
        self.project = f"mitsprache-test-{secrets.token_hex(4)}"
        self.folder = Path(tempfile.mkdtemp(prefix=f"{self.project}-"))
        self.secrets = self.folder / "secrets"
        self.http_port, self.https_port = _free_ports(2)
        self.base_url = f"https://localhost:{self.https_port}"
        self.certificate = self.folder / "root.crt"
        self._write_settings(images)

    def compose(self, *arguments: str) -> None:
        """Run compose on this project, with its output shown."""
        subprocess.run([*self._command(), *arguments], check=True, cwd=ROOT, timeout=900)

    def script(self, name: str, *arguments: str) -> None:
        """Run a script of deploy/ on this project."""
        compose = f"COMPOSE={' '.join(self._command())}"
        command = ["env", compose, f"deploy/{name}", *arguments]
        subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL, timeout=600)

    def containers(self) -> dict[str, dict[str, Any]]:
        """What the engine knows about each container, by the name of its compose service."""
        ids = docker("ps", "--all", "--quiet", "--filter", f"label={PROJECT_LABEL}={self.project}").split()
        described = json.loads(docker("inspect", *ids)) if ids else []
        return {container["Config"]["Labels"][SERVICE_LABEL]: container for container in described}

    def is_well(self) -> bool:
        """Whether every container that stays runs and says that it is healthy, and every migration ended well."""
        return all(map(_is_well, self.containers().values()))

    def wait_until_well(self, seconds: int = 180) -> None:
        """Come back when everything is well. Raises AssertionError naming what isn't."""
        try:
            until(self.is_well, "all containers", seconds)
        except AssertionError as error:
            ill = {name: c["State"]["Status"] for name, c in self.containers().items() if not _is_well(c)}
            raise AssertionError(f"not well after {seconds} s: {ill}") from error

    def run_in(self, service: str, *command: str, text: str | None = None) -> str:
        """What `command` prints inside the container of `service`."""
        return docker("exec", "--interactive", self._id(service), *command, text=text)

    def kill(self, service: str) -> None:
        """End a container as a power cut would."""
        docker("kill", "--signal", "KILL", self._id(service))

    def start(self, service: str) -> None:
        """Start a container that was killed."""
        docker("start", self._id(service))

    def wipe(self, service: str, volume: str) -> None:
        """Take a container and its volume away and start anew with an empty one."""
        docker("rm", "--force", self._id(service))
        docker("volume", "rm", f"{self.project}_{volume}")
        self.compose("up", "-d", "--no-deps", "--no-recreate", service)

    def trust_the_gateway(self) -> None:
        """Fetch the certificate of the gateway's own authority, so that clients can verify it."""
        root = "/state/caddy/pki/authorities/local/root.crt"
        self.certificate.write_text(until(lambda: self.run_in("gateway", "cat", root), "the gateway's certificate"))

    def logs(self) -> str:
        """What all containers wrote."""
        ids = [container["Id"] for container in self.containers().values()]
        written = [subprocess.run(["docker", "logs", i], capture_output=True, check=True) for i in ids]
        return "\n".join((log.stdout + log.stderr).decode(errors="replace") for log in written)

    def secret_values(self) -> set[str]:
        """Every secret word of this deployment."""
        words = {path.read_text().strip() for path in self.secrets.rglob("*") if path.is_file()}
        return {
            word for word in words if "\n" not in word and not word.startswith(("smtp:", '{"registration"', '{"keys"'))
        }

    def take_down(self) -> None:
        """Remove containers, networks, volumes and files of this project; images stay."""
        self.compose("down", "--volumes", "--timeout", "5")
        shutil.rmtree(self.folder)

    def _id(self, service: str) -> str:
        return str(self.containers()[service]["Id"])

    def _command(self) -> list[str]:
        has_plugin = _succeeds("docker", "compose", "version")
        start = ["docker", "compose"] if has_plugin else ["docker-compose"]
        return [*start, "--project-name", self.project, "--env-file", str(self.folder / "env")]

    def _write_settings(self, images: dict[str, str]) -> None:
        settings = {
            **images,
            "IMAGE_TAG": "0.0.0-test",
            "SECRETS": str(self.secrets),
            "PUBLISH_ADDRESS": "127.0.0.1",
            "HTTP_PORT": str(self.http_port),
            "HTTPS_PORT": str(self.https_port),
            "BASE_URL": self.base_url,
            "STAFF_SECOND_FACTOR": "off",
            "COMPOSE_PROFILES": "demo",
            "MAILBOX": "mailbox:8000",
            "SMS_RECEIPTS_URL": "http://gateway:8082",
        }
        (self.folder / "env").write_text("".join(f"{name}={value}\n" for name, value in settings.items()))


def _succeeds(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _is_well(container: dict[str, Any]) -> bool:
    state = container["State"]
    if container["Config"]["Labels"][SERVICE_LABEL].endswith("-migrate"):
        return bool(state["Status"] == "exited" and state["ExitCode"] == 0)
    return bool(state["Running"] and state.get("Health", {}).get("Status", "healthy") == "healthy")


def _free_ports(count: int) -> list[int]:
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports
