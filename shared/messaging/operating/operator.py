"""What operators do to one service's events: they look at rows and write rows; the relay and the processor act on them.

The command line (`commands`) and the console's pages (`shared/web/operations`) both come through here.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from shared import clock
from shared.messaging.operating import looking, waiting
from shared.messaging.operating.overview import Overview, overview
from shared.messaging.operating.verifying import Violation, violations
from shared.messaging.protocol import streams
from shared.messaging.protocol.records import InboxEvent, InboxStatus, Position, Stream
from shared.messaging.store import SqlTransaction

#: How many events one step looks at.
MOST = 500


class Refused(Exception):
    """What was asked can't be done; the text says why, in English, for the command line."""


@dataclass(frozen=True, slots=True)
class Failed:
    """Which failed events: one by its id, or all of this name, or all whose reason contains `error`. Failed are those that
    are parked, and those that wait for another attempt."""

    event_id: UUID | None = None
    name: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Rerun:
    """What a replay would run or has set going. `is_all` is False where there are more than one step takes."""

    rows: tuple[InboxEvent, ...]
    is_all: bool


class Operator:
    """`actor` at work in one transaction of a service's database."""

    def __init__(self, session: Session, ledger_key: str, actor: str) -> None:
        self._session = session
        self._tx = SqlTransaction(session, ledger_key)
        self._actor = actor
        self.service: str = session.info["service"]

    def overview(self) -> Overview:
        """How everything fares."""
        return overview(self._session, self.service)

    def look_at(self, event_id: UUID) -> looking.Way | None:
        """One event and all around it, or None."""
        return looking.look_at(self._session, self.service, event_id)

    def latest(self, count: int) -> tuple[list[looking.Sent], list[InboxEvent]]:
        """The latest events, sent and received, the oldest of them first."""
        return looking.latest(self._session, self.service, count)

    def reached(self, at: Position) -> bool:
        """Whether everything up to this number of a producer has arrived."""
        return looking.reached(self._session, at)

    def operations(self) -> tuple[looking.Operation, ...]:
        """What was done by hand, the latest first."""
        return looking.operations(self._session)

    def find(self, words: str) -> list[looking.Sent | InboxEvent]:
        """Events that have to do with an id, a number or a few words."""
        return looking.find(self._session, self.service, words.strip())

    def parked(self, which: Failed = Failed(), limit: int = MOST) -> list[InboxEvent]:
        """What was put aside, the longest waiting first."""
        return self._tx.parked(limit, which.name, which.error)

    def retrying(self, which: Failed = Failed(), limit: int = MOST) -> list[InboxEvent]:
        """What failed and will be tried again by itself."""
        return looking.retrying(self._session, limit, which.name, which.error)

    def behind(self, row: InboxEvent, named: int = 0) -> waiting.Behind:
        """What waits for this row."""
        return waiting.behind(self._session, row, named)

    def replay(self, which: Failed, *, dry_run: bool) -> Rerun:
        """Let failed events be handled at once, as if for the first time; only say which where it is a dry run."""
        rows = self._failed(which)
        rerun = Rerun(tuple(rows[:MOST]), len(rows) <= MOST)
        if not dry_run:
            self._tx.replay([row.event.event_id for row in rerun.rows])
            for row in rerun.rows:
                self._note("replay", str(row.event.event_id), row.last_error or "")
        return rerun

    def skip(self, event_id: UUID, reason: str) -> None:
        """Give an event up for good, so that what waits behind it goes on. Raises Refused."""
        if not reason.strip():
            raise Refused("A reason is needed: it is all that will be left of this event.")
        if not self._tx.skip([event_id], reason.strip()):
            raise Refused("There is no such unfinished event here.")
        self._note("skip", str(event_id), reason.strip())

    def resend(self, consumer: str, seq: int, stream_id: str | None = None) -> None:
        """Have the relay send a consumer everything from a number on; what it has already changes nothing there. Raises
        Refused."""
        wanted = stream_id or self._tx.lock_present_stream().stream_id
        known = next((one for one in self._tx.streams() if one.stream_id == wanted), None)
        if known is None:
            raise Refused(f"There is no stream {wanted} here.")
        if not known.first_seq <= seq <= known.last_seq:
            raise Refused(f"The outbox holds the numbers {known.first_seq} to {known.last_seq} of that stream.")
        if not self._tx.set_resend_from(consumer, wanted, seq):
            told = sorted({one.consumer for one in self._tx.subscribers() if one.stream_id == wanted})
            raise Refused(f"{consumer} has never told what it has of that stream; {_listed(told)}.")
        self._note("resend", f"{consumer} {wanted} {seq}", "")

    def verify(self) -> list[Violation]:
        """What the tables promise and don't keep."""
        return violations(self._session)

    def restore(self, new_stream_id: streams.NewStreamId) -> Stream:
        """End the stream and begin its next life."""
        begun = streams.restore(self._tx, new_stream_id, clock.now())
        self._note("restore", begun.stream_id, f"life {begun.life}")
        return begun

    def _failed(self, which: Failed) -> list[InboxEvent]:
        if which.event_id is None:
            found = self.parked(which, MOST + 1) + self.retrying(which, MOST + 1)
            return found[: MOST + 1]
        row = looking.received(self._session, which.event_id)
        return [row] if row and _has_failed(row) else []

    def _note(self, action: str, key: str, reason: str) -> None:
        self._tx.log_operation(clock.now(), self._actor, action, key, reason)


def _has_failed(row: InboxEvent) -> bool:
    return row.status is InboxStatus.PARKED or (row.status is InboxStatus.READY and row.next_attempt_at is not None)


def _listed(consumers: list[str]) -> str:
    return f"those that did: {', '.join(consumers)}" if consumers else "nobody did yet"
