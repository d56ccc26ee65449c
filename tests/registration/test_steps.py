"""The life of a conference: what each state allows, what the clock does, and who hears of a new date or of its end."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import icalendar
import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from services.registration import totals
from services.registration.config import Config
from services.registration.models import Conference, Registration
from services.registration.models.attendance import Entry
from services.registration.models.registrations import CONFIRMED, OFFERED
from services.registration.models.stages import (
    ANNOUNCED,
    ARCHIVED,
    CANCELLED,
    CLOSED,
    DOCUMENTED,
    DRAFT,
    FULL,
    HELD,
    OPEN,
    STEPS,
)
from services.registration.use_cases import checkins, conferences, registrations, steps
from shared import clock
from shared.database import Database
from shared.rules import IllegalTransition
from tests.registration.builders import (
    API,
    an_open_conference,
    confirmed,
    details,
    events,
    messages,
    path_of,
    pending,
)
from tests.registration.test_pages import text

Bearer = Callable[..., dict[str, str]]
HOUR = timedelta(hours=1)
REASON = {"de": "Der Saal ist nach einem Wasserschaden gesperrt."}

#: From each state (as the clock has it), where each verb leads.
LEADS = {
    DRAFT: {"announce": ANNOUNCED, "cancel": CANCELLED},
    ANNOUNCED: {"open": OPEN, "postpone": ANNOUNCED, "cancel": CANCELLED},
    OPEN: {"open": OPEN, "close": CLOSED, "postpone": OPEN, "hold": HELD, "cancel": CANCELLED},
    CLOSED: {"open": OPEN, "close": CLOSED, "postpone": CLOSED, "hold": HELD, "cancel": CANCELLED},
    HELD: {"document": DOCUMENTED, "archive": ARCHIVED},
    DOCUMENTED: {"document": DOCUMENTED, "archive": ARCHIVED},
    ARCHIVED: {},
    CANCELLED: {},
}


def a_conference(state: str, **changes: Any) -> Conference:
    """One in this state whose registration is open for another while, unless it is announced at most."""
    is_early = {"registration_opens_at": clock.now() + HOUR} if state in (DRAFT, ANNOUNCED) else {}
    return Conference(
        status=state, places_taken=0, places_waiting=0, is_tentative=False, **details(**is_early, **changes)
    )


@settings(deadline=None)
@given(state=st.sampled_from(sorted(LEADS)), verb=st.sampled_from(sorted(STEPS)))
def test_a_step_leads_where_it_should_or_is_refused(state: str, verb: str) -> None:
    conference = a_conference(state)
    if verb in LEADS[state]:
        conference.step(verb)
        assert conference.by_the_clock == LEADS[state][verb]
    else:
        with pytest.raises(IllegalTransition):
            conference.step(verb)
        assert conference.by_the_clock == state


@settings(deadline=None)
@given(
    opens=st.integers(-100, 100),
    lasts=st.integers(1, 100),
    taken=st.integers(0, 3),
    waiting=st.integers(0, 1),
    is_announced=st.booleans(),
)
def test_registration_opens_and_closes_by_the_clock_alone(
    opens: int, lasts: int, taken: int, waiting: int, is_announced: bool
) -> None:
    at = clock.now() + opens * HOUR + timedelta(minutes=30)
    conference = a_conference(OPEN, registration_opens_at=at, registration_closes_at=at + lasts * HOUR, capacity=3)
    conference.status = ANNOUNCED if is_announced else OPEN
    conference.places_taken, conference.places_waiting = taken, waiting
    is_early, is_late = opens >= 0, opens + lasts < 0

    assert conference.takes_registrations() == (not is_early and not is_late)
    is_full = taken == 3 or waiting > 0
    assert conference.state == (ANNOUNCED if is_early else CLOSED if is_late else FULL if is_full else OPEN)


def test_announcing_with_a_time_is_enough(config: Config, database: Database) -> None:
    opens = clock.now() + timedelta(days=2)
    with database.write() as session:
        planned = conferences.plan_conference(session, details(registration_opens_at=opens))
        steps.take_step(session, planned.id, "announce")
    with pytest.raises(IllegalTransition, match="Die Anmeldung beginnt am"), database.write() as session:
        pending(session, config, planned.id)
    with clock.moved(timedelta(days=2, minutes=1)), database.write() as session:
        pending(session, config, planned.id)

    assert events(database)[-1] == "registration.requested"


def test_whoever_closed_registration_early_isnt_overruled_by_the_clock(config: Config, database: Database) -> None:
    with database.write() as session:
        conference = an_open_conference(session, config)
        steps.take_step(session, conference.id, "close")
    with database.write() as session:
        assert session.get_one(Conference, conference.id).state == CLOSED
        assert steps.take_step(session, conference.id, "open").state == OPEN
    is_late = pytest.raises(IllegalTransition, match="Bitte legen Sie zuerst ein späteres Ende fest")
    with clock.moved(timedelta(days=29, hours=1)), is_late, database.write() as session:
        steps.take_step(session, conference.id, "open")


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


def test_a_draft_changes_and_ends_in_silence(config: Config, database: Database) -> None:
    with database.write() as session:
        planned = conferences.plan_conference(session, details())
        conferences.change_conference(session, config, planned.id, {"venue_name": "Rathaus"})
        steps.cancel_conference(session, config, planned.id, {})

    assert events(database) == []


def test_cancelling_gives_the_reason_to_everybody(
    client: FlaskClient, bearer: Bearer, opened: str, database: Database
) -> None:
    answer = client.post(f"{opened}/cancel", json={"reason": REASON}, headers=bearer("clerk"))
    assert answer.json is not None

    assert (answer.json["status"], answer.json["reason"]) == ("cancelled", REASON)
    assert REASON["de"] in text(client.get(path_of(opened).replace(f"{API}/conferences", "/konferenzen")))
    assert "conference.cancelled" in events(database)


def test_a_report_stands_on_the_page_and_archiving_takes_it_off_the_list(
    client: FlaskClient, bearer: Bearer, opened: str
) -> None:
    page = opened.replace(f"{API}/conferences", "/konferenzen")
    report = {"report": {"de": "80 Menschen sprachen über Schule und Wohnen."}}
    assert client.post(f"{opened}/document", json=report, headers=bearer("clerk")).status_code == 409
    client.post(f"{opened}/hold", headers=bearer("clerk"))
    documented = client.post(f"{opened}/document", json=report, headers=bearer("clerk")).json
    assert documented is not None
    assert (documented["status"], documented["attended"]) == ("documented", None)
    assert "sprachen über Schule und Wohnen" in text(client.get(page))
    client.post(f"{opened}/archive", headers=bearer("clerk"))

    assert client.get(page).status_code == 200
    assert page not in text(client.get("/konferenzen/"))
    assert client.get(f"{API}/conferences").json == {"data": [], "next": None}


def test_a_report_says_how_many_the_desk_counted_and_a_late_desk_still_counts(
    config: Config, database: Database, conference_id: UUID
) -> None:
    def come(people: int) -> None:
        entry = Entry(client_id=uuid4(), at=clock.now(), people=people)
        with database.write() as session:
            checkins.record(session, config, conference_id, [entry], uuid4())

    come(3)
    with database.write() as session:
        steps.take_step(session, conference_id, "hold")
        assert steps.document_conference(session, conference_id, REASON).attended == 3
    come(2)
    with database.read() as session:
        assert session.get_one(Conference, conference_id).attended == 5


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
