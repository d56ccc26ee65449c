"""Free ports, and knowing when somebody listens on one."""

import random
import socket
from contextlib import suppress

from tests.waiting import until

LOCAL = "127.0.0.1"


#: Below the ports that the kernel gives to outgoing connections: a server that boots slowly would lose such a one.
_RANGE = range(15_000, 32_000)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on now."""
    while True:
        port = random.choice(_RANGE)
        with socket.socket() as listener, suppress(OSError):
            listener.bind((LOCAL, port))
            return port


def until_listening(port: int, what: str, seconds: float = 60) -> None:
    """Wait until somebody accepts connections on the port."""
    until(lambda: _accepts(port), f"{what} on port {port}", seconds)


def _accepts(port: int) -> bool:
    with socket.socket() as caller:
        caller.settimeout(1)
        return caller.connect_ex((LOCAL, port)) == 0
