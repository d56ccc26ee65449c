"""A thread that repeats its turn until it is told to stop, and comes back after outages."""

import random
import threading
import traceback
from abc import ABC, abstractmethod
from collections.abc import Callable

import structlog

from shared.messaging.errors import Outage

#: Seconds to wait after an outage, twice as long after the next one. Everything has to be done a minute after the outage is
#: over, and finding out that it is over is only the first part of that.
SHORTEST_PAUSE = 0.1
LONGEST_PAUSE = 10.0

log = structlog.get_logger(component="worker")


class Loop(threading.Thread, ABC):
    """Subclasses say what to open, what one turn does, what to close, and how to be woken. `died` is told when the thread
    ends by an error that isn't an outage: nobody can go on then."""

    def __init__(self, name: str, died: Callable[[], None]) -> None:
        super().__init__(name=name, daemon=True)
        self._died = died
        self._stopping = threading.Event()
        self._pause = SHORTEST_PAUSE

    def open(self) -> None:
        """Connect to what the turns need. May raise Outage."""

    @abstractmethod
    def turn(self) -> None:
        """Do what is to be done now, and wait a little if that is nothing. May raise Outage."""

    def close(self) -> None:
        """Let go of what `open` opened, also if it got halfway only."""

    def wake(self) -> None:
        """Make a waiting turn look again; called by other threads."""

    @property
    def is_stopping(self) -> bool:
        """Whether this turn shall be the last."""
        return self._stopping.is_set()

    def run(self) -> None:
        """The thread."""
        try:
            while not self.is_stopping:
                self._run_until_outage()
        except Exception as error:
            log.error("thread died", name=self.name, error=type(error).__name__, reason=place_of(error))
            self._died()

    def stop(self) -> None:
        """Ask the thread to end after its present turn."""
        self._stopping.set()
        self.wake()

    def rest(self, seconds: float) -> None:
        """Wait, unless the thread is to stop."""
        self._stopping.wait(seconds)

    def _run_until_outage(self) -> None:
        try:
            self.open()
            while not self.is_stopping:
                self.turn()
                self._pause = SHORTEST_PAUSE
        except Outage as error:
            log.warning("outage", name=self.name, reason=str(error), seconds=round(self._pause, 1))
        finally:
            self.close()
        self.rest(self._pause * random.uniform(0.5, 1.5))
        self._pause = min(LONGEST_PAUSE, self._pause * 2)


def place_of(error: BaseException) -> str:
    """Where it happened; the error's own text may quote what nobody may read."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{frame.filename}:{frame.lineno}"
