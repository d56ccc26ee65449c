"""A real RabbitMQ with the definitions of this system: TEST_AMQP_URL, or Debian's server as a node of our own."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pika

from shared.messaging import topology
from tests.servers import containers
from tests.servers.packages import program
from tests.servers.ports import LOCAL, free_port
from tests.waiting import until

Pairs = Mapping[str, tuple[str, ...]]

#: How often a boot is tried.
BOOTS = 3

#: Beside the services: a user who may do everything, for what tests do on purpose.
ADMIN = "admin"


class RabbitMQ:
    """A running broker that has loaded the definitions; every user's password is the user's name."""

    def __init__(self, host_and_port: str) -> None:
        self._host_and_port = host_and_port
        self.port = int(host_and_port.rpartition(":")[2])

    def url(self, user: str) -> str:
        """The address for a service, or for ADMIN."""
        return f"amqp://{user}:{user}@{self._host_and_port}/{topology.VHOST}"

    def answers(self) -> bool:
        """Whether it takes connections."""
        try:
            pika.BlockingConnection(pika.URLParameters(self.url(ADMIN))).close()
        except (pika.exceptions.AMQPError, OSError):
            return False
        return True

    def empty(self) -> None:
        """Purge every queue, and make again what a test took away."""
        connection = pika.BlockingConnection(pika.URLParameters(self.url(ADMIN)))
        channel = connection.channel()
        for service in topology.PAIRS:
            own = topology.of(service)
            for name in topology.queues_of(own):
                channel.queue_declare(name, durable=True, arguments=topology.QUEUE_ARGUMENTS)
                channel.queue_purge(name)
            for exchange, queue, key in topology.bindings_of(own):
                channel.queue_bind(queue, exchange, key)
        connection.close()


class LocalRabbitMQ(RabbitMQ):
    """A node of our own, which may be stopped, killed, wiped and started."""

    def __init__(self, folder: Path, pairs: Pairs) -> None:
        super().__init__(f"{LOCAL}:{free_port()}")
        self._server = program("rabbitmq-server", "rabbitmq-server")
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        (folder / "definitions.json").write_text(json.dumps(definitions(pairs)), encoding="utf-8")
        (folder / "rabbitmq.conf").write_text(
            f"load_definitions = {folder}/definitions.json\nloopback_users = none\n"
            "disk_free_limit.absolute = 50MB\nmax_message_size = 262144\nlog.console = false\n",
            encoding="utf-8",
        )
        (folder / "plugins").write_text("[].\n", encoding="utf-8")
        self._environment = {
            **os.environ,
            "HOME": str(folder),
            "RABBITMQ_NODENAME": f"mitsprache{uuid.uuid4().hex[:8]}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": LOCAL,
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
            "RABBITMQ_MNESIA_BASE": str(folder / "data"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_LOGS": str(folder / "log" / "node.log"),
            "ERL_EPMD_ADDRESS": LOCAL,
            "ERL_EPMD_PORT": str(free_port()),
        }

    def start(self) -> None:
        """Start it and wait until it has loaded its definitions. On a crowded machine a boot may run out of its own time:
        then it is tried again."""
        for _ in range(BOOTS):
            with (self._folder / "console").open("wb") as console:
                self._process = subprocess.Popen(
                    [self._server], env=self._environment, stdout=console, stderr=console, start_new_session=True
                )
            until(lambda: self._ended() or self.answers(), f"RabbitMQ (its log: {self._folder}/log)", 120)
            if not self._ended():
                return
        raise AssertionError(f"RabbitMQ ended: {(self._folder / 'console').read_text(encoding='utf-8')[-2000:]}")

    @property
    def pid(self) -> int:
        """The process that started all others of it."""
        assert self._process, "not started"
        return self._process.pid

    def stop(self) -> None:
        """Shut it down in order."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(signal.SIGKILL)

    def wipe(self) -> None:
        """Take its disk away; it must be stopped."""
        shutil.rmtree(self._folder / "data")

    def pause(self) -> None:
        """Stop it without its knowing: connections stay open and nobody answers, until `resume`."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def delete_queues(self) -> None:
        """Take every queue away with what waits in it, as a mistaken operator would."""
        connection = pika.BlockingConnection(pika.URLParameters(self.url(ADMIN)))
        for service in topology.PAIRS:
            for name in topology.queues_of(topology.of(service)):
                connection.channel().queue_delete(name)
        connection.close()

    def break_queues(self) -> None:
        """Take away what quorum queues keep, but not that there are such queues; it must be stopped."""
        for kept in (self._folder / "data").glob("*/quorum"):
            shutil.rmtree(kept)

    def control(self, *arguments: str) -> str:
        """Run rabbitmqctl on this node."""
        command = [program("rabbitmqctl", "rabbitmq-server"), "-q", *arguments]
        done = subprocess.run(command, env=self._environment, check=True, capture_output=True, text=True)
        return done.stdout

    def end_epmd(self) -> None:
        """End the name server that came with the node; it refuses until it noticed that the node is gone."""
        until(self._epmd_ended, "epmd to end")

    def _end(self, how: signal.Signals) -> None:
        if self._process and self._process.poll() is None:
            self._signal(how)
            self._process.wait(60)

    def _signal(self, how: signal.Signals) -> None:
        if self._process:
            os.killpg(self._process.pid, how)

    def _ended(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def _epmd_ended(self) -> bool:
        told = subprocess.run(["epmd", "-kill"], env=self._environment, check=False, capture_output=True, text=True)
        return "Killed" in told.stdout or "Cannot connect" in told.stdout + told.stderr


@contextmanager
def rabbitmq(pairs: Pairs = topology.PAIRS) -> Iterator[RabbitMQ]:
    """A broker: the one of TEST_AMQP_URL (it must have loaded `definitions()`), else a container whose image is here, else a
    node of our own. Raises Missing."""
    if given := os.environ.get("TEST_AMQP_URL"):
        parts = urlsplit(given)
        yield RabbitMQ(f"{parts.hostname}:{parts.port or 5672}")
        return
    if name := containers.image("RABBITMQ"):
        with containers.rabbitmq_container(name, definitions(pairs)) as host_and_port:
            contained = RabbitMQ(host_and_port)
            until(contained.answers, "RabbitMQ in its container", 120)
            yield contained
        return
    with local_rabbitmq(pairs) as broker:
        yield broker


@contextmanager
def local_rabbitmq(pairs: Pairs = topology.PAIRS) -> Iterator[LocalRabbitMQ]:
    """A node of our own, gone afterwards. Raises Missing."""
    folder = Path(tempfile.mkdtemp(prefix="mitsprache-rabbitmq-"))
    folder.chmod(0o755)
    broker = LocalRabbitMQ(folder, pairs)
    try:
        broker.start()
        yield broker
    finally:
        broker.kill()
        broker.end_epmd()
        shutil.rmtree(folder, ignore_errors=True)


def definitions(pairs: Pairs = topology.PAIRS) -> dict[str, Any]:
    """The system's definitions with every password equal to the user's name, and an administrator."""
    hashes = {service: topology.password_hash(service) for service in topology.services_of(pairs)}
    loaded = topology.definitions(hashes, pairs)
    loaded["users"].append(
        {
            "name": ADMIN,
            "password_hash": topology.password_hash(ADMIN),
            "hashing_algorithm": "rabbit_password_hashing_sha256",
            "tags": ["administrator"],
        }
    )
    everything = {"configure": ".*", "write": ".*", "read": ".*"}
    loaded["permissions"].append({"user": ADMIN, "vhost": topology.VHOST, **everything})
    return loaded
