"""The operator's pages, as council has them: what is stuck and why, and what an admin does about it."""

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from services.council.app import create_app
from services.council.config import Config
from services.council.handlers import HANDLERS
from services.council.models import Case
from shared import clock, ids
from shared.database import Database
from shared.events.catalogue import EVENTS
from shared.events.event import Event
from shared.events.submissions import IdeaWithdrawn
from shared.messaging import tables
from shared.messaging.errors import Reject
from shared.web.access import COOKIE
from shared.web.operations.words import EVENT_LABELS
from shared.web.staff_tokens import Staff, sign
from tests.backbone import Backbone, Thing
from tests.council.bodies import PRIVATE_WORDS, an_adopted_recommendation
from tests.council.conftest import Submissions
from tests.council.pages import send

HOME = "/intern/vorgaenge/betrieb"


@dataclass(frozen=True, kw_only=True)
class Maimed(Event):
    """An adoption that lacks nearly everything and has something that nobody declared."""

    name = "recommendation.adopted"
    aggregate = "recommendation"

    recommendation_id: UUID
    number: str
    email: str


def signed_in(app: Flask, config: Config, role: str) -> FlaskClient:
    """A browser in which somebody with this role is signed in."""
    person = Staff(ids.internal(), f"Person {role}", frozenset({role}), ids.internal())
    client = app.test_client()
    client.set_cookie(COOKIE, sign(person, config.staff_key, config.web.staff_issuer)[0], path="/intern")
    return client


@pytest.fixture
def admin(app: Flask, config: Config) -> FlaskClient:
    """A browser in which an admin is signed in."""
    return signed_in(app, config, "admin")


def maimed(submissions: Submissions) -> Thing:
    """A recommendation whose adoption council can't handle."""
    thing = Thing()
    submissions.publish(thing, Maimed(recommendation_id=thing.id, number="E-9", email="a@example.org"), Reject)
    return thing


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    """A page as text."""
    answer = client.get(HOME + address)
    assert answer.status_code == status, (address, answer.status_code)
    return answer.get_data(as_text=True)


def event_id_of(database: Database, name: str) -> UUID:
    """The id of the first event of this name that council received."""
    with database.read() as session:
        return session.scalars(select(tables.inbox.c.event_id).where(tables.inbox.c.name == name)).first()  # type: ignore[return-value]


def done_by_hand(database: Database) -> list[tuple[str, str, str]]:
    """Who did what to which event."""
    log = tables.operator_log.c
    with database.read() as session:
        return list(session.execute(select(log.actor, log.action, log.key)).tuples())


def test_the_pages_are_for_admins_alone(app: Flask, config: Config) -> None:
    for role in ("clerk", "moderator", "member", "chair", "privacy", "door"):
        client = signed_in(app, config, role)
        for address in ("/", "/pruefung", "/rundgang", f"/ereignis/{ids.public()}", "/wiederholen?grund=x"):
            page(client, address, 403)
        assert "/betrieb/" not in client.get("/intern/").get_data(as_text=True)


def test_the_dashboard_leads_an_admin_there(admin: FlaskClient) -> None:
    assert "/betrieb/rundgang" in admin.get("/intern/").get_data(as_text=True)
    assert "Hier läuft alles" in page(admin, "/")


def test_a_parked_event_says_why_and_what_waits_and_nothing_private(
    admin: FlaskClient, database: Database, submissions: Submissions
) -> None:
    thing = maimed(submissions)
    submissions.publish(thing, an_adopted_recommendation(thing.id))
    event_id = event_id_of(database, "recommendation.adopted")

    start = page(admin, "/")
    assert "Ein Ereignis ist beiseitegelegt." in start
    assert "Der Inhalt hat nicht die Form, die dieser Dienst erwartet." in start
    shown = page(admin, f"/ereignis/{event_id}")
    assert "the body is no recommendation.adopted: addressee_kind, addressee_name, adopted_at" in shown
    assert "Ein Ereignis wartet auf dieses." in shown
    assert "a@example.org" not in shown and "verdeckt" in shown


