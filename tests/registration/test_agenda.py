"""The agenda fits into its conference, whoever writes it, and moves along with it."""

import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from services.registration.config import Config
from services.registration.models import AgendaItem, Conference, Forum
from services.registration.models.agenda import WrongAgenda, program_of, require_fitting
from services.registration.use_cases import conferences, steps
from shared import clock
from shared.database import Database
from tests.registration.builders import API, conference_json, details, submit
from tests.registration.test_pages import text
from tests.registration.test_steps import REASON

Bearer = Callable[..., dict[str, str]]
MINUTE = timedelta(minutes=1)
SPANS = st.lists(st.tuples(st.integers(-30, 210), st.integers(-10, 60)), max_size=5)


@settings(deadline=None)
@given(agenda=SPANS, forums=SPANS)
def test_everything_lies_within_the_conference_and_points_follow_one_another(
    agenda: list[tuple[int, int]], forums: list[tuple[int, int]]
) -> None:
    conference = Conference(**details())

    def times(span: tuple[int, int]) -> dict[str, Any]:
        starts_at = conference.starts_at + span[0] * MINUTE
        return {"title": {"de": "Punkt"}, "starts_at": starts_at, "ends_at": starts_at + span[1] * MINUTE}

    conference.agenda = [AgendaItem(**times(span)) for span in agenda]
    conference.forums = [Forum(position=place, **times(span)) for place, span in enumerate(forums)]
    is_inside = all(start >= 0 and length > 0 and start + length <= 180 for start, length in agenda + forums)
    is_in_order = all(start + length <= after for (start, length), (after, _) in itertools.pairwise(agenda))
    try:
        require_fitting(conference)
    except WrongAgenda as error:
        assert not (is_inside and is_in_order)
        assert all(field.split(".")[0] in ("agenda", "forums") for field in error.errors)
    else:
        assert is_inside and is_in_order
        starts = [item.starts_at for item in program_of(conference)]
        assert starts == sorted(starts)  # type: ignore[type-var]


def at(starts: Any, minutes: int, length: int, title: str, **more: Any) -> dict[str, Any]:
    begins = starts + minutes * MINUTE
    return {"title": {"de": title}, "starts_at": begins, "ends_at": begins + length * MINUTE, **more}


def json_at(*told: Any, **more: Any) -> dict[str, Any]:
    item = at(*told, **more)
    return item | {name: item[name].isoformat() for name in ("starts_at", "ends_at")}


