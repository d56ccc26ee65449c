"""Where benchmarks run: PostgreSQL that waits for its disk, RabbitMQ with its quorum queues, and processes of ours."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median_low
from typing import Any

from tests.architecture.tree import ROOT
from tests.bench.usage import OURS, Usage
from tests.servers.postgresql import LocalPostgreSQL, local_postgresql
from tests.servers.rabbitmq import LocalRabbitMQ, local_rabbitmq


@dataclass(frozen=True)
class Ground:
    """The servers of this run. `brief` asks for small counts: a look whether everything works, no measurement."""

    postgres: LocalPostgreSQL
    broker: LocalRabbitMQ
    brief: bool = False

    def count(self, full: int) -> int:
        """How many items to measure with."""
        return max(100, full // 50) if self.brief else full

    def usage(self, *ours: "subprocess.Popen[bytes]") -> Usage:
        """What these processes and the servers use from now on."""
        servers = {"PostgreSQL": [self.postgres.pid], "RabbitMQ": [self.broker.pid]}
        return Usage({OURS: [process.pid for process in ours], **servers})


@contextmanager
def ground(brief: bool = False) -> Iterator[Ground]:
    """Servers of our own, gone afterwards. Raises Missing."""
    with local_postgresql(durable=True) as postgres, local_rabbitmq() as broker:
        yield Ground(postgres, broker, brief)


@contextmanager
def running(module: str, *arguments: str, variables: Mapping[str, str] | None = None) -> Iterator[Any]:
    """`python -m module arguments` as a process of its own while the block runs; what it prints goes to stderr."""
    command = [sys.executable, "-m", module, *arguments]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **(variables or {})}, stdout=2)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


def told_by(module: str, *arguments: str) -> dict[str, float]:
    """What `python -m module arguments` prints as JSON, run to its end: how a limit is measured in a process of its own."""
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True, timeout=600)
    told: dict[str, float] = json.loads(done.stdout)
    return told


def typical(rounds: Sequence[tuple[Any, ...]], rate: Callable[[Any], float]) -> Any:
    """Of several rounds the one in the middle by its rate: what else the machine does falls on some of them only."""
    middle = median_low(rate(each) for each in rounds)
    return next(each for each in rounds if rate(each) == middle)
