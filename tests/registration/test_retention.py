"""What is kept of people goes by itself: when, what stays, and what the report says of it."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from services.registration import queries, urls
from services.registration.config import Config
from services.registration.models import Consent, Override, Registration
from services.registration.models.people import Needs, Person
from services.registration.retention import RULES
from services.registration.use_cases import overrides
from shared import clock
from shared.database import Database
from shared.messaging.tables import outbox
from shared.retention import BATCH
from tests.registration.builders import a_clerk, an_open_conference, confirmed, path_of, pending
from tests.registration.test_pages import text
from tests.retention import forget

#: The conference ends three hours after thirty days.
OVER = timedelta(days=30, hours=3)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def leyla(config: Config, database: Database, conference_id: UUID) -> UUID:
    """Somebody with a place, needs, and a yes to both purposes."""
    wish = {"name": "Leyla Yıldız", "email": "leyla@example.org", "assistance": ["wheelchair"]}
    with database.write() as session:
        registration = confirmed(session, config, conference_id, consents=frozenset({"invitations"}), **wish)
        return registration.id


def stored(database: Database, registration_id: UUID) -> Registration:
    with database.read() as session:
        return session.get_one(Registration, registration_id)


def purposes(database: Database) -> list[str]:
    with database.read() as session:
        return sorted(session.scalars(select(Consent.purpose)))


def test_what_nobody_confirmed_goes_after_a_week(config: Config, database: Database, conference_id: UUID) -> None:
    with database.write() as session:
        pending(session, config, conference_id)
    with clock.moved(timedelta(days=7) - MINUTE):
        assert forget(database, RULES)["unconfirmed"] == 0
    with clock.moved(timedelta(days=7) + MINUTE):
        assert forget(database, RULES)["unconfirmed"] == 1
        assert forget(database, RULES)["unconfirmed"] == 0


def test_needs_go_a_week_after_the_conference_and_who_it_was_stays(
    config: Config, database: Database, leyla: UUID
) -> None:
    with clock.moved(OVER + timedelta(days=7) - MINUTE):
        assert forget(database, RULES)["needs"] == 0
    with clock.moved(OVER + timedelta(days=7) + MINUTE):
        assert forget(database, RULES) == {"unconfirmed": 0, "needs": 1, "answers": 0, "people": 0, "asked": 0}

    left = stored(database, leyla)
    assert Needs.decrypted(config.column_box, left.needs) == Needs()
    assert Person.decrypted(config.column_box, left.person).name == "Leyla Yıldız"


def test_who_it_was_goes_a_month_after_the_conference_and_the_number_stays(
    config: Config, database: Database, conference_id: UUID, leyla: UUID
) -> None:
    with clock.moved(OVER + timedelta(days=30) - MINUTE):
        assert forget(database, RULES)["people"] == 0
    with clock.moved(OVER + timedelta(days=30) + MINUTE):
        assert forget(database, RULES)["people"] == 1
        assert forget(database, RULES)["people"] == 0

    left = stored(database, leyla)
    assert Person.decrypted(config.column_box, left.person) == Person()
    assert (left.status, left.places, left.ticket, left.ticket_mark) == ("confirmed", 1, None, None)
    with database.read() as session:
        assert queries.conference(session, conference_id).places_taken == 1
        boxes = session.scalars(select(outbox.c.sealed).where(outbox.c.subject_id == left.subject_id)).all()
    assert boxes and set(boxes) == {None}


def test_a_yes_to_invitations_stays_for_it_still_holds_and_others_go(database: Database, leyla: UUID) -> None:
    assert purposes(database) == ["assistance", "invitations"]
    with clock.moved(OVER + timedelta(days=31)):
        forget(database, RULES)
    assert purposes(database) == ["invitations"]


def test_links_and_tickets_end_with_the_person(
    config: Config, database: Database, client: FlaskClient, leyla: UUID
) -> None:
    own = path_of(urls.manage_url(config, stored(database, leyla)))
    ticket = path_of(urls.ticket_url(config, stored(database, leyla)) or "")
    assert (client.get(own).status_code, client.get(ticket).status_code) == (200, 200)

    with clock.moved(OVER + timedelta(days=31)):
        forget(database, RULES)
        assert (client.get(own).status_code, client.get(ticket).status_code) == (404, 404)


def test_reasons_that_staff_wrote_go_too(config: Config, database: Database) -> None:
    with database.write() as session:
        full = an_open_conference(session, config, capacity=1)
        confirmed(session, config, full.id)
        waits = confirmed(session, config, full.id)
        overrides.remove_from_list(session, config, waits.id, a_clerk(), "Frau Yıldız hat angerufen.")
    with clock.moved(OVER + timedelta(days=31)):
        forget(database, RULES)
    with database.read() as session:
        assert session.scalars(select(Override.reason)).all() == [None]


def test_a_whole_conference_goes_however_many_came(config: Config, database: Database) -> None:
    with database.write() as session:
        large = an_open_conference(session, config, capacity=BATCH + 20)
        for _ in range(BATCH + 5):
            confirmed(session, config, large.id)
    with clock.moved(OVER + timedelta(days=31)):
        assert forget(database, RULES)["people"] == BATCH + 5


def test_the_office_reads_that_names_are_gone(
    client: FlaskClient,
    bearer: Callable[..., dict[str, str]],
    database: Database,
    conference_id: UUID,
    leyla: UUID,
) -> None:
    with clock.moved(OVER + timedelta(days=31)):
        forget(database, RULES)
        token = bearer("clerk")["Authorization"].removeprefix("Bearer ")
        client.set_cookie("staff_token", token, path="/intern")
        page = text(client.get(f"/intern/konferenzen/{conference_id}/anmeldungen/"))
    assert "Leyla" not in page
    assert "Namen und Adressen sind gelöscht" in page


def test_the_report_says_what_is_kept_and_what_went(
    client: FlaskClient, bearer: Callable[..., dict[str, str]], database: Database, leyla: UUID
) -> None:
    path = "/intern/konferenzen/aufbewahrung/"
    with clock.moved(OVER + timedelta(days=31)):
        forget(database, RULES, "needs", "people")
        token = bearer("privacy")["Authorization"].removeprefix("Bearer ")
        client.set_cookie("staff_token", token, path="/intern")
        page = text(client.get(path))
    assert page.count("bisher 1") == 2
    assert "noch nie geprüft" in page
    assert "bis 30 Tage nach der Konferenz" in page


def test_the_report_is_not_for_everybody(client: FlaskClient, bearer: Callable[..., dict[str, str]]) -> None:
    token = bearer("clerk", "moderator", "door")["Authorization"].removeprefix("Bearer ")
    client.set_cookie("staff_token", token, path="/intern")
    assert client.get("/intern/konferenzen/aufbewahrung/").status_code == 403
