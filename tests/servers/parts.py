"""Which real servers this test run had. One that can't be had fails the run, unless ALLOW_MISSING=rabbitmq,… names it."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TypeVar

import pytest

from tests.servers.packages import Missing

T = TypeVar("T")

_ran: dict[str, str] = {}


@contextmanager
def part(name: str, server: Callable[[], AbstractContextManager[T]]) -> Iterator[T]:
    """Start a server for the session and note that it ran, or say why it could not."""
    try:
        running = server()
        entered = running.__enter__()
    except Missing as reason:
        _ran[name] = f"MISSING: {reason}"
        if name in os.environ.get("ALLOW_MISSING", "").split(","):
            pytest.skip(f"ALLOW_MISSING names {name}: {reason}")
        pytest.fail(f"{name} can't be had ({reason}); ALLOW_MISSING={name} runs the other tests")
    _ran[name] = "real"
    try:
        yield entered
    finally:
        running.__exit__(None, None, None)


def summary() -> list[str]:
    """One line for each server that was asked for."""
    return [f"{name}: {what}" for name, what in sorted(_ran.items())]
