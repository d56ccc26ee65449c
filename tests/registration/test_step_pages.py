"""The steps of a conference on pages: each says whom it tells, asks before it does, and keeps what was typed."""

import re
from uuid import UUID

from flask.testing import FlaskClient

from services.registration.config import Config
from shared.database import Database
from tests.registration.builders import API, an_open_conference, confirmed, messages, submit
from tests.registration.test_pages import text
from tests.registration.test_steps import REASON


def test_full_is_said_wherever_a_state_is_said(
    client: FlaskClient, office: FlaskClient, config: Config, database: Database
) -> None:
    with database.write() as session:
        conference = an_open_conference(session, config, capacity=1)
        confirmed(session, config, conference.id)

    assert client.get(f"{API}/conferences/{conference.id}").json["status"] == "full"  # type: ignore[index]
    for path in (f"/konferenzen/{conference.id}", "/konferenzen/", "/"):
        assert "ausgebucht, mit Warteliste" in text(client.get(path))
    for path in ("/intern/konferenzen/", f"/intern/konferenzen/{conference.id}"):
        assert "ausgebucht" in text(office.get(path))


def test_the_office_is_asked_before_a_new_place_is_told(
    office: FlaskClient, config: Config, database: Database, conference_id: UUID
) -> None:
    with database.write() as session:
        for person in ({}, {}, {}, {"email": None, "phone": "+4915123456789"}):
            confirmed(session, config, conference_id, **person)
    path = f"/intern/konferenzen/{conference_id}/bearbeiten"
    form = office.get(path)
    typed = _typed(text(form)) | {"venue.name": "Rathaus"}
    asked = office.post(path, data=typed)
    assert "Benachrichtigt 3 Personen per E-Mail, 1 per SMS." in text(asked)
    assert messages(database, "registration.changed") == []
    again = office.post(path, data=typed | {"sure": "1", "back": "1"})
    assert 'value="Rathaus"' in text(again)
    assert messages(database, "registration.changed") == []
    answer = submit(office, asked, path)

    assert answer.status_code == 303
    assert len(messages(database, "registration.changed")) == 4


def test_nobody_is_asked_when_nobody_would_be_told(office: FlaskClient, conference_id: UUID) -> None:
    path = f"/intern/konferenzen/{conference_id}/bearbeiten"
    typed = _typed(text(office.get(path))) | {"venue.name": "Rathaus"}

    assert office.post(path, data=typed).status_code == 303


def test_the_office_puts_off_writes_a_report_and_cancels_on_pages(
    office: FlaskClient, client: FlaskClient, config: Config, database: Database, conference_id: UUID
) -> None:
    with database.write() as session:
        confirmed(session, config, conference_id)
    page = f"/intern/konferenzen/{conference_id}"
    form = office.get(f"{page}/postpone")
    assert "Benachrichtigt eine Person per E-Mail." in text(form)
    typed = _typed(text(form))
    missing = office.post(f"{page}/postpone", data=typed)
    assert missing.status_code == 422 and f'value="{typed["starts_at"]}"' in text(missing)
    later = {"starts_at": "2099-05-21T17:00", "ends_at": "2099-05-21T20:00", "reason.de": REASON["de"]}
    assert office.post(f"{page}/postpone", data=typed | later).status_code == 303
    assert "verschoben" in text(client.get("/konferenzen/"))
    assert REASON["de"] in text(client.get(f"/konferenzen/{conference_id}"))
    assert office.get(f"{page}/document").status_code == 409
    cancelled = office.post(f"{page}/cancel", data=typed)

    assert cancelled.status_code == 303
    assert [bool(one) for one in messages(database, "registration.cancelled")] == [True]


def _typed(page: str) -> dict[str, str]:
    """What a browser would send if nothing were changed: the fields of one value, ticked boxes not among them."""
    named = re.findall(r'<input[^>]* name="([^"]+)" type="[^"]*" value="([^"]*)"', page)
    return dict(named + re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
