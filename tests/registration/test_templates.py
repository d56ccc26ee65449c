"""The last conference as the template for the next."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from services.registration.config import Config
from services.registration.use_cases import conferences, templates
from shared import clock
from shared.clock import CIVIL_ZONE
from shared.database import Database
from tests.registration.builders import API, an_open_conference, conference_json, confirmed, submit
from tests.registration.test_pages import text

Bearer = Callable[..., dict[str, str]]


def copied(client: FlaskClient, bearer: Bearer, template: Any, **more: Any) -> dict[str, Any]:
    answer = client.post(f"{API}/conferences", json={"template": str(template), **more}, headers=bearer("clerk"))
    assert answer.status_code == 201, text(answer)
    assert answer.json is not None
    return dict(answer.json)


def test_everything_but_dates_and_registrations_comes_along(
    client: FlaskClient, bearer: Bearer, config: Config, database: Database
) -> None:
    access = {"venue_features": ["step_free", "toilet"], "venue_access": {"de": "Der Aufzug ist links."}}
    with database.write() as session:
        last = an_open_conference(session, config, hours_to_answer=24, **access)
        conferences.change_conference(session, config, last.id, {}, [{"title": {"de": "Schule"}}])
        confirmed(session, config, last.id)
    before = client.get(f"{API}/conferences/{last.id}").json
    assert before is not None
    made = copied(client, bearer, last.id)
    same = ("title", "motto", "venue", "capacity", "waiting_list", "hours_to_answer")

    assert {name: made[name] for name in same} == {name: before[name] for name in same}
    assert [forum["title"] for forum in made["forums"]] == [{"de": "Schule"}]
    assert made["forums"][0]["id"] != before["forums"][0]["id"]
    assert (made["status"], made["places_left"], made["is_tentative"]) == ("draft", 100, True)


@settings(deadline=None)
@given(days=st.integers(-2000, 400), hour=st.integers(5, 20))
def test_times_move_to_the_same_day_of_the_week_and_time_of_day_to_come(days: int, hour: int) -> None:
    starts = datetime(2026, 11, 22, hour, 30, tzinfo=UTC) + timedelta(days=days)
    moved = templates.later(starts, templates.rounds_until(starts))
    before, after = starts.astimezone(CIVIL_ZONE), moved.astimezone(CIVIL_ZONE)

    assert (after.weekday(), after.time()) == (before.weekday(), before.time())
    assert moved > clock.now()
    assert (after.date() - before.date()).days % 364 == 0


def test_it_isnt_announced_before_somebody_looked_at_its_dates(
    client: FlaskClient, bearer: Bearer, conference_id: UUID
) -> None:
    made = copied(client, bearer, conference_id)
    address = f"{API}/conferences/{made['id']}"
    assert client.post(f"{address}/announce", headers=bearer("clerk")).status_code == 409
    settled = client.patch(address, json={"starts_at": made["starts_at"]}, headers=bearer("clerk")).json

    assert settled is not None and settled["is_tentative"] is False
    assert client.post(f"{address}/announce", headers=bearer("clerk")).status_code == 200


def test_what_the_request_names_comes_from_there(client: FlaskClient, bearer: Bearer, conference_id: UUID) -> None:
    title = {"de": "18. Harburger Integrationskonferenz"}
    times = {name: when for name, when in conference_json().items() if name.endswith("_at")}
    made = copied(client, bearer, conference_id, title=title, **times)

    assert (made["title"], made["starts_at"], made["is_tentative"]) == (title, times["starts_at"], False)


def test_a_named_beginning_takes_the_other_times_along(client: FlaskClient, bearer: Bearer, opened: str) -> None:
    before = client.get(opened).json
    assert before is not None
    starts = datetime(2099, 5, 21, 15, 0, tzinfo=UTC)
    made = copied(client, bearer, before["id"], starts_at=starts.isoformat())

    assert datetime.fromisoformat(made["ends_at"]) == starts + timedelta(hours=3)
    assert made["registration_closes_at"] < made["starts_at"]
    wrong = {"template": before["id"], "starts_at": starts.isoformat(), "ends_at": starts.isoformat()}
    early = {"template": before["id"], "ends_at": clock.now().isoformat()}
    assert client.post(f"{API}/conferences", json=wrong, headers=bearer("clerk")).status_code == 422
    assert client.post(f"{API}/conferences", json=early, headers=bearer("clerk")).status_code == 409


@pytest.mark.parametrize(("body", "status"), [({"template": str(uuid4())}, 404), ({}, 422), ({"template": "x"}, 422)])
def test_a_template_has_to_be_there(client: FlaskClient, bearer: Bearer, body: dict[str, str], status: int) -> None:
    assert client.post(f"{API}/conferences", json=body, headers=bearer("clerk")).status_code == status


def test_the_office_makes_the_next_one_with_a_click(office: FlaskClient, conference_id: UUID) -> None:
    page = office.get(f"/intern/konferenzen/{conference_id}")
    made = submit(office, page, f"/intern/konferenzen/{conference_id}/vorlage")
    assert made.status_code == 303
    form = office.get(made.location)

    assert "Die Termine sind ein Vorschlag" in text(form)
    assert 'value="17. Harburger Integrationskonferenz"' in text(form)
