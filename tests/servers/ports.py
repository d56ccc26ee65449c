"""Free ports, and knowing when somebody listens on one."""

import socket

from tests.waiting import until

LOCAL = "127.0.0.1"


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind((LOCAL, 0))
        port: int = listener.getsockname()[1]
        return port


def until_listening(port: int, what: str, seconds: float = 60) -> None:
    """Wait until somebody accepts connections on the port."""
    until(lambda: _accepts(port), f"{what} on port {port}", seconds)


def _accepts(port: int) -> bool:
    with socket.socket() as caller:
        caller.settimeout(1)
        return caller.connect_ex((LOCAL, port)) == 0
