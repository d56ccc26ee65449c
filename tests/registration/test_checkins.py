"""Letting people in: the JSON of desks, one by one and in batches."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from services.registration import tickets
from services.registration.config import Config
from services.registration.use_cases import registrations, steps
from shared import clock, ids
from shared.database import Database
from shared.web.staff_tokens import Staff, sign
from tests.registration.builders import API, an_open_conference, confirmed
from tests.web.conftest import ISSUER, KEY

Desk = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def desk(client: FlaskClient, bearer: Callable[..., dict[str, str]], conference_id: UUID) -> Desk:
    """A desk that sends entries and gets verdicts."""

    def send(*entries: dict[str, Any], conference: UUID = conference_id) -> list[dict[str, Any]]:
        answer = client.post(
            f"{API}/conferences/{conference}/checkins", json={"checkins": entries}, headers=bearer("door")
        )
        assert answer.status_code == 200, answer.get_data(as_text=True)
        assert answer.json is not None
        verdicts: list[dict[str, Any]] = answer.json["checkins"]
        return verdicts

    return send


def results(verdicts: list[dict[str, Any]]) -> list[str]:
    return [one["result"] for one in verdicts]


def a_ticket(config: Config, database: Database, conference_id: UUID, **wish: Any) -> str:
    """The ticket of somebody new."""
    with database.write() as session:
        code = tickets.code_of(config, confirmed(session, config, conference_id, **wish))
    assert code is not None
    return code


def present(client: FlaskClient, bearer: Callable[..., dict[str, str]], conference_id: UUID) -> dict[str, int]:
    answer = client.get(f"{API}/conferences/{conference_id}/checkins/summary", headers=bearer("door"))
    assert answer.json is not None
    return answer.json


def entry(**told: Any) -> dict[str, Any]:
    return {"client_id": str(uuid4()), "at": clock.now().isoformat(), **told}


def test_a_ticket_lets_its_household_in_and_a_walk_in_needs_neither_name_nor_address(
    desk: Desk, client: FlaskClient, bearer: Any, config: Config, database: Database, conference_id: UUID
) -> None:
    code = a_ticket(config, database, conference_id, companions=3)
    verdicts = desk(entry(ticket=code.lower().replace("-", " ")), entry(walk_in={"count": 2}), entry(count=1))

    assert [(one["result"], one["people"]) for one in verdicts] == [
        ("checked_in", 4),
        ("checked_in", 2),
        ("checked_in", 1),
    ]
    assert present(client, bearer, conference_id) == {"people": 7, "registered": 4, "walk_ins": 3}


def test_a_batch_that_is_sent_again_counts_nobody_twice(
    desk: Desk, client: FlaskClient, bearer: Any, config: Config, database: Database, conference_id: UUID
) -> None:
    batch = [entry(walk_in={"count": 1}) for _ in range(20)]
    batch.append(entry(ticket=a_ticket(config, database, conference_id)))
    first, again = desk(*batch), desk(*batch)

    assert first == again
    assert present(client, bearer, conference_id) == {"people": 21, "registered": 1, "walk_ins": 20}


def test_a_ticket_at_two_desks_is_one_presence_and_the_second_is_told_since_when(
    desk: Desk, client: FlaskClient, bearer: Any, config: Config, database: Database, conference_id: UUID
) -> None:
    code = a_ticket(config, database, conference_id, companions=1)
    [first] = desk(entry(ticket=code, people=1))
    [second] = desk(entry(ticket=code))

    assert (second["result"], second["at"], second["people"]) == ("already", first["at"], 1)
    assert present(client, bearer, conference_id)["people"] == 1


def test_one_bad_entry_loses_none_of_the_others(
    desk: Desk, client: FlaskClient, bearer: Any, config: Config, database: Database, conference_id: UUID
) -> None:
    with database.write() as session:
        elsewhere = an_open_conference(session, config).id
        gone = confirmed(session, config, conference_id)
        returned = tickets.code_of(config, gone)
        registrations.cancel_registration(session, config, gone.id)
    verdicts = desk(
        entry(ticket="7K3QX-9M2TA"),
        entry(ticket=a_ticket(config, database, elsewhere)),
        entry(ticket=returned),
        entry(walk_in={"count": 0}),
        {"client_id": "nonsense"},
        entry(ticket="x" * 50, undo=True),
        entry(walk_in={"count": 1}, at="yesterday"),
        entry(walk_in={"count": 3}),
    )

    assert results(verdicts) == [
        "unknown_ticket",
        "other_conference",
        "cancelled",
        "invalid",
        "invalid",
        "invalid",
        "invalid",
        "checked_in",
    ]
    assert verdicts[3]["errors"]["walk_in.count"]
    assert present(client, bearer, conference_id)["people"] == 3


def test_an_entry_is_undone_once_and_stays_undone_when_it_comes_again(
    desk: Desk, client: FlaskClient, bearer: Any, config: Config, database: Database, conference_id: UUID
) -> None:
    code = a_ticket(config, database, conference_id)
    made = entry(ticket=code)
    address = f"{API}/conferences/{conference_id}/checkins/{made['client_id']}"
    desk(made)
    assert client.delete(address, headers=bearer("door")).json["result"] == "undone"  # type: ignore[index]
    assert client.delete(address, headers=bearer("door")).status_code == 200
    assert client.delete(f"{address[:-4]}0000", headers=bearer("door")).status_code == 404
    again = desk(made, {"client_id": made["client_id"], "undo": True}, {"client_id": str(uuid4()), "undo": True})
    assert results(again) == ["undone", "undone", "nothing_to_undo"]
    assert present(client, bearer, conference_id)["people"] == 0

    assert results(desk(entry(ticket=code))) == ["checked_in"]


def test_somebody_who_waits_for_a_place_is_told_so(
    client: FlaskClient, bearer: Any, config: Config, database: Database
) -> None:
    with database.write() as session:
        full = an_open_conference(session, config, capacity=1).id
        seated, waits = (confirmed(session, config, full).id for _ in range(2))
    told = [entry(registration_id=str(one)) for one in (seated, waits)]
    address = f"{API}/conferences/{full}/checkins"
    by_office = client.post(address, json={"checkins": told}, headers=bearer("clerk")).json
    by_helper = client.post(address, json={"checkins": told}, headers=bearer("door")).json

    assert results(by_office["checkins"]) == ["checked_in", "waitlisted"]  # type: ignore[index]
    assert results(by_helper["checkins"]) == ["invalid", "invalid"]  # type: ignore[index]


def test_a_single_entry_may_be_the_whole_body(
    client: FlaskClient, bearer: Any, config: Config, database: Database, conference_id: UUID
) -> None:
    address = f"{API}/conferences/{conference_id}/checkins"
    code = a_ticket(config, database, conference_id)
    for body in ({"ticket": code}, {"count": 4, "name": "Familie Nowak"}):
        answer = client.post(address, json=body, headers=bearer("admin"))
        assert results(answer.json["checkins"]) == ["checked_in"]  # type: ignore[index]

    assert present(client, bearer, conference_id)["people"] == 5


def test_only_the_entrance_and_the_office_let_people_in_and_helpers_only_at_their_conference(
    app: Flask, bearer: Any, config: Config, database: Database, conference_id: UUID
) -> None:
    client = app.test_client()
    body = {"checkins": [entry(count=1)]}
    with database.write() as session:
        other = an_open_conference(session, config).id
    helper = Staff(ids.internal(), "Einlass 1", frozenset({"door"}), ids.internal(), conference_id)
    bound = {"Authorization": f"Bearer {sign(helper, KEY, ISSUER)[0]}"}
    addresses = {which: f"{API}/conferences/{which}/checkins" for which in (conference_id, other)}

    assert client.post(addresses[conference_id], json=body).status_code == 401
    for role in ("moderator", "member", "chair", "privacy"):
        assert client.post(addresses[conference_id], json=body, headers=bearer(role)).status_code == 403
    assert client.post(addresses[conference_id], json=body, headers=bound).status_code == 200
    assert client.post(addresses[other], json=body, headers=bound).status_code == 403
    assert client.get(f"{addresses[other]}/summary", headers=bound).status_code == 403
    assert client.delete(f"{addresses[other]}/{uuid4()}", headers=bound).status_code == 403


def test_a_late_desk_still_counts_after_the_conference_and_nobody_enters_one_that_is_off(
    desk: Desk, client: FlaskClient, bearer: Any, config: Config, database: Database, conference_id: UUID
) -> None:
    with database.write() as session:
        off = an_open_conference(session, config).id
        steps.take_step(session, conference_id, "hold")
        steps.cancel_conference(session, config, off, {})

    assert results(desk(entry(count=1))) == ["checked_in"]
    address = f"{API}/conferences/{off}/checkins"
    assert client.post(address, json={"count": 1}, headers=bearer("door")).status_code == 409
    assert (
        client.post(f"{API}/conferences/{uuid4()}/checkins", json={"count": 1}, headers=bearer("door")).status_code
        == 404
    )


def test_a_phone_whose_clock_is_ahead_writes_no_tomorrow(desk: Desk) -> None:
    [verdict] = desk(entry(count=1, at="2999-01-01T00:00:00+01:00"))

    assert verdict["at"] < "2999"


def test_a_ticket_that_is_undone_and_taken_anew_in_one_batch_counts_as_it_was_taken_last(
    desk: Desk, client: FlaskClient, bearer: Any, config: Config, database: Database, conference_id: UUID
) -> None:
    made = entry(ticket=a_ticket(config, database, conference_id, companions=2))
    anew = made | {"client_id": str(uuid4()), "people": 2}
    undone = {"client_id": made["client_id"], "undo": True}
    desk(made)

    for _ in range(2):
        assert results(desk(undone, anew)) == ["undone", "checked_in"]
    assert results(desk(made, undone, anew)) == ["undone", "undone", "checked_in"]
    assert present(client, bearer, conference_id)["people"] == 2
