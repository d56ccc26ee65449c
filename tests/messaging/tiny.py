"""Two tiny services for tests: `submissions` adopts recommendations, `council` makes one case of each and says so, and
`submissions` notes it. Every effect is a row, so that tests can count."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Column, MetaData, String, Table, Uuid, insert, select
from sqlalchemy.orm import Session

from shared import clock, ids
from shared.database import Database
from shared.events.council import CaseOpened
from shared.events.event import Received
from shared.events.submissions import AuthorContact, IdeaReceived, RecommendationAdopted
from shared.messaging import outbox, tables
from shared.messaging.errors import Reject
from shared.messaging.handling import Handlers
from shared.messaging.runtime import Worker
from tests.backbone import LEDGER_KEY, Thing, seals_of

PAIRS = {"council": ("submissions",), "submissions": ("council",)}
POISON = "poison"

own = MetaData()
#: No unique key on purpose: an effect that happens twice shows as two rows.
effect = Table("effect", own, Column("event_id", Uuid), Column("aggregate", String(120)), Column("text", String(200)))


def database_of(service: str, url: str) -> Database:
    """The database of a tiny service, its tables made."""
    database = Database(url, service, seals_of(service))
    with database.write() as session:
        tables.create_backbone(session.connection())
        own.create_all(session.connection())
    return database


def adopt(database: Database, count: int = 1, titles: Sequence[str] = ()) -> list[UUID]:
    """Adopt recommendations, one transaction each, and return the event ids."""
    event_ids = []
    for title in [*titles, *[f"Nr. {number}" for number in range(count - len(titles))]]:
        recommendation = Thing()
        with database.write() as session:
            event_ids.append(outbox.add(session, recommendation, an_adoption(recommendation.id, title)))
    return event_ids


def an_adoption(recommendation_id: UUID, title: str) -> RecommendationAdopted:
    """The event."""
    return RecommendationAdopted(
        recommendation_id=recommendation_id,
        number="1/2026",
        title={"de": title},
        text={"de": "Längere Öffnungszeiten"},
        idea_ids=[],
        conference_id=ids.internal(),
        conference_title={"de": "Konferenz"},
        votes_yes=30,
        votes_no=2,
        votes_abstain=1,
        addressee_kind="district_office",
        addressee_name="Bezirksamt Harburg",
        adopted_at=clock.now(),
    )


def hand_in(database: Database, idea: Thing) -> UUID:
    """Hand an idea in, whose contact travels sealed."""
    contact = AuthorContact(email="amina@example.org", phone=None, author_name="Amina Öz", tracking_code="X")
    fact = IdeaReceived(idea_id=idea.id, language="ar", topic=None, quarter=None)
    with database.write() as session:
        return outbox.add(session, idea, fact, private={"notifications": contact}, subject_id=ids.public())


def open_case(session: Session, received: Received[RecommendationAdopted]) -> None:
    """The council's handler."""
    fact = received.fact
    if fact.title["de"] == POISON:
        raise Reject("poison")
    _note(session, received, f"recommendation:{fact.recommendation_id}")
    case = Thing(ids.derived(received.id, "case"))
    opened = CaseOpened(
        case_id=case.id,
        number="V-1",
        origin="recommendation",
        origin_id=fact.recommendation_id,
        status="opened",
        title=fact.title,
        addressee_name=fact.addressee_name,
        public_text=fact.text,
        happened_at=clock.now(),
    )
    outbox.add(session, case, opened)


def note_case(session: Session, received: Received[CaseOpened]) -> None:
    """The submissions' handler."""
    _note(session, received, f"case:{received.fact.case_id}")


def _note(session: Session, received: Received[Any], aggregate: str) -> None:
    session.execute(insert(effect).values(event_id=received.id, aggregate=aggregate, text=""))


HANDLERS: dict[str, Handlers] = {
    "council": {RecommendationAdopted: open_case},
    "submissions": {CaseOpened: note_case},
}


def effects(database: Database) -> list[UUID]:
    """The events that had an effect here, each as often as it had one."""
    with database.read() as session:
        return sorted(session.scalars(select(effect.c.event_id)))


def worker_of(database: Database, amqp_url: str) -> Worker:
    """The worker of a tiny service."""
    service = database.service
    return Worker(database, HANDLERS[service], amqp_url=amqp_url, ledger_key=LEDGER_KEY, pairs=PAIRS)
