"""The life of a conference: what each state allows, what the clock does, and how it ends."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from services.registration.config import Config
from services.registration.models import Conference
from services.registration.models.attendance import Entry
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
from services.registration.use_cases import checkins, conferences, steps
from shared import clock
from shared.database import Database
from shared.rules import IllegalTransition
from tests.registration.builders import (
    API,
    an_open_conference,
    details,
    events,
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
        status=state, places_taken=0, places_waiting=0, reserved=0, is_tentative=False, **details(**is_early, **changes)
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
