"""The desk, the office and visitors themselves, all without JavaScript."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from services.registration import attendance, tickets, urls
from services.registration.config import Config
from services.registration.models.attendance import Entry
from services.registration.use_cases import checkins, erasure, walk_ins
from services.registration.use_cases.erasure import delete_needs
from shared import clock, ids
from shared.database import Database
from tests.registration.arrivals import code, fresh, text, wall_code
from tests.registration.builders import an_open_conference, confirmed, hidden, submit


@pytest.fixture
def helper(app: Flask, bearer: Callable[..., dict[str, str]]) -> FlaskClient:
    """A helper's phone."""
    client = app.test_client()
    client.set_cookie("staff_token", bearer("door")["Authorization"].removeprefix("Bearer "), path="/intern")
    return client


def walk_in(session: Any, config: Config, conference_id: UUID, people: int, name: str | None = None) -> UUID:
    """Somebody who came without a ticket; the id of the entry."""
    entry = Entry(client_id=uuid4(), at=clock.now(), people=people, name=name)
    checkins.record(session, config, conference_id, [entry], uuid4())
    return attendance.walk_ins(session, config, conference_id)[0]["id"]  # type: ignore[no-any-return]


def test_a_helper_without_javascript_takes_a_ticket_and_a_walk_in_and_pressing_twice_is_once(
    helper: FlaskClient, config: Config, database: Database, conference_id: UUID, count: Any
) -> None:
    path = f"/intern/konferenzen/{conference_id}/einlass"
    page = helper.get(path)
    typed = {**fresh(page, "/ticket"), "ticket": code(config, database, conference_id, companions=2), "people": "2"}
    for _ in range(2):
        answer = helper.post(f"{path}/ticket", data=typed)
        assert "Willkommen" in text(answer)
    guests = {**fresh(page, "/ohne-anmeldung"), "count": "4"}
    assert "Gezählt" in text(helper.post(f"{path}/ohne-anmeldung", data=guests))
    assert count(conference_id).people == 6
    again = helper.post(f"{path}/ticket", data={**typed, "client_id": str(uuid4())})
    assert "Schon da" in text(again)
    undo = re.search(r'action="([^"]+/rueckgaengig/[^"]+)"', text(again))
    assert undo
    assert helper.post(undo.group(1), data=hidden(page)).status_code == 303

    assert count(conference_id).people == 2


def test_a_wrong_number_or_code_is_said_and_counts_nobody(helper: FlaskClient, conference_id: UUID, count: Any) -> None:
    path = f"/intern/konferenzen/{conference_id}/einlass"
    page = helper.get(path)
    answer = helper.post(f"{path}/ohne-anmeldung", data={**fresh(page, "/ohne-anmeldung"), "count": "0"})
    assert (answer.status_code, "Bitte geben Sie eine Zahl von 1 bis 50 ein." in text(answer)) == (422, True)
    typed = fresh(page, "/ticket")
    for ticket, word in (("7K3QX", "Tippfehler"), (ids.new_code(tickets.CODE_LENGTH), "Unbekannt")):
        assert word in text(helper.post(f"{path}/ticket", data={**typed, "ticket": ticket}))

    assert count(conference_id).people == 0


def test_the_camera_is_for_the_desk_alone(helper: FlaskClient, conference_id: UUID) -> None:
    desk = helper.get(f"/intern/konferenzen/{conference_id}/einlass")
    elsewhere = helper.get("/intern/konferenzen/einlass")

    assert "camera=(self)" in desk.headers["Permissions-Policy"]
    assert "camera=()" in elsewhere.headers["Permissions-Policy"]


def test_what_a_phone_gets_to_keep_holds_no_person(
    helper: FlaskClient, config: Config, database: Database, conference_id: UUID
) -> None:
    ticket = code(config, database, conference_id, name="Leyla Yıldız", email="leyla@example.org", companions=1)
    answer = helper.get(f"/intern/konferenzen/{conference_id}/einlass/stand")
    kept = answer.json
    assert kept is not None

    assert kept["tickets"] == [[attendance.desk_mark(kept["salt"], ticket.replace("-", "")), 2, False]]
    assert not re.search("leyla|example|" + ticket[:5], text(answer), re.IGNORECASE)
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_worker_may_keep_this_page_alone(helper: FlaskClient, conference_id: UUID) -> None:
    path = f"/intern/konferenzen/{conference_id}/einlass"
    worker = helper.get(f"{path}/worker.js")

    assert worker.headers["Service-Worker-Allowed"] == path
    assert worker.mimetype == "text/javascript"


def test_a_batch_needs_the_token_of_this_browser(helper: FlaskClient, conference_id: UUID, count: Any) -> None:
    path = f"/intern/konferenzen/{conference_id}/einlass"
    batch = {"checkins": [{"client_id": str(uuid4()), "count": 1}]}
    assert helper.post(f"{path}/abgleich", json=batch).status_code == 400
    token = helper.get(f"{path}/stand").json["csrf_token"]  # type: ignore[index]
    answer = helper.post(f"{path}/abgleich", json=batch, headers={"X-CSRFToken": token})
    assert answer.json["attendance"]["people"] == 1  # type: ignore[index]
    for wrong in ({"checkins": []}, {"checkins": "x"}, {"checkins": [1]}, []):
        assert helper.post(f"{path}/abgleich", json=wrong, headers={"X-CSRFToken": token}).status_code == 422

    assert count(conference_id).people == 1


