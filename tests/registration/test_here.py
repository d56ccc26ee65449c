"""Visitors say themselves that they are there."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from services.registration import attendance, urls
from services.registration.config import Config
from services.registration.models.attendance import MOST_SELF_WALK_INS, Entry
from services.registration.use_cases import checkins
from shared import clock
from shared.database import Database
from tests.registration.arrivals import code, fresh, text, wall_code
from tests.registration.builders import confirmed, hidden, submit


def test_visitors_with_the_code_on_the_wall_say_themselves_that_they_are_there(
    client: FlaskClient, config: Config, database: Database, today: UUID, count: Any
) -> None:
    path = f"/konferenzen/{today}/da"
    assert "Code auf dem Plakat" in text(client.get(path))
    page = client.get(f"{path}?code={wall_code(config, database, today)}")
    ticket = {**fresh(page, "/da/ticket"), "ticket": code(config, database, today, companions=1)}
    for _ in range(2):
        answer = client.post(f"{path}/ticket", data=ticket)
        assert answer.location == f"{path}/danke"
    assert "Sie sind gezählt" in text(client.get(answer.location))
    client.post(f"{path}/ohne-anmeldung", data={**fresh(page, "/da/ohne-anmeldung"), "count": "3"})

    assert count(today) == attendance.Attendance(people=5, registered=2, walk_ins=3)


def test_visitors_press_one_button_on_their_ticket(
    client: FlaskClient, config: Config, database: Database, today: UUID, count: Any
) -> None:
    with database.write() as session:
        own = confirmed(session, config, today, companions=3)
        path = f"/anmeldung/ticket/{urls.token_for(config, urls.TICKET, own)}"
    assert f"{path}/da" in text(client.get(path))
    page = client.get(f"{path}/da?code={wall_code(config, database, today)}")
    assert count(today).people == 0
    assert submit(client, page, f"{path}/da").status_code == 303

    assert count(today).registered == 4


@pytest.mark.parametrize("wrong", ["", "K7QX-2M4P", "nonsense"])
def test_without_the_code_of_this_day_nobody_is_counted(
    client: FlaskClient, config: Config, database: Database, today: UUID, count: Any, wrong: str
) -> None:
    path = f"/konferenzen/{today}/da"
    page = client.get(f"{path}?code={wall_code(config, database, today)}")
    for form, typed in (("ticket", {"ticket": code(config, database, today)}), ("ohne-anmeldung", {"count": "1"})):
        answer = client.post(f"{path}/{form}", data={**hidden(page), **typed, "code": wrong})
        assert "Code auf dem Plakat" in text(answer)

    assert count(today).people == 0


def test_a_photo_of_the_wall_is_worth_nothing_at_another_hour_or_conference(
    client: FlaskClient, config: Config, database: Database, today: UUID, conference_id: UUID, count: Any
) -> None:
    path, photo = f"/konferenzen/{today}/da", wall_code(config, database, today)
    page = client.get(f"{path}?code={photo}")
    typed = {**hidden(page), "count": "1"}
    for hours in (-3, 5, 24):
        with clock.moved(timedelta(hours=hours)):
            answer = client.post(f"{path}/ohne-anmeldung", data=typed)
            assert (answer.status_code, "nur am Tag der Konferenz" in text(answer)) == (422, True)
    assert photo != wall_code(config, database, conference_id)

    assert count(today).people == 0


def test_a_crowd_from_a_sofa_is_sent_to_the_reception(
    client: FlaskClient, config: Config, database: Database, today: UUID, count: Any
) -> None:
    with database.write() as session:
        crowd = [Entry(client_id=uuid4(), at=clock.now(), people=1) for _ in range(MOST_SELF_WALK_INS)]
        checkins.record(session, config, today, crowd, by=None)
    path = f"/konferenzen/{today}/da"
    page = client.get(f"{path}?code={wall_code(config, database, today)}")
    answer = client.post(f"{path}/ohne-anmeldung", data={**hidden(page), "count": "1"})

    assert "Bitte gehen Sie zum Empfang" in text(answer)
    assert count(today).people == MOST_SELF_WALK_INS
