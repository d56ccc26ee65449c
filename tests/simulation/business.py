"""What the three simulated services do: requests that add events, and handlers that react, as small as the real ones.

submissions hands in ideas and adopts recommendations; council opens a case for each and decides it; notifications tells
people of everything and erases them. Facts of a service live in `database.facts`, what its handlers did in `effects`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random
from uuid import UUID, uuid5

from shared.messaging.protocol import scrubbing
from shared.messaging.protocol.processing import Handle
from shared.messaging.protocol.records import Cause, Event, InboxEvent
from tests.simulation.memory_database import Effect, Letter
from tests.simulation.memory_store import MemoryTransaction

SERVICES = ("submissions", "council", "notifications")
PRODUCERS = {name: tuple(other for other in SERVICES if other != name) for name in SERVICES}
CONSUMERS = PRODUCERS


@dataclass(slots=True)
class Business:
    """One run's rules: where ids come from, and whether safety lines that belong to handlers are on."""

    rng: Random
    now: Callable[[], datetime]
    derived_ids: bool = True
    holds_remade_messages: bool = True

    def new_id(self) -> UUID:
        """A random id from the seed."""
        return UUID(int=self.rng.getrandbits(128))

    def add(
        self,
        tx: MemoryTransaction,
        aggregate: str,
        name: str,
        *,
        cause: InboxEvent | None = None,
        refers_to: tuple[str, ...] = (),
        subjects: tuple[UUID, ...] = (),
        about: str = "",
        position: int | None = None,
    ) -> Event | None:
        """As outbox.add: a committed event of the aggregate's next version; None if this cause made it already."""
        event_id = self.new_id()
        if cause and self.derived_ids:
            event_id = uuid5(cause.event.event_id, f"{name}|{aggregate}")
        if event_id in tx.database.outbox_ids:
            return None
        version = tx.database.facts.get(("version", aggregate), 0) + 1
        tx.database.facts.put(("version", aggregate), version)
        event = Event(
            event_id=event_id,
            name=name,
            aggregate=aggregate,
            aggregate_seq=version,
            body=about,
            sealed="box" if name == "idea.received" else None,
            subject_id=subjects[0] if subjects else None,
            cause=Cause(cause.at, cause.event.event_id) if cause else None,
            refers_to=refers_to,
            occurred_at=self.now(),
            root_at=cause.event.root_at if cause else self.now(),
            correlation_id=cause.event.correlation_id if cause else event_id.hex,
        )
        tx.add_event(event, position)
        return event

    def handlers(self, service: str) -> Mapping[str, Handle[MemoryTransaction]]:
        """The handlers of one service by event name."""
        handlers: dict[str, dict[str, Handle[MemoryTransaction]]] = {
            "submissions": {
                "case.opened": self._note_status,
                "case.decided": self._answer,
                "person.erased": self._erase,
            },
            "council": {
                "recommendation.adopted": self._open_case,
                "recommendation.corrected": self._amend_case,
                "person.erased": self._erase,
            },
            "notifications": {
                name: self._tell
                for name in (
                    "idea.received",
                    "recommendation.adopted",
                    "recommendation.corrected",
                    "recommendation.answered",
                    "case.opened",
                    "case.amended",
                    "case.decided",
                )
            },
        }
        return handlers[service]

    def _note_status(self, tx: MemoryTransaction, row: InboxEvent) -> None:
        tx.database.facts.put(("status", row.event.body), row.event.name)

    def _answer(self, tx: MemoryTransaction, row: InboxEvent) -> None:
        self._note_status(tx, row)
        self.add(tx, row.event.body, "recommendation.answered", cause=row, about=row.event.aggregate)

    def _open_case(self, tx: MemoryTransaction, row: InboxEvent) -> None:
        case = f"case:{row.event.event_id.hex[:8]}"
        tx.database.facts.put(("case of", row.event.aggregate), case)
        self.add(tx, case, "case.opened", cause=row, about=row.event.aggregate)

    def _amend_case(self, tx: MemoryTransaction, row: InboxEvent) -> None:
        case = tx.database.facts.get(("case of", row.event.aggregate))
        if case:
            self.add(tx, case, "case.amended", cause=row, about=row.event.aggregate)

    def _erase(self, tx: MemoryTransaction, row: InboxEvent) -> None:
        scrubbing.erase(tx, [UUID(row.event.body)], self.now())

    def _tell(self, tx: MemoryTransaction, row: InboxEvent) -> None:
        restored_at = tx.lock_present_stream().restored_at
        remade = restored_at is not None and row.event.root_at < restored_at
        state = "unknown" if remade and self.holds_remade_messages else "created"
        event = row.event
        about = (event.name, event.aggregate, event.cause.event_id if event.cause else event.event_id)
        tx.database.letters.put(event.event_id, Letter(about, state))