def test_only_the_office_looks_names_up(
    helper: FlaskClient, office: FlaskClient, config: Config, database: Database, conference_id: UUID, count: Any
) -> None:
    code(config, database, conference_id, name="Leyla Yıldız", email="leyla@example.org", companions=1)
    path = f"/intern/konferenzen/{conference_id}/einlass"
    refused = helper.post(f"{path}/suche", data={**hidden(helper.get(path)), "name": "leyla"})
    assert (refused.status_code, "Yıldız" in text(refused)) == (403, False)
    found = office.post(f"{path}/suche", data={**hidden(office.get(path)), "name": "yıldız"})
    assert "Leyla Yıldız (l…@example.org)" in text(found)
    address = re.search(r'action="([^"]+/person/[^"]+)"', text(found))
    assert address
    office.post(address.group(1), data=fresh(found, address.group(1)))

    assert count(conference_id).registered == 2


def test_a_walk_in_who_had_registered_becomes_one_presence_and_can_be_parted_again(
    office: FlaskClient, config: Config, database: Database, conference_id: UUID, count: Any
) -> None:
    with database.write() as session:
        registration = confirmed(session, config, conference_id, name="Leyla Yıldız", companions=2)
        found = walk_in(session, config, conference_id, 2, "Leyla Y.")
        entry = Entry(client_id=uuid4(), at=clock.now(), registration_id=registration.id)
        checkins.record(session, config, conference_id, [entry], uuid4())
    path = f"/intern/konferenzen/{conference_id}/anwesenheit"
    assert (count(conference_id).people, "Leyla Y." in text(office.get(path))) == (5, True)
    searched = submit(office, office.get(path), path, walk_in=str(found), name="yıldız")
    assert "Leyla Yıldız" in text(searched)
    linked = submit(office, searched, f"{path}/{found}/zuordnen", registration_id=str(registration.id))
    assert linked.status_code == 303
    assert count(conference_id) == attendance.Attendance(people=3, registered=3, walk_ins=0)
    submit(office, office.get(path), f"{path}/{found}/loesen")

    assert count(conference_id) == attendance.Attendance(people=5, registered=3, walk_ins=2)


def test_a_walk_in_belongs_only_to_a_registration_of_its_conference(
    office: FlaskClient, config: Config, database: Database, conference_id: UUID
) -> None:
    with database.write() as session:
        stranger = confirmed(session, config, an_open_conference(session, config).id)
        found = walk_in(session, config, conference_id, 1)
    path = f"/intern/konferenzen/{conference_id}/anwesenheit"

    for wrong in (str(stranger.id), str(uuid4()), "x", ""):
        answer = submit(office, office.get(path), f"{path}/{found}/zuordnen", registration_id=wrong)
        assert answer.status_code == 404


def test_whoever_is_forgotten_leaves_a_number_behind(
    config: Config, database: Database, conference_id: UUID, count: Any
) -> None:
    with database.write() as session:
        registration = confirmed(session, config, conference_id, companions=2)
        found = walk_in(session, config, conference_id, 2, "Leyla")
        entry = Entry(client_id=uuid4(), at=clock.now(), registration_id=registration.id)
        checkins.record(session, config, conference_id, [entry], uuid4())
        walk_ins.link_walk_in(session, conference_id, found, registration.id)
    with database.write() as session:
        erasure.forget_persons(session, config, [registration.subject_id])
    with database.read() as session:
        names = [one["name"] for one in attendance.walk_ins(session, config, conference_id)]

    assert (count(conference_id).people, set(names) <= {None}) == (3, True)


def test_whoever_takes_their_data_along_reads_when_they_came(
    client: FlaskClient, config: Config, database: Database, conference_id: UUID
) -> None:
    with database.write() as session:
        registration = confirmed(session, config, conference_id, companions=1)
        entry = Entry(client_id=uuid4(), at=clock.now(), registration_id=registration.id)
        checkins.record(session, config, conference_id, [entry], uuid4())
        token = urls.token_for(config, urls.MANAGE, registration)
    stored = client.get(f"/anmeldung/meine/{token}/daten.json").json

    assert [one["people"] for one in stored["arrivals"]] == [2]  # type: ignore[index]


def test_names_that_desks_noted_go_a_week_after_the_conference(
    config: Config, database: Database, conference_id: UUID
) -> None:
    with database.write() as session:
        walk_in(session, config, conference_id, 2, "Familie Nowak")
    with clock.moved(timedelta(days=38)), database.write() as session:
        delete_needs(session)
    with database.read() as session:
        assert attendance.walk_ins(session, config, conference_id)[0]["name"] is None


def test_the_conference_says_how_many_are_there(
    office: FlaskClient, config: Config, database: Database, conference_id: UUID
) -> None:
    with database.write() as session:
        walk_in(session, config, conference_id, 41)

    assert "<strong>41</strong>" in text(office.get(f"/intern/konferenzen/{conference_id}"))


def test_the_poster_shows_the_code_and_its_picture(
    office: FlaskClient, config: Config, database: Database, today: UUID
) -> None:
    path = f"/intern/konferenzen/{today}/plakat"

    assert wall_code(config, database, today) in text(office.get(path))
    assert office.get(f"{path}/qr.svg").mimetype == "image/svg+xml"


def test_a_helper_is_led_to_the_one_conference_or_may_choose(helper: FlaskClient, conference_id: UUID) -> None:
    assert f"/intern/konferenzen/{conference_id}/einlass" in text(helper.get("/intern/konferenzen/einlass"))
