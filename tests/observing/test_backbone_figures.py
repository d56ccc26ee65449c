"""Each figure of the backbone moves with the rows that it counts: right name, right labels, right value."""

from datetime import timedelta
from typing import Any

import pika
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from shared import clock
from shared.database import Database
from shared.events.council import CaseOpened
from shared.events.event import Received
from shared.events.submissions import IdeaPublished, IdeaReceived, RecommendationAdopted
from shared.messaging import outbox, tables, topology
from shared.messaging.errors import Reject
from shared.messaging.handling import Handlers
from shared.messaging.protocol.numbering import number, take_lead
from shared.messaging.protocol.streams import begin_first_life
from shared.messaging.relay import new_stream_id
from shared.messaging.store import SqlStore
from tests.backbone import LEDGER_KEY, Backbone, Thing
from tests.messaging import tiny
from tests.messaging.conftest import Open
from tests.messaging.workers import workers, working
from tests.observing.scrape import Figures
from tests.servers.rabbitmq import ADMIN, RabbitMQ
from tests.waiting import until

HOUR = timedelta(hours=1)


class Broken(Exception):
    """A handler's bug, on purpose."""


def test_what_waits_in_the_outbox_is_counted_and_grows_old(opened: Open) -> None:
    submissions = opened("submissions")
    figures = Figures(submissions)
    assert (figures("outbox_unnumbered"), figures("outbox_oldest_seconds")) == (0, 0)
    with clock.moved(-2 * HOUR):
        tiny.adopt(submissions)
    with clock.moved(-HOUR):
        tiny.adopt(submissions, 2)
    assert (figures("outbox_unnumbered"), figures("outbox_unpublished")) == (3, 0)
    assert 7200 <= figures("outbox_oldest_seconds") < 7300

    store = SqlStore(submissions, LEDGER_KEY)
    with store.begin() as tx:
        begin_first_life(tx, new_stream_id)
    number(store, take_lead(store))
    assert (figures("outbox_unnumbered"), figures("outbox_unpublished")) == (0, 3)
    assert 7200 <= figures("outbox_oldest_seconds") < 7300

    _set(submissions, update(tables.stream).values(published_through=1))
    assert figures("outbox_unpublished") == 2
    assert 3600 <= figures("outbox_oldest_seconds") < 3700
    _set(submissions, update(tables.stream).values(published_through=3))
    assert (figures("outbox_unpublished"), figures("outbox_oldest_seconds")) == (0, 0)


def test_what_waits_in_the_inbox_is_counted_and_grows_old(opened: Open) -> None:
    submissions, council = opened("submissions"), opened("council")
    backbone = joined(submissions, {}, council, {RecommendationAdopted: fail})
    tiny.adopt(submissions, 2)
    backbone.settle(expecting=Broken)
    figures = Figures(council)
    assert (figures("inbox_ready"), figures("inbox_parked"), figures("inbox_gap_open")) == (2, 0, 0)
    with clock.moved(HOUR):
        assert 3600 <= figures("inbox_oldest_ready_seconds") < 3700


def test_parked_events_and_the_aggregates_behind_them_are_counted(opened: Open) -> None:
    submissions, council = opened("submissions"), opened("council")
    backbone = joined(submissions, {}, council, {IdeaReceived: reject, IdeaPublished: note})
    stuck, alone, free = Thing(), Thing(), Thing()
    with submissions.write() as session:
        for idea in (stuck, alone):
            outbox.add(session, idea, received(idea))
        for idea in (stuck, stuck, free):
            outbox.add(session, idea, IdeaPublished(idea_id=idea.id, language="de", title="Bank"))
    backbone.settle(expecting=Reject)
    figures = Figures(council)
    assert (figures("inbox_parked"), figures("inbox_blocked_aggregates"), figures("inbox_ready")) == (2, 1, 2)


def test_an_effect_that_waits_for_its_cause_is_counted(opened: Open) -> None:
    pairs = {"council": ("submissions",), "notifications": ("submissions", "council")}
    submissions, council, notifications = (opened(name) for name in ("submissions", "council", "notifications"))
    backbone = Backbone(pairs)
    backbone.join(submissions, {})
    backbone.join(council, {RecommendationAdopted: tiny.open_case})
    backbone.join(notifications, {RecommendationAdopted: fail, CaseOpened: note})
    tiny.adopt(submissions, 2)
    backbone.settle(expecting=Broken)
    figures = Figures(notifications)
    assert (figures("inbox_waiting_for_cause"), figures("inbox_ready")) == (2, 4)
    # A cause that hasn't come yet is waited for as well.
    _set(notifications, delete(tables.inbox).where(tables.inbox.c.name == "recommendation.adopted"))
    _set(
        notifications,
        update(tables.inbox_cursor).where(tables.inbox_cursor.c.producer == "submissions").values(through=1),
    )
    assert figures("inbox_waiting_for_cause") == 1


