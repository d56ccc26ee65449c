"""Places where tests may let a process die, as if the power went: SIGKILL, no clean-up, no goodbye."""

import os
import signal

from shared.config import Environment

_deadly = Environment().optional("FAILPOINT")


def reached(place: str) -> None:
    """Die here if the environment's FAILPOINT names this place; otherwise nothing."""
    if place == _deadly:
        os.kill(os.getpid(), signal.SIGKILL)
