"""What an operator is told about an event: why it waits, what waits for it, and what of a service needs somebody."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, update

from shared import clock, ids
from shared.database import Database
from shared.messaging import tables
from shared.messaging.operating.looking import look_at, received
from shared.messaging.operating.masking import payload_of
from shared.messaging.operating.overview import Need, Overview, overview
from shared.messaging.operating.waiting import Obstacle
from shared.messaging.protocol.records import Event
from tests.messaging import tiny
from tests.messaging.conftest import Open

STREAM = "stream of submissions"


def row(database: Database, seq: int, aggregate: str = "", **more: Any) -> UUID:
    """A row of the inbox of `database`, number `seq` of submissions."""
    event_id = ids.internal()
    values = {
        "producer": "submissions",
        "stream_id": STREAM,
        "seq": seq,
        "event_id": event_id,
        "name": "idea.published",
        "aggregate": aggregate or f"idea:{seq}",
        "aggregate_seq": seq,
        "refers_to": "[]",
        "body": "{}",
        "occurred_at": clock.now(),
        "root_at": clock.now(),
        "received_at": clock.now(),
        "status": "ready",
        "suspect": False,
        "attempts": 0,
        "deaths": 0,
    }
    with database.write() as session:
        session.execute(insert(tables.inbox).values({**values, **more}))
    return event_id


def caused_by(event_id: UUID, seq: int) -> dict[str, Any]:
    """The columns of a cause."""
    at = {"cause_producer": "submissions", "cause_stream_id": STREAM, "cause_seq": seq}
    return {**at, "cause_event_id": event_id}


def a_council(opened: Open, through: int) -> Database:
    """A council that has everything of submissions up to a number."""
    council = opened("council")
    cursor = {"producer": "submissions", "stream_id": STREAM, "life": 2, "through": through}
    with council.write() as session:
        session.execute(insert(tables.inbox_cursor).values(cursor))
    return council


def obstacles(database: Database, event_id: UUID) -> list[tuple[Obstacle, UUID | int]]:
    """Why it waits, each with the event or the number that it waits for."""
    with database.read() as session:
        way = look_at(session, "council", event_id)
    assert way is not None
    return [(it.by, it.row.event.event_id if it.row else it.seq) for it in way.obstacles]


def behind(database: Database, event_id: UUID) -> Sequence[UUID]:
    """What waits directly for it."""
    with database.read() as session:
        way = look_at(session, "council", event_id)
    assert way is not None and way.behind.count == len(way.behind.rows)
    return [waiting.event.event_id for waiting in way.behind.rows]


def seen(database: Database) -> Overview:
    """The overview of a service."""
    with database.read() as session:
        return overview(session, database.service)


def needs(database: Database) -> list[tuple[Need, int, str]]:
    """What of a service needs somebody; seconds are left out, they go on while the test runs."""
    in_seconds = (Need.SILENT, Need.STUCK, Need.UNPUBLISHED)
    return [(it.need, 0 if it.need in in_seconds else it.amount, it.about) for it in seen(database).troubles]


def test_each_reason_to_wait_is_told_on_both_sides(opened: Open) -> None:
    council = a_council(opened, through=9)
    parked = row(council, 1, "idea:1", status="parked", last_error="Reject: x")
    same = row(council, 2, "idea:1")
    caused = row(council, 3, **caused_by(parked, 1))
    speaks = row(council, 4, refers_to=json.dumps(["idea:1"]))
    unknown = row(council, 5, **caused_by(ids.internal(), 12))
    beyond = row(council, 11)
    again = row(council, 6, attempts=3, next_attempt_at=clock.now() + timedelta(minutes=2), last_error="KeyError")

    assert obstacles(council, parked) == []
    assert obstacles(council, same) == [(Obstacle.SAME_AGGREGATE, parked)]
    assert obstacles(council, caused) == [(Obstacle.CAUSE, parked)]
    assert obstacles(council, speaks) == [(Obstacle.REFERENCE, parked), (Obstacle.REFERENCE, same)]
    assert obstacles(council, unknown) == [(Obstacle.CAUSE_NOT_HERE, 12)]
    assert obstacles(council, beyond) == [(Obstacle.GAP, 10)]
    assert obstacles(council, again) == [(Obstacle.NEXT_ATTEMPT, 0)]
    assert behind(council, parked) == [same, caused, speaks]
    assert behind(council, again) == []


def test_an_earlier_life_that_is_not_complete_holds_the_next_one(on_postgresql: Open) -> None:
    council = a_council(on_postgresql, through=9)
    waiting = row(council, 1)
    earlier = {"producer": "submissions", "stream_id": "before", "life": 1, "through": 3, "ended_at": 5}
    with council.write() as session:
        session.execute(insert(tables.inbox_cursor).values(earlier))

    assert obstacles(council, waiting) == [(Obstacle.EARLIER_LIFE, 4)]


def test_what_needs_somebody_is_named_and_a_healthy_service_names_nothing(opened: Open) -> None:
    council = a_council(opened, through=1)
    row(council, 1, status="processed", processed_at=clock.now())
    assert needs(council) == []

    row(council, 3)
    with clock.moved(timedelta(seconds=90)):
        assert needs(council) == [(Need.GAP, 2, "submissions")]
        assert [heard.gaps for heard in seen(council).heard] == [((2, 2),)]
    row(council, 2, status="parked", last_error="Reject: x")
    row(council, 4, attempts=1, next_attempt_at=clock.now(), last_error="KeyError")
    assert needs(council)[:2] == [(Need.PARKED, 1, ""), (Need.FAILING, 1, "")]
    garbage = {"sha256": "0", "raw": b"", "headers": "", "received_at": clock.now()}
    with council.write() as session:
        session.execute(insert(tables.inbox_garbage).values(garbage))
        session.execute(update(tables.inbox).values(status="ready", next_attempt_at=None))
        session.execute(update(tables.inbox_cursor).values(through=4))
    with clock.moved(timedelta(seconds=400)):
        assert needs(council) == [(Need.STUCK, 0, ""), (Need.REFUSED, 1, "")]


def test_a_consumer_that_is_silent_slow_or_ahead_needs_somebody(on_postgresql: Open) -> None:
    submissions = on_postgresql("submissions")
    present = {"stream_id": STREAM, "life": 1, "first_seq": 1, "next_seq": 6, "published_through": 5, "epoch": 1}
    told = {"stream_id": STREAM, "missing": "[[4, 4]]", "last_receipt_at": clock.now(), "moved_at": clock.now()}
    with submissions.write() as session:
        session.execute(insert(tables.stream).values(present))
        for consumer, through in (("council", 3), ("notifications", 5)):
            session.execute(insert(tables.subscriber).values(consumer=consumer, settled_through=through, **told))

    assert needs(submissions) == []
    assert [(it.consumer, it.lag, it.missing) for it in seen(submissions).hearers] == [
        ("council", 2, ((4, 4),)),
        ("notifications", 0, ((4, 4),)),
    ]
    with clock.moved(timedelta(seconds=120)):
        assert needs(submissions) == [(Need.SILENT, 0, "council"), (Need.SILENT, 0, "notifications")]
    with submissions.write() as session:
        session.execute(update(tables.subscriber).values(moved_at=clock.now() - timedelta(seconds=90)))
    assert needs(submissions) == [(Need.BEHIND, 2, "council")]
    with submissions.write() as session:
        session.execute(update(tables.subscriber).values(settled_through=7))
    assert needs(submissions) == [(Need.AHEAD, 2, "council"), (Need.AHEAD, 2, "notifications")]


def test_new_events_that_nobody_sends_need_somebody(on_postgresql: Open) -> None:
    submissions = on_postgresql("submissions")
    tiny.adopt(submissions)

    assert needs(submissions) == []
    with clock.moved(timedelta(seconds=61)):
        assert needs(submissions) == [(Need.UNPUBLISHED, 0, "")]


def test_a_body_shows_what_its_class_declares_and_nothing_else(on_postgresql: Open) -> None:
    council = a_council(on_postgresql, through=1)
    data = {"idea_id": "1", "title": "Bank", "email": "a@example.org", "text": {"de": "x"}}
    event_id = row(council, 1, body=json.dumps({"data": data}))
    unreadable = row(council, 2, body="")
    foreign = row(council, 3, name="nobody.knows", body=json.dumps({"data": {"title": "Bank"}}))

    def parts(event_id: UUID) -> dict[str, Any] | None:
        with council.read() as session:
            found = received(session, event_id)
        assert found is not None
        shown = payload_of(found.event).parts
        return None if shown is None else {part.name: part.value for part in shown}

    assert parts(event_id) == {"idea_id": "1", "title": "Bank", "email": None, "text": None}
    assert parts(unreadable) is None
    assert parts(foreign) == {"title": None}


def test_a_sealed_box_shows_whose_it_is_and_what_is_in_it_by_name_alone() -> None:
    now, sealed = clock.now(), json.dumps({"notifications": {"kid": "1", "box": "secret"}, "nobody": {}})
    event = Event(ids.internal(), "petition.received", "idea:1", 1, "{}", sealed, None, None, (), now, now)
    boxes = {box.recipient: box for box in payload_of(event).boxes}

    assert (boxes["notifications"].is_there, "email" in boxes["notifications"].names) == (True, True)
    assert (boxes["council"].is_there, boxes["council"].names[:2]) == (False, ("title", "text"))
    assert (boxes["nobody"].is_there, boxes["nobody"].names) == (True, ())
    assert "secret" not in str(payload_of(event))
    for broken in ("not JSON", "[1, []]"):
        assert not any(box.is_there for box in payload_of(replace(event, sealed=broken)).boxes)