def test_a_missing_number_is_a_gap_also_before_events_that_nobody_handles(opened: Open) -> None:
    submissions, council = opened("submissions"), opened("council")
    backbone = joined(submissions, {}, council, {RecommendationAdopted: note})
    tiny.adopt(submissions, 3)
    backbone.settle()
    figures = Figures(council)
    assert figures("inbox_gap_open") == 0
    _set(council, delete(tables.inbox).where(tables.inbox.c.seq == 2))
    _set(council, update(tables.inbox_cursor).values(through=1))
    assert figures("inbox_gap_open") == 1
    with council.write() as session:
        row = session.execute(tables.inbox.select().where(tables.inbox.c.seq == 3)).one()
        session.execute(delete(tables.inbox).where(tables.inbox.c.seq == 3))
        session.execute(tables.inbox_light.insert().values(producer=row.producer, stream_id=row.stream_id, seq=3))
    assert figures("inbox_gap_open") == 1
    _set(council, update(tables.inbox_cursor).values(ended_at=1))
    assert figures("inbox_gap_open") == 0


def test_handlers_are_timed_once_for_what_they_did_and_never_for_what_was_rolled_back(opened: Open) -> None:
    submissions, council = opened("submissions"), opened("council")
    backbone = joined(submissions, {}, council, tiny.HANDLERS["council"])
    figures = Figures(council)
    with clock.moved(-HOUR):
        tiny.adopt(submissions, 3, titles=["fine", tiny.POISON])
    backbone.settle(expecting=Reject)
    event = "recommendation.adopted"
    assert figures.grown("handler_seconds_count", event=event) == 2
    assert figures.grown("end_to_end_seconds_count", event=event) == 2
    assert 7200 <= figures.grown("end_to_end_seconds_sum", event=event) < 7300
    assert figures.grown("end_to_end_seconds_bucket", event=event, le="300.0") == 0
    assert figures.grown("end_to_end_seconds_bucket", event=event, le="86400.0") == 2


def test_the_relay_tells_whether_it_leads_and_what_the_broker_answered(on_postgresql: Open, broker: RabbitMQ) -> None:
    submissions, council = on_postgresql("submissions"), on_postgresql("council")
    figures = Figures(submissions)
    assert figures("relay_is_leader") == 0
    publishing, consuming = workers(broker, submissions, council)
    with working(publishing):
        with working(consuming):
            adopted = tiny.adopt(submissions, 3)
            until(lambda: tiny.effects(council) == sorted(adopted), "3 cases")
            until(lambda: figures("settled_lag", consumer="council") == 0, "the receipt for them")
        assert figures("relay_is_leader") == 1
        assert figures.grown("relay_confirm_seconds_count") >= 1
        assert figures.grown("relay_returned_total") == 0
        with clock.moved(HOUR):
            assert 3600 <= figures("receipt_age_seconds", consumer="council") < 3700

        adopted += tiny.adopt(submissions, 4)
        until(lambda: figures("settled_lag", consumer="council") == 4, "4 that wait in the queue")
        _delete_every_queue_of(broker, "submissions")
        adopted += tiny.adopt(submissions)
        until(lambda: figures.grown("relay_returned_total") >= 1, "what no queue wanted")
        (again,) = workers(broker, council)
        with working(again):
            until(lambda: tiny.effects(council) == sorted(adopted), "8 cases", 90)
            until(lambda: figures.grown("relay_resent_total", consumer="council") >= 1, "what was sent again")
    assert figures("relay_is_leader") == 0


def joined(submissions: Database, ours: Handlers, council: Database, theirs: Handlers) -> Backbone:
    """The two, with these handlers."""
    backbone = Backbone(tiny.PAIRS)
    backbone.join(submissions, ours)
    backbone.join(council, theirs)
    return backbone


def fail(_session: Session, _received: Received[Any]) -> None:
    raise Broken


def reject(_session: Session, _received: Received[Any]) -> None:
    raise Reject("on purpose")


def note(_session: Session, _received: Received[Any]) -> None:
    """It is fine."""


def received(idea: Thing) -> IdeaReceived:
    return IdeaReceived(idea_id=idea.id, language="de", topic=None, quarter=None)


def _set(database: Database, statement: Any) -> None:
    with database.write() as session:
        session.execute(statement)


def _delete_every_queue_of(broker: RabbitMQ, producer: str) -> None:
    with pika.BlockingConnection(pika.URLParameters(broker.url(ADMIN))) as connection:
        channel = connection.channel()
        for consumer in topology.of(producer).consumers:
            channel.queue_delete(topology.queue(consumer, producer))
