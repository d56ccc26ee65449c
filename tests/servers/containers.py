"""Servers in containers, where a Docker engine answers and has the image already: tests pull nothing."""

import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import docker
import docker.errors
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError
from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer

from tests.servers.ports import LOCAL
from tests.waiting import until

#: TEST_POSTGRES_IMAGE and TEST_RABBITMQ_IMAGE name others.
IMAGES = {"POSTGRES": "postgres:17", "RABBITMQ": "rabbitmq:4.0"}
PASSWORD = "only-for-tests"
_CONF = """
listeners.tcp.default = 5672
load_definitions = /run/mitsprache/definitions.json
"""

# A container of its own that watches over ours would have to be pulled; every container here ends with its block.
testcontainers_config.ryuk_disabled = True


def image(server: str) -> str | None:
    """The image of POSTGRES or RABBITMQ that is here already, or None: no engine, or not there."""
    name = os.environ.get(f"TEST_{server}_IMAGE", IMAGES[server])
    try:
        engine = docker.from_env(timeout=5)
        try:
            engine.images.get(name)
        finally:
            engine.close()
    except docker.errors.DockerException:
        return None
    return name


@contextmanager
def postgresql_container(name: str, options: Sequence[str]) -> Iterator[str]:
    """A PostgreSQL from this image, started with `options`; the address of its superuser's database."""
    # A folder below the volume: the volume itself belongs to root where an image runs without being root.
    cluster = {"POSTGRES_PASSWORD": PASSWORD, "PGDATA": "/var/lib/postgresql/data/cluster"}
    container = DockerContainer(name, env=cluster, command=" ".join(["postgres", *options]))
    with _running(container, 5432) as port:
        url = f"postgresql+psycopg://postgres:{PASSWORD}@{LOCAL}:{port}/postgres"
        until(lambda: _connects(url), "PostgreSQL in its container", 90)
        yield url


@contextmanager
def rabbitmq_container(name: str, definitions: dict[str, Any]) -> Iterator[str]:
    """A RabbitMQ from this image that loads `definitions` at boot; its host and port."""
    with tempfile.TemporaryDirectory(prefix="mitsprache-rabbitmq-") as folder:
        Path(folder).chmod(0o755)
        (Path(folder) / "definitions.json").write_text(json.dumps(definitions), encoding="utf-8")
        (Path(folder) / "rabbitmq.conf").write_text(_CONF, encoding="utf-8")
        container = DockerContainer(name).with_volume_mapping(folder, "/run/mitsprache", "ro")
        with _running(container.with_env("RABBITMQ_CONFIG_FILE", "/run/mitsprache/rabbitmq.conf"), 5672) as port:
            yield f"{LOCAL}:{port}"


@contextmanager
def _running(container: DockerContainer, port: int) -> Iterator[int]:
    """The container, its port published to this machine alone."""
    container.ports[f"{port}/tcp"] = (LOCAL, None)
    with container:
        yield int(until(lambda: _published(container, port), "the container's port"))


def _connects(url: str) -> bool:
    engine = create_engine(url)
    try:
        with engine.connect():
            return True
    except OperationalError:
        return False
    finally:
        engine.dispose()


def _published(container: DockerContainer, port: int) -> str | None:
    wrapped = container.get_wrapped_container()
    wrapped.reload()
    bindings = wrapped.attrs["NetworkSettings"]["Ports"].get(f"{port}/tcp")
    return bindings[0]["HostPort"] if bindings else None