def test_what_is_sealed_stays_sealed(admin: FlaskClient, database: Database, submissions: Submissions) -> None:
    submissions.receive_petition(Thing(), ids.public())
    shown = page(admin, f"/ereignis/{event_id_of(database, 'petition.received')}")

    assert "Versiegelt für Vorgänge, hier nicht lesbar" in shown and "petitioner_address" in shown
    assert not [word for word in PRIVATE_WORDS if word in shown]


def test_an_event_leads_back_to_what_caused_it_and_on_to_who_has_it(
    admin: FlaskClient, database: Database, submissions: Submissions
) -> None:
    submissions.adopt()
    cause = event_id_of(database, "recommendation.adopted")
    with database.read() as session:
        opened = session.scalars(select(tables.outbox.c.event_id).where(tables.outbox.c.name == "case.opened")).one()

    assert f"{HOME}/ereignis/{opened}" in page(admin, f"/ereignis/{cause}")
    assert f"/intern/ideen/betrieb/ereignis/{cause}" in page(admin, f"/ereignis/{cause}")
    assert f"{HOME}/ereignis/{cause}" in page(admin, f"/ereignis/{opened}")


def test_a_thing_is_found_by_number_title_and_id_but_never_by_a_code(
    admin: FlaskClient, submissions: Submissions
) -> None:
    recommendation = submissions.adopt()
    for words in ("E-2026-0001", "mehr dolmetscher", str(recommendation), "V-2026-0001"):
        assert "Empfehlung beschlossen" in page(admin, f"/?q={words}") or "Vorgang eröffnet" in page(
            admin, f"/?q={words}"
        )
    assert "Dieser Dienst kennt dazu kein Ereignis" in page(admin, "/?q=gibt es nicht")
    for personal in ("K7QX-2M4P-9TBD", "leyla@example.org", "0151 23456789"):
        assert "nicht nach Codes, Adressen oder Telefonnummern" in page(admin, f"/?q={personal}")


def test_what_council_does_not_need_is_told_from_what_has_not_come(
    admin: FlaskClient, database: Database, submissions: Submissions
) -> None:
    submissions.adopt()
    with database.read() as session:
        cursor = session.execute(select(tables.inbox_cursor)).one()
    unknown = f"/ereignis/{ids.public()}?von=submissions&strom={cursor.stream_id}&nummer="

    assert "Das ist in Ordnung" in page(admin, f"{unknown}{cursor.through}")
    assert "noch nicht angekommen" in page(admin, f"{unknown}{cursor.through + 1}")
    page(admin, f"{unknown}{2**70}", 404)


def test_skipping_needs_a_reason_and_lets_what_waits_go_on(
    admin: FlaskClient, database: Database, submissions: Submissions
) -> None:
    thing = maimed(submissions)
    submissions.publish(thing, IdeaWithdrawn(idea_id=thing.id))
    submissions.publish(thing, an_adopted_recommendation(thing.id))
    event_id = event_id_of(database, "recommendation.adopted")
    here = f"{HOME}/ereignis/{event_id}/ueberspringen"

    assert send(admin, here, reason="  ").status_code == 422
    assert done_by_hand(database) == []
    assert send(admin, here, reason="Doppelt gesendet.").status_code == 303
    assert done_by_hand(database) == [("Person admin", "skip", str(event_id))]
    submissions.backbone.settle()
    with database.read() as session:
        assert session.scalars(select(Case.origin_id)).all() == [thing.id]
    assert "Doppelt gesendet." in page(admin, f"/ereignis/{event_id}")
    assert send(admin, "/intern/abmelden", here, reason="noch einmal").status_code == 409