def test_the_api_takes_an_agenda_and_names_what_doesnt_fit(client: FlaskClient, bearer: Bearer, opened: str) -> None:
    starts = clock.now().replace(microsecond=0) + timedelta(days=40)
    times = {"starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=3)).isoformat()}
    agenda = [json_at(starts, 0, 30, "Begrüßung", room="Saal"), json_at(starts, 30, 60, "Ideen sammeln")]
    forums = [json_at(starts, 90, 60, "Schule", languages=["de", "tr"], interpretation=["ar"], capacity=20)]
    changed = client.patch(opened, json={**times, "agenda": agenda, "forums": forums}, headers=bearer("clerk")).json
    assert changed is not None
    assert [one["title"]["de"] for one in changed["agenda"]] == ["Begrüßung", "Ideen sammeln"]
    assert (changed["forums"][0]["capacity"], changed["forums"][0]["places_left"]) == (20, 20)
    page = text(client.get(opened.replace(f"{API}/conferences", "/konferenzen")))
    assert page.index("Begrüßung") < page.index("Ideen sammeln") < page.index("Schule")
    assert "Sprache: <bdi>Deutsch, Türkçe</bdi>" in page
    late = client.patch(
        opened, json={"agenda": [agenda[0], json_at(starts, 20, 900, "Zu lang")]}, headers=bearer("clerk")
    )

    assert late.status_code == 422
    assert set(late.json["errors"]) == {"agenda.1.ends_at", "agenda.1.starts_at"}  # type: ignore[index]
    assert client.get(opened).json["agenda"] == changed["agenda"]  # type: ignore[index]
    alone = client.patch(opened, json={"forums": [forums[0] | {"ends_at": None}]}, headers=bearer("clerk"))
    assert alone.json["errors"].keys() == {"forums.0.ends_at"}  # type: ignore[index,union-attr]


def test_an_agenda_is_taken_with_a_new_conference_or_nothing_is_stored(client: FlaskClient, bearer: Bearer) -> None:
    body = conference_json(agenda=[json_at(clock.now(), 0, 30, "Zu früh")])
    answer = client.post(f"{API}/conferences", json=body, headers=bearer("clerk"))

    assert (answer.status_code, list(answer.json["errors"])) == (422, ["agenda.0.starts_at"])  # type: ignore[index]
    assert client.get(f"{API}/conferences", headers=bearer("clerk")).json == {"data": [], "next": None}


def test_the_agenda_moves_along_when_the_beginning_does(
    config: Config, database: Database, conference_id: UUID, client: FlaskClient, bearer: Bearer
) -> None:
    def first() -> Any:
        with database.read() as session:
            conference = session.get_one(Conference, conference_id)
            return conference.agenda[0].starts_at - conference.starts_at, conference.forums[0].ends_at

    with database.write() as session:
        conference = session.get_one(Conference, conference_id)
        starts, ends = conference.starts_at, conference.ends_at
        forums, agenda = [at(starts, 60, 30, "Schule")], [at(starts, 30, 30, "Begrüßung")]
        conferences.change_conference(session, config, conference_id, {}, forums, agenda)
    before = first()
    week = timedelta(days=7)
    with database.write() as session:
        conferences.change_conference(
            session, config, conference_id, {"starts_at": starts + week, "ends_at": ends + week}
        )
    assert first() == (before[0], before[1] + week)
    with database.write() as session:
        later = {"starts_at": starts + 2 * week, "ends_at": ends + 2 * week}
        steps.postpone_conference(session, config, conference_id, later, REASON)
    assert first() == (before[0], before[1] + 2 * week)
    made = client.post(f"{API}/conferences", json={"template": str(conference_id)}, headers=bearer("clerk")).json
    assert made is not None
    assert [one["title"]["de"] for one in (*made["agenda"], *made["forums"])] == ["Begrüßung", "Schule"]
    assert made["agenda"][0]["starts_at"] > made["starts_at"]
    shorter = {"starts_at": starts + 3 * week, "ends_at": starts + 3 * week + 40 * MINUTE}
    with pytest.raises(WrongAgenda, match="endet nach der Konferenz"), database.write() as session:
        steps.postpone_conference(session, config, conference_id, shorter, REASON)


def test_the_office_types_the_agenda_in_any_order(office: FlaskClient, client: FlaskClient) -> None:
    typed = {
        "title.de": "18. Harburger Integrationskonferenz",
        "starts_at": "2099-05-21T17:00",
        "ends_at": "2099-05-21T20:00",
        "venue.name": "Rieckhof",
        "venue.street": "Rieckhoffstraße 12",
        "venue.postal_code": "21073",
        "venue.locality": "Hamburg",
        "capacity": "120",
        "registration_opens_at": "2026-03-01T00:00",
        "registration_closes_at": "2099-05-20T12:00",
    }
    form = office.get("/intern/konferenzen/neu")
    planned = submit(office, form, "/intern/konferenzen/neu", **typed).location
    path = f"{planned}/programm"
    form = office.get(path)
    last = {
        "item_1.title.de": "Abschluss",
        "item_1.starts_at": "2099-05-21T19:30",
        "item_1.ends_at": "2099-05-21T20:30",
    }
    first = {
        "item_4.title.de": "Begrüßung",
        "item_4.starts_at": "2099-05-21T17:00",
        "item_4.ends_at": "2099-05-21T17:30",
    }
    wrong = submit(office, form, path, **last, **first)
    assert wrong.status_code == 422
    assert 'href="#f-item_1.ends_at"' in text(wrong) and 'value="2099-05-21T20:30"' in text(wrong)
    missing = submit(office, form, path, **{"item_2.title.de": "Pause"})
    assert 'href="#f-item_2.starts_at"' in text(missing)
    right = submit(office, form, path, **last | {"item_1.ends_at": "2099-05-21T20:00"}, **first)
    assert right.status_code == 303
    again = text(office.get(path))

    assert 'name="item_1.title.de" type="text" value="Begrüßung"' in again
    assert 'name="item_2.title.de" type="text" value="Abschluss"' in again
