"""What a service does by the clock: deadlines, sending, cleaning up. Only the leading process does it."""

import threading
from collections.abc import Callable

import structlog

from shared.database import Database
from shared.messaging.leadership import Leadership
from shared.messaging.loop import Loop, place_of

#: A name for the logs, how many seconds to wait between two runs, and what to do.
Timer = tuple[str, float, Callable[[Database], None]]

log = structlog.get_logger(component="timers")


class Ticking(Loop):
    """One timer in a thread of its own, so that a slow one holds nobody up. A run that fails is logged and comes again."""

    def __init__(self, database: Database, timer: Timer, leadership: Leadership, died: Callable[[], None]) -> None:
        name, self._seconds, self._run = timer
        super().__init__(f"{database.service} {name}", died)
        self._database = database
        self._leadership = leadership
        self._bell = threading.Event()

    def turn(self) -> None:
        """Run once, then wait."""
        if self._leadership.is_held:
            try:
                self._run(self._database)
            except Exception as error:
                log.error("timer failed", name=self.name, error=type(error).__name__, reason=place_of(error))
        self._bell.wait(self._seconds if self._leadership.is_held else 0.1)
        self._bell.clear()

    def wake(self) -> None:
        """Run now."""
        self._bell.set()
