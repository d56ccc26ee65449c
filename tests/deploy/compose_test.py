"""`python -m tests.deploy.compose_test`: the whole docker-compose.yml, started, walked through, hurt, and taken down again.

Needs a Docker engine. Where the upstream images can't be pulled it builds its own from Debian (root and debootstrap).
"""

import subprocess
import sys
import time

from deploy.images import build
from tests.deploy.deployment import Deployment, docker, engine_answers
from tests.deploy.trial import Trial

UPSTREAM = {
    "BASE_IMAGE": "python:3.13-slim-trixie",
    "CADDY_IMAGE": "caddy:2.10",
    "POSTGRES_IMAGE": "postgres:17",
    "RABBITMQ_IMAGE": "rabbitmq:4.0",
    "VALKEY_IMAGE": "valkey/valkey:8.1",
}


def images() -> dict[str, str]:
    """The images to stand on: the official ones where they can be had, else our own."""
    if all(build.exists(image) or _can_be_pulled(image) for image in UPSTREAM.values()):
        build.build_missing(("base", "kannel"))
        return UPSTREAM
    build.build_missing(tuple(build.IMAGES))
    return {build.VARIABLES[name]: image for name, image in build.IMAGES.items()}


def _can_be_pulled(image: str) -> bool:
    return subprocess.run(["docker", "pull", "--quiet", image], capture_output=True, check=False).returncode == 0


def main() -> int:
    """Everything in order. The exit status is 0 when all of it held."""
    if not engine_answers():
        print("compose-test needs a Docker engine, and none answers here.")
        return 1
    began = time.monotonic()
    trial = Trial(Deployment(images()))
    held = False
    try:
        trial.start()
        trial.check("nobody is root, nothing is writable", trial.look_at_containers)
        trial.check("walls between containers stand", trial.look_at_walls)
        trial.check("papers are printed", trial.print_badges)
        trial.check("the gateway routes, limits and hides", trial.look_at_the_gateway)
        trial.check("the journey, with deaths on the way", trial.walk)
        trial.check("everybody has every event", trial.settle)
        trial.check("one service away", trial.lose_a_service)
        trial.check("a backup is brought back", trial.bring_back_a_backup)
        trial.check("forged client addresses don't help", trial.pretend_to_be_many)
        trial.check("the logs keep no secret and no person", trial.read_the_logs)
        held = True
    finally:
        if not held:
            _keep_logs(trial.deployment)
        trial.deployment.take_down()
        _print_table(trial.rows)
    engine = docker("version", "--format", "{{.Server.Version}}").strip()
    print(f"compose-test: {len(trial.rows)} checks held in {time.monotonic() - began:.0f} s on Docker {engine}")
    return 0


def _keep_logs(deployment: Deployment) -> None:
    folder = build.FOLDER.parents[1] / "var/compose-test"
    folder.mkdir(parents=True, exist_ok=True)
    for name, container in deployment.containers().items():
        log = subprocess.run(["docker", "logs", container["Id"]], capture_output=True, check=False)
        (folder / f"{name}.log").write_bytes(log.stdout + log.stderr)
    print(f"The logs are kept in {folder}.")


def _print_table(rows: list[tuple[str, str, float]]) -> None:
    wide = max((len(what) for what, _, _ in rows), default=0)
    for what, outcome, seconds in rows:
        print(f"{what:<{wide}}  {seconds:7.1f} s  {outcome}")


if __name__ == "__main__":
    sys.exit(main())