def test_a_replay_without_a_word_on_what_replays_nothing(
    admin: FlaskClient, database: Database, submissions: Submissions
) -> None:
    maimed(submissions)
    page(admin, "/wiederholen", 404)
    assert send(admin, "/intern/abmelden", f"{HOME}/wiederholen").status_code == 404
    assert send(admin, "/intern/abmelden", f"{HOME}/wiederholen", ereignis=str(ids.public())).status_code == 409
    assert admin.post(f"{HOME}/wiederholen", data={"grund": "body"}).status_code == 400
    assert done_by_hand(database) == []


def test_the_check_shows_what_is_broken(admin: FlaskClient, database: Database, submissions: Submissions) -> None:
    submissions.adopt()
    assert "Alles stimmt" in page(admin, "/pruefung")
    with database.write() as session:
        session.execute(tables.inbox.update().values(status="skipped", last_error="nobody said so"))
    shown = page(admin, "/pruefung")
    assert "Eine Zusage ist gebrochen" in shown and "I6: nobody is known to have skipped" in shown


def test_the_tour_goes_on_until_somebody_is_needed(admin: FlaskClient, submissions: Submissions) -> None:
    assert admin.get(f"{HOME}/rundgang?gesehen=1").location == "/intern/mitteilungen/betrieb/rundgang?gesehen=2"
    assert admin.get(f"{HOME}/rundgang?gesehen=3").location == f"{HOME}/?gesehen=4"
    assert "Bei allen Diensten läuft alles" in page(admin, "/?gesehen=4")
    maimed(submissions)
    assert admin.get(f"{HOME}/rundgang?gesehen=1").location == f"{HOME}/?gesehen=2"
    assert "/intern/mitteilungen/betrieb/rundgang?gesehen=2" in page(admin, "/?gesehen=2")


def test_every_event_has_a_name_in_words() -> None:
    assert set(EVENTS) - set(EVENT_LABELS) == set()


def test_what_failed_is_shown_then_replayed_on_both_databases(
    anywhere: tuple[Config, Database], tmp_path: Path
) -> None:
    config, database = anywhere
    backbone = Backbone()
    backbone.join(database, HANDLERS)
    submissions = Submissions(backbone.neighbour("submissions", tmp_path), backbone)
    admin = signed_in(create_app(config, database), config, "admin")
    rename_table(database, "case_number", "case_number_away")
    recommendation = submissions.adopt(DBAPIError)
    event_id = event_id_of(database, "recommendation.adopted")
    with database.write() as session:
        # As after some more attempts: the next one is far away.
        later = {"attempts": 6, "next_attempt_at": clock.now() + timedelta(hours=1)}
        session.execute(tables.inbox.update().values(**later))

    failed = page(admin, f"/ereignis/{event_id}")
    assert "Die Datenbank hat abgelehnt" in failed
    assert re.search(r"Error at services/council/use_cases/intake.py:\d+", failed)
    dry_run = f"{HOME}/wiederholen?ereignis={event_id}"
    assert "Noch ist nichts geschehen" in page(admin, f"/wiederholen?ereignis={event_id}")
    rename_table(database, "case_number_away", "case_number")
    backbone.settle()
    with database.read() as session:
        assert session.scalars(select(Case.origin_id)).all() == [], "it isn't due yet"
    assert send(admin, dry_run, f"{HOME}/wiederholen", ereignis=str(event_id)).status_code == 303
    backbone.settle()
    with database.read() as session:
        assert session.scalars(select(Case.origin_id)).all() == [recommendation]
    assert done_by_hand(database) == [("Person admin", "replay", str(event_id))]
    for address in ("/", "/?q=E-2026-0001", f"/ereignis/{event_id}", "/pruefung"):
        page(admin, address)


def rename_table(database: Database, name: str, other: str) -> None:
    """Break or mend what council's intake writes to."""
    with database.write() as session:
        session.execute(text(f"ALTER TABLE {name} RENAME TO {other}"))
