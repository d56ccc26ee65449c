"""What other services' events do here, what erasing leaves, and what happens by itself."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import func, select

from services.registration import queries
from services.registration.config import Config
from services.registration.handlers import HANDLERS
from services.registration.models import AskedAddress, Consent, Registration
from services.registration.models.household import nobody
from services.registration.timers import TIMERS
from shared import clock, ids
from shared.database import Database
from shared.events.council import CaseAnswered, CaseOpened, StaffChanged
from shared.events.notifications import PersonErased
from shared.messaging import outbox, tables
from shared.web.i18n import render_in
from shared.web.staff_tokens import Staff, sign
from tests.backbone import Backbone, Thing
from tests.registration.builders import an_open_conference, confirmed, events, pending
from tests.web.conftest import ISSUER, KEY


def count(database: Database, table: type) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def run_timers(database: Database) -> None:
    for _, _, work in TIMERS:
        work(database)


def test_a_staff_session_that_council_ended_is_over_here(app: Flask, database: Database, tmp_path: Path) -> None:
    clerk = Staff(id=ids.internal(), name="Mina Kaya", roles=frozenset({"clerk"}), session_id=ids.internal())
    headers = {"Authorization": f"Bearer {sign(clerk, KEY, ISSUER)[0]}"}
    client = app.test_client()
    address = "/api/registration/v1/conferences/00000000-0000-4000-8000-000000000000/announce"
    assert client.post(address, headers=headers).status_code == 404
    backbone = Backbone()
    backbone.join(database, HANDLERS)
    with backbone.neighbour("council", tmp_path).write() as session:
        ended = StaffChanged(staff_id=clerk.id, roles=["clerk"], language="de", revoked_sessions=[clerk.session_id])
        outbox.add(session, Thing(clerk.id), ended)
    backbone.settle()

    assert client.post(address, headers=headers).status_code == 401


def a_case(case_id: UUID, state: str, origin: str = "recommendation") -> dict[str, Any]:
    return {
        "case_id": case_id,
        "number": "V-2026-0007",
        "origin": origin,
        "origin_id": ids.internal(),
        "status": "answered",
        "title": {"de": "Sprachmittlung im Kundenzentrum"},
        "addressee_name": "Bezirksamt Harburg",
        "public_text": {"de": state, "en": "An answer came."},
        "happened_at": clock.now(),
    }


def test_the_front_page_shows_where_the_last_recommendations_stand(
    app: Flask, database: Database, tmp_path: Path
) -> None:
    backbone = Backbone()
    backbone.join(database, HANDLERS)
    case, petition = Thing(), Thing()
    with backbone.neighbour("council", tmp_path).write() as session:
        outbox.add(session, case, CaseOpened(**a_case(case.id, "Der Vorgang ist eröffnet.")))
        outbox.add(session, case, CaseAnswered(**a_case(case.id, "Das Bezirksamt hat geantwortet.")))
        outbox.add(session, petition, CaseOpened(**a_case(petition.id, "Eine Eingabe ist da.", origin="petition")))
    backbone.settle()
    page = app.test_client().get("/").get_data(as_text=True)

    assert f"/rat/vorgaenge/{case.id}" in page
    assert "Das Bezirksamt hat geantwortet." in page
    assert "Der Vorgang ist eröffnet." not in page
    assert "Eine Eingabe ist da." not in page
    assert "An answer came." in app.test_client().get("/?lang=en").get_data(as_text=True)


def test_whoever_is_erased_leaves_nothing_but_a_free_place(config: Config, database: Database, tmp_path: Path) -> None:
    with database.write() as session:
        conference = an_open_conference(session, config, capacity=1)
        gone = confirmed(session, config, conference.id, assistance=["wheelchair"], consents=frozenset({"invitations"}))
        waiting = confirmed(session, config, conference.id)
    backbone = Backbone()
    backbone.join(database, HANDLERS)
    with backbone.neighbour("notifications", tmp_path).write() as session:
        erasure = Thing()
        outbox.add(session, erasure, PersonErased(erasure_id=erasure.id, subject_ids=[gone.subject_id]))
    backbone.settle()
    with database.read() as session:
        left = session.scalars(select(Registration)).all()
        boxes = select(tables.outbox.c.sealed).where(tables.outbox.c.subject_id == gone.subject_id)
        sealed = session.scalars(boxes).all()

        assert [(one.id, one.status) for one in left] == [(waiting.id, "offered")]
        assert set(sealed) == {None}
    assert count(database, Consent) == 0


def test_what_nobody_confirmed_is_deleted_after_a_week(config: Config, database: Database, conference_id: UUID) -> None:
    with database.write() as session:
        stays = confirmed(session, config, conference_id)
        goes = pending(session, config, conference_id)
    with clock.moved(timedelta(days=6)):
        run_timers(database)
    assert count(database, Registration) == 2
    with clock.moved(timedelta(days=7, hours=1)):
        run_timers(database)
    with database.read() as session:
        assert session.scalars(select(Registration.id)).all() == [stays.id]
        boxes = select(tables.outbox.c.sealed).where(tables.outbox.c.subject_id == goes.subject_id)
        assert session.scalars(boxes).all() == [None]


def test_addresses_nobody_answered_for_are_forgotten_after_a_year(
    config: Config, database: Database, conference_id: UUID
) -> None:
    with database.write() as session:
        pending(session, config, conference_id)
    with clock.moved(timedelta(days=366)):
        run_timers(database)

    assert count(database, AskedAddress) == 0


def test_every_event_of_a_registration_refers_to_its_conference(
    config: Config, database: Database, conference_id: UUID
) -> None:
    with database.write() as session:
        confirmed(session, config, conference_id)
    with database.read() as session:
        rows = session.execute(select(tables.outbox.c.name, tables.outbox.c.refers_to)).all()
    referring = {name: json.loads(refers_to) for name, refers_to in rows}

    assert referring.pop("conference.announced") == []
    assert referring == {
        "registration.requested": [f"conference:{conference_id}"],
        "registration.confirmed": [f"conference:{conference_id}"],
    }


def test_nothing_personal_stands_in_the_tables_or_travels_in_the_clear(
    config: Config, database: Database, conference_id: UUID
) -> None:
    with database.write() as session:
        confirmed(
            session, config, conference_id, email="leyla@example.org", name="Leyla Yıldız", interpretation=["ckb"]
        )
    with database.read() as session:
        rows = [
            *session.execute(select(tables.outbox)).all(),
            *session.execute(select(Registration.__table__)).all(),
            *session.execute(select(AskedAddress.__table__)).all(),
        ]
    stored = repr(rows)

    assert "registration.confirmed" in events(database)
    assert not any(word in stored for word in ("leyla", "Leyla", "Yıldız", "ckb"))


def test_a_yes_is_kept_with_the_version_and_language_of_its_text(
    config: Config, database: Database, conference_id: UUID
) -> None:
    wish = {"language": "tr", "assistance": ["wheelchair"], "consents": frozenset({"invitations"})}
    with render_in("ar", "registration"), database.write() as session:
        pending(session, config, conference_id, **wish)
    with database.read() as session:
        given = session.execute(select(Consent.purpose, Consent.text_version, Consent.language)).all()

    assert sorted(given) == [("assistance", "2026-11", "ar"), ("invitations", "2026-12", "ar")]


def test_needs_are_deleted_a_week_after_the_conference(config: Config, database: Database, conference_id: UUID) -> None:
    with database.write() as session:
        needs = {"household": nobody() | {"children_3_5": 1}, "childcare": 1, "forums": [ids.public()]}
        confirmed(session, config, conference_id, assistance=["wheelchair"], **needs)
    with clock.moved(timedelta(days=36)):
        run_timers(database)
    with database.read() as session:
        assert session.scalars(select(Registration.needs)).one() is not None
    with clock.moved(timedelta(days=38)):
        run_timers(database)

    with database.read() as session:
        left = session.scalars(select(Registration)).one()
        shown = queries.details_of(session, config, left, masked=False)
        assert left.needs is None
        assert (shown["companions"], shown["household"], shown["childcare"], shown["forums"]) == (1, None, 0, [])


def test_asking_again_without_a_yes_takes_it_back(config: Config, database: Database, conference_id: UUID) -> None:
    with database.write() as session:
        pending(session, config, conference_id, email="leyla@example.org", consents=frozenset({"invitations"}))
    with database.write() as session:
        pending(session, config, conference_id, email="leyla@example.org")

    assert count(database, Consent) == 0
