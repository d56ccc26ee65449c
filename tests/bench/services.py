"""Two services to measure with, ordinary but small: submissions adopts recommendations, council opens a case of each and says
so, submissions notes it. Runs as a process: `python -m tests.bench.services worker|relay|receiver SERVICE DATABASE_URL
AMQP_URL`."""

import itertools
import signal
import sys
import threading
from datetime import datetime
from uuid import UUID

from sqlalchemy import String, insert
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from shared import clock, ids, logs
from shared.database import COLUMN_TYPES, Database
from shared.events.council import CaseOpened
from shared.events.event import Received
from shared.events.submissions import RecommendationAdopted
from shared.messaging import outbox, tables, topology
from shared.messaging.broker import broker_at
from shared.messaging.handling import Handlers
from shared.messaging.leadership import Leadership
from shared.messaging.loop import Loop
from shared.messaging.receiver import Receiving
from shared.messaging.relay import Relay
from shared.messaging.runtime import Worker
from shared.messaging.store import SqlStore
from shared.messaging.store.rows import event_values
from tests.bench import example

LEDGER_KEY = "a key for marks of erased people"

#: consumer → producers: nobody else listens.
PAIRS = {"submissions": ("council",), "council": ("submissions",)}


class Base(DeclarativeBase):
    type_annotation_map = COLUMN_TYPES


class Recommendation(Base):
    """What submissions' events are about."""

    __tablename__ = "recommendation"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    number: Mapped[str] = mapped_column(String(20))


class Case(Base):
    """Council's effect."""

    __tablename__ = "opened_case"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    recommendation_id: Mapped[UUID] = mapped_column(index=True)
    status: Mapped[str] = mapped_column(String(20))
    title: Mapped[dict[str, str]]
    addressee_name: Mapped[str] = mapped_column(String(200))
    opened_at: Mapped[datetime]


class CaseNote(Base):
    """What submissions notes of it."""

    __tablename__ = "case_note"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    recommendation_id: Mapped[UUID] = mapped_column(index=True)
    status: Mapped[str] = mapped_column(String(20))
    public_text: Mapped[dict[str, str]]
    happened_at: Mapped[datetime]


def adopt(session: Session) -> UUID:
    """Adopt one recommendation."""
    recommendation = Recommendation(id=ids.internal(), version=0, number="1/2026")
    session.add(recommendation)
    outbox.add(session, recommendation, example.adoption(recommendation.id))
    return recommendation.id


def open_case(session: Session, received: Received[RecommendationAdopted]) -> None:
    """Council's handler."""
    fact = received.fact
    case = Case(
        id=ids.derived(received.id, "case"),
        version=0,
        recommendation_id=fact.recommendation_id,
        status="opened",
        title=fact.title,
        addressee_name=fact.addressee_name,
        opened_at=clock.now(),
    )
    session.add(case)
    opened = CaseOpened(
        case_id=case.id,
        number="V-1",
        origin="recommendation",
        origin_id=fact.recommendation_id,
        status=case.status,
        title=fact.title,
        addressee_name=fact.addressee_name,
        public_text=fact.text,
        happened_at=case.opened_at,
    )
    outbox.add(session, case, opened)


def note_case(session: Session, received: Received[CaseOpened]) -> None:
    """Submissions' handler."""
    fact = received.fact
    session.add(
        CaseNote(
            case_id=fact.case_id,
            recommendation_id=fact.origin_id,
            status=fact.status,
            public_text=fact.public_text,
            happened_at=fact.happened_at,
        )
    )


HANDLERS: dict[str, Handlers] = {
    "submissions": {CaseOpened: note_case},
    "council": {RecommendationAdopted: open_case},
}


def fresh(service: str, url: str) -> Database:
    """The database of one of them, its tables made."""
    database = Database(url, service)
    with database.write() as session:
        tables.create_backbone(session.connection())
        Base.metadata.create_all(session.connection())
    return database


def fill(database: Database, count: int) -> None:
    """Let that many adoptions appear in the outbox at once, without the time that use cases take."""
    events = (example.event(database.service) for _ in range(count))
    with database.write() as session:
        while batch := [event_values(event) for event in itertools.islice(events, 1000)]:
            session.execute(insert(tables.outbox), batch)


def _loop(what: str, database: Database, amqp_url: str) -> Worker | Loop:
    service = database.service
    if what == "worker":
        return Worker(database, HANDLERS[service], amqp_url=amqp_url, ledger_key=LEDGER_KEY, pairs=PAIRS)
    own, store = topology.of(service, PAIRS), SqlStore(database, LEDGER_KEY)
    broker = broker_at(amqp_url, own)
    if what == "relay":
        return Relay(store, broker, service, Leadership(database), _nobody)
    return Receiving(store, broker, own, [event.name for event in HANDLERS[service]], _nobody, _nobody)


def _nobody() -> None:
    """Nobody needs to be told."""


def main(what: str, service: str, database_url: str, amqp_url: str) -> None:
    """Run until SIGTERM."""
    logs.configure(service)
    ending = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ending.set())
    loop = _loop(what, Database(database_url, service, keeps_plans=True), amqp_url)
    loop.start()
    ending.wait()
    loop.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