def recorded(handle: Handle[MemoryTransaction]) -> Handle[MemoryTransaction]:
    """The handler, noting in the same transaction that it ran."""

    def run(tx: MemoryTransaction, row: InboxEvent) -> None:
        handle(tx, row)
        done = tx.database.facts.get(("done", row.event.event_id), 0)
        tx.database.facts.put(("done", row.event.event_id), done + 1)
        tx.database.effects.put(len(tx.database.effects), Effect(row.at, row.event, _is_void(tx, row.event.cause)))

    return run


def _is_void(tx: MemoryTransaction, cause: Cause | None) -> bool:
    cursor = tx.database.cursors.get((cause.at.producer, cause.at.stream_id)) if cause else None
    return bool(cause and cursor and cursor.ended_at is not None and cursor.ended_at < cause.at.seq)


def hand_in(business: Business, tx: MemoryTransaction, position: int | None = None) -> Event | None:
    """Submissions: a new idea; `position` if its transaction began earlier than it commits."""
    subject = business.new_id()
    aggregate = f"idea:{subject.hex[:8]}"
    tx.database.facts.put(("idea", aggregate), subject)
    return business.add(tx, aggregate, "idea.received", subjects=(subject,), position=position)


def adopt(business: Business, tx: MemoryTransaction) -> Event | None:
    """Submissions: a recommendation that refers to one to three ideas."""
    ideas = [aggregate for kind, aggregate in tx.database.facts if kind == "idea"]
    if not ideas:
        return None
    chosen = tuple(business.rng.sample(ideas[-6:], min(len(ideas[-6:]), business.rng.randint(1, 3))))
    aggregate = f"recommendation:{business.rng.getrandbits(32):x}"
    tx.database.facts.put(("recommendation", aggregate), chosen)
    return business.add(tx, aggregate, "recommendation.adopted", refers_to=chosen)


def correct(business: Business, tx: MemoryTransaction) -> Event | None:
    """Submissions: another version of a recommendation."""
    known = [aggregate for kind, aggregate in tx.database.facts if kind == "recommendation"]
    if not known:
        return None
    return business.add(tx, business.rng.choice(known[-4:]), "recommendation.corrected")


def decide(business: Business, tx: MemoryTransaction) -> Event | None:
    """Council: a decision on a case."""
    cases = [(case, about) for (kind, about), case in tx.database.facts.items() if kind == "case of"]
    if not cases:
        return None
    case, about = business.rng.choice(cases[-4:])
    return business.add(tx, case, "case.decided", about=about)


def erase_person(business: Business, tx: MemoryTransaction) -> Event | None:
    """Notifications: somebody whose box came here wants to be forgotten."""
    known = sorted(
        {row.event.subject_id for row in tx.database.inbox.values() if row.event.sealed and row.event.subject_id}
    )
    if not known:
        return None
    subject = business.rng.choice(known)
    scrubbing.erase(tx, [subject], business.now())
    return business.add(tx, f"erasure:{subject.hex[:8]}", "person.erased", about=str(subject))


REQUESTS = {
    "submissions": (hand_in, hand_in, adopt, adopt, correct),
    "council": (decide,),
    "notifications": (erase_person,),
}
