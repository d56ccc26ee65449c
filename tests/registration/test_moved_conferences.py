"""A conference that moves: everybody concerned hears of it, keeps what they have, and finds the new date in their calendar."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import icalendar
import pytest
from flask.testing import FlaskClient

from services.registration import totals
from services.registration.config import Config
from services.registration.models import Conference, Registration
from services.registration.models.registrations import CONFIRMED, OFFERED
from services.registration.use_cases import conferences, registrations, steps
from shared import clock
from shared.database import Database
from tests.registration.builders import (
    an_open_conference,
    confirmed,
    events,
    messages,
    pending,
)
from tests.registration.test_steps import HOUR, REASON, Bearer


def postponed(session: Any, config: Config, conference: Conference, days: int = 14) -> Conference:
    later = {name: getattr(conference, name) + timedelta(days=days) for name in ("starts_at", "ends_at")}
    return steps.postpone_conference(session, config, conference.id, later, REASON)


def test_putting_off_keeps_places_and_tells_whoever_has_one_or_waits(config: Config, database: Database) -> None:
    with database.write() as session:
        conference = an_open_conference(session, config, capacity=2)
        confirmed(session, config, conference.id, email="leyla@example.org")
        confirmed(session, config, conference.id, email=None, phone="+4915123456789")
        confirmed(session, config, conference.id, email="waits@example.org")
        pending(session, config, conference.id, email="pending@example.org")
        gone = confirmed(session, config, conference.id, email="gone@example.org")
        registrations.cancel_registration(session, config, gone.id)
        before = (conference.starts_at, conference.registration_closes_at)
    with database.write() as session:
        moved = postponed(session, config, session.get_one(Conference, conference.id))
        assert (moved.places_taken, moved.sequence, moved.postponed_from) == (2, 1, before[0])
        assert moved.registration_closes_at == before[1] + timedelta(days=14)
    told = messages(database, "registration.changed")

    assert sorted(one["email"] or one["phone"] for one in told) == [
        "+4915123456789",
        "leyla@example.org",
        "waits@example.org",
    ]
    assert all("/anmeldung/meine/" in one["manage_url"] for one in told)
    assert events(database).count("conference.changed") == 1


def test_whoever_is_offered_a_place_hears_of_the_new_date_and_is_asked_once_more(
    config: Config, database: Database
) -> None:
    with database.write() as session:
        conference = an_open_conference(session, config, capacity=1)
        gone = confirmed(session, config, conference.id, email="gone@example.org")
        asked = confirmed(session, config, conference.id, email="asked@example.org")
        registrations.cancel_registration(session, config, gone.id)
    with database.write() as session:
        assert totals.reached(session, config, conference.id) == totals.Reached(email=1, phone=0)
        moved = postponed(session, config, session.get_one(Conference, conference.id))
        assert (moved.places_taken, session.get_one(Registration, asked.id).status) == (1, OFFERED)

    assert [one["email"] for one in messages(database, "registration.changed")] == ["asked@example.org"]
    assert events(database)[-2:] == ["registration.changed", "registration.offered"]


@pytest.mark.parametrize(
    ("begins_in", "status"),
    [(timedelta(hours=30), OFFERED), (timedelta(hours=10), CONFIRMED)],
    ids=["enough time to answer", "too little time to answer"],
)
def test_an_offer_never_outlasts_a_conference_that_moves_to_an_earlier_day(
    config: Config, database: Database, begins_in: timedelta, status: str
) -> None:
    with database.write() as session:
        conference = an_open_conference(session, config, capacity=1)
        gone = confirmed(session, config, conference.id, email="gone@example.org")
        asked = confirmed(session, config, conference.id, email="asked@example.org")
        registrations.cancel_registration(session, config, gone.id)
    begins = clock.now() + begins_in
    with database.write() as session:
        earlier = {"starts_at": begins, "ends_at": begins + 3 * HOUR, "registration_closes_at": begins}
        conferences.change_conference(session, config, conference.id, earlier)
    with database.read() as session:
        registration = session.get_one(Registration, asked.id)

    assert registration.status == status
    assert registration.offered_until is None or registration.offered_until <= begins
    assert events(database)[-1] == ("registration.offered" if status == OFFERED else "registration.promoted")


def test_a_conference_cant_be_put_off_to_the_past_or_to_the_same_moment(
    client: FlaskClient, bearer: Bearer, opened: str
) -> None:
    shown = client.get(opened).json
    assert shown is not None
    past = (clock.now() - HOUR).isoformat()
    same = {"starts_at": shown["starts_at"], "ends_at": shown["ends_at"], "reason": "Der Saal ist zu."}
    for body in (same, same | {"starts_at": past}):
        assert client.post(f"{opened}/postpone", json=body, headers=bearer("clerk")).status_code == 409
    without_reason = {name: same[name] for name in ("starts_at", "ends_at")}

    assert client.post(f"{opened}/postpone", json=without_reason, headers=bearer("clerk")).status_code == 422
    assert client.post(f"{opened}/postpone", json=same, headers=bearer("moderator")).status_code == 403


@pytest.mark.parametrize(
    ("change", "is_told"),
    [
        ({"venue_name": "Rathaus"}, True),
        ({"starts_at": HOUR}, True),
        ({"title": {"de": "Ein neuer Name"}}, False),
        ({"capacity": 150}, False),
        ({"starts_at": timedelta(0)}, False),
    ],
)
def test_only_a_new_time_or_place_is_told(
    config: Config, database: Database, change: dict[str, Any], is_told: bool
) -> None:
    with database.write() as session:
        conference = an_open_conference(session, config)
        confirmed(session, config, conference.id)
        # A form knows minutes only.
        starts_at = conference.starts_at.replace(second=0, microsecond=0)
    if "starts_at" in change:
        change = {"starts_at": starts_at + change["starts_at"]}
    with database.write() as session:
        changed = conferences.change_conference(session, config, conference.id, change)
        assert changed.sequence == is_told

    assert len(messages(database, "registration.changed")) == is_told


def test_the_calendar_entry_is_renewed_by_each_change_and_taken_out_at_the_end(
    client: FlaskClient, config: Config, database: Database, conference_id: UUID
) -> None:
    def entry() -> tuple[Any, Any]:
        read = icalendar.Calendar.from_ical(client.get(f"/konferenzen/{conference_id}/kalender.ics").data)
        assert isinstance(read, icalendar.Calendar)
        assert [str(zone["TZID"]) for zone in read.walk("VTIMEZONE")] == ["Europe/Berlin"]
        return read, read.walk("VEVENT")[0]

    _, first = entry()
    with database.write() as session:
        moved = postponed(session, config, session.get_one(Conference, conference_id))
    calendar, second = entry()

    assert (second["UID"], int(first["SEQUENCE"]), int(second["SEQUENCE"])) == (first["UID"], 0, 1)
    assert calendar["METHOD"] == "PUBLISH"
    assert second.decoded("DTSTART") == moved.starts_at.replace(microsecond=0)
    assert second.decoded("DTSTAMP") >= first.decoded("DTSTAMP")
    with database.write() as session:
        steps.cancel_conference(session, config, conference_id, {})
    calendar, last = entry()
    assert (calendar["METHOD"], str(last["STATUS"])) == ("CANCEL", "CANCELLED")
    assert (last["UID"], int(last["SEQUENCE"])) == (first["UID"], 2)
