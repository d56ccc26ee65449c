"""Processing: handlers run over the heads of the aggregates; effects and `processed` are one transaction."""

import traceback
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from shared import failpoints
from shared.messaging.errors import NotYet, Outage, Reject
from shared.messaging.protocol.records import InboxEvent, InboxStatus, Position
from shared.messaging.protocol.retries import Jitter, next_attempt_at
from shared.messaging.protocol.store import Store, Transaction

BATCH = 100
DEATHS = 3
#: How long a row waits whose process died while it ran alone; twice as long the second time.
AFTER_A_DEATH = timedelta(seconds=2)
DIED = "its process died three times while it ran alone"
NO_HANDLER = "no handler here"

T = TypeVar("T", bound=Transaction)
Handle = Callable[[T, InboxEvent], None]
Clock = Callable[[], datetime]


@dataclass(slots=True)
class Processed:
    """What one step did."""

    processed: int = 0
    retried: int = 0
    parked: int = 0
    skipped: int = 0


class Processor(Generic[T]):
    """Runs the handlers of one service. `handlers` by event name; `producers` are those this service consumes.

    `jitter` gives numbers from 0 up to 1 and spreads the retries.
    """

    def __init__(
        self,
        store: Store[T],
        handlers: Mapping[str, Handle[T]],
        producers: Collection[str],
        jitter: Jitter,
        batch: int = BATCH,
    ) -> None:
        self._store = store
        self._handlers = handlers
        self._producers = producers
        self._jitter = jitter
        self._batch = batch
        self._interrupted: list[Position] = []
        #: How many of the rows that were there before are yet to run one by one: this process's predecessor may have died of
        #: one of them. What came later didn't end anybody.
        self._careful = batch
        self._careful_through: datetime | None = None

    def step(self, now: Clock) -> Processed:
        """Claim what may run and run it: together, and one by one what failed together or may have ended a process.

        `now` is asked each time: two processors may take turns with an aggregate, and when each row was processed tells
        their order.

        Raises Outage; then no attempt is used up.
        """
        done = Processed()
        self._careful_through = self._careful_through or now()
        try:
            self._forgive()
            for at in self._claim_carefully(now) or self._run_together(now, done):
                self._run_alone(at, now, done)
        except Outage:
            self._careful, self._careful_through = self._batch, None
            raise
        return done

    def _forgive(self) -> None:
        """A row that ran when an outage came, or was held back before it ran, didn't die."""
        if self._interrupted:
            with self._store.begin() as tx:
                for row in tx.lock_ready(self._interrupted):
                    tx.save_attempt(replace(row, deaths=max(0, row.deaths - 1)))
            self._interrupted.clear()

    def _claim_carefully(self, now: Clock) -> list[Position]:
        if not self._careful:
            return []
        with self._store.begin() as tx:
            rows = tx.claim_heads(self._producers, now(), self._careful)
        earlier = [row.at for row in rows if row.received_at <= (self._careful_through or now())]
        if rows:
            failpoints.reached("processor.claimed")
            self._careful -= len(earlier) or self._careful
        return earlier

    def _run_together(self, now: Clock, done: Processed) -> list[Position]:
        """Run a batch in one transaction. Returns what is left to run alone: all of it, if anything failed."""
        rows: list[InboxEvent] = []
        together: list[Position] = []
        try:
            with self._store.begin() as tx:
                rows = tx.claim_heads(self._producers, now(), self._batch)
                for row in rows:
                    if row.event.name in self._handlers and not row.suspect:
                        self._handlers[row.event.name](tx, row)
                        together.append(row.at)
                if together:
                    tx.mark_processed(together, now())
        except Exception as error:
            self._let_outage_through(error)
            return [row.at for row in rows]
        if together:
            failpoints.reached("processor.handled")
        done.processed += len(together)
        ran = set(together)
        return [row.at for row in rows if row.at not in ran]

    def _run_alone(self, at: Position, now: Clock, done: Processed) -> None:
        # The death is counted before the row runs, since nobody can count it afterwards.
        if not self._count_death(at, now, done):
            return
        failpoints.reached("processor.counted")
        try:
            with self._store.begin() as tx:
                # Claimed anew, since what was received meanwhile may hold it back again.
                row = tx.claim_head(at, self._producers, now())
                if row:
                    self._handlers[row.event.name](tx, row)
                    tx.mark_processed([at], now())
            if row is None:
                self._interrupted.append(at)
                return
            failpoints.reached("processor.handled")
            done.processed += 1
        except Exception as error:
            self._interrupted.append(at)
            self._let_outage_through(error)
            self._failed(at, error, now, done)
            self._interrupted.remove(at)

    def _count_death(self, at: Position, now: Clock, done: Processed) -> bool:
        """Whether the row is to be run now."""
        with self._store.begin() as tx:
            for row in tx.lock_ready([at]):
                if row.event.name not in self._handlers:
                    tx.save_attempt(replace(row, status=InboxStatus.SKIPPED, suspect=False, last_error=NO_HANDLER))
                    done.skipped += 1
                elif row.deaths >= DEATHS:
                    tx.save_attempt(_parked(row, DIED))
                    done.parked += 1
                elif row.deaths and row.next_attempt_at is None:
                    # Whatever ended the process: others go first, and what dies anew soon after is less likely to be this.
                    tx.save_attempt(replace(row, next_attempt_at=now() + row.deaths * AFTER_A_DEATH))
                else:
                    tx.save_attempt(replace(row, suspect=True, deaths=row.deaths + 1, next_attempt_at=None))
                    return True
        return False

    def _failed(self, at: Position, error: Exception, now: Clock, done: Processed) -> None:
        with self._store.begin() as tx:
            for found in tx.lock_ready([at]):
                row = replace(found, deaths=max(0, found.deaths - 1), attempts=found.attempts + 1)
                due = None if isinstance(error, Reject) else next_attempt_at(row.attempts, now(), self._jitter)
                if due is None:
                    tx.save_attempt(_parked(row, _told(error)))
                    done.parked += 1
                else:
                    tx.save_attempt(replace(row, suspect=False, next_attempt_at=due, last_error=_told(error)))
                    done.retried += 1

    def _let_outage_through(self, error: Exception) -> None:
        if isinstance(error, Outage):
            raise error
        if self._store.is_outage(error):
            raise Outage(type(error).__name__) from error


def _parked(row: InboxEvent, reason: str) -> InboxEvent:
    return replace(row, status=InboxStatus.PARKED, suspect=False, next_attempt_at=None, last_error=reason)


def _told(error: Exception) -> str:
    # The text of an unexpected error may quote personal data (a database error quotes the row); our own doesn't.
    name = type(error).__name__
    return f"{name}: {error}" if isinstance(error, Reject | NotYet) else f"{name}{_place_of(error)}"


def _place_of(error: Exception) -> str:
    """Where in the service's own code it happened, so that whoever reads the reason knows where to look."""
    files = [(frame.filename.partition("/services/"), frame) for frame in traceback.extract_tb(error.__traceback__)]
    places = [f" at services/{inside}:{frame.lineno}" for (_, found, inside), frame in files if found]
    return places[-1] if places else ""
