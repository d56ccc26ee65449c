"""What somebody can do with what is stored about them: read it, take it along, take a yes back, change it in time."""

from datetime import timedelta
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from services.registration import urls
from services.registration.config import Config
from services.registration.models import Consent
from services.registration.use_cases.conferences import change_conference
from shared import clock
from shared.database import Database
from tests.registration.builders import an_open_conference, confirmed, messages, path_of, submit
from tests.registration.test_pages import text

INVITED = frozenset({"invitations"})


def own_page(database: Database, config: Config, conference_id: UUID, **wish: object) -> str:
    """The path of the own page of somebody new who takes part."""
    with database.write() as session:
        registration = confirmed(session, config, conference_id, **wish)
        return path_of(urls.manage_url(config, registration))


def purposes(database: Database) -> list[str]:
    with database.read() as session:
        return sorted(session.scalars(select(Consent.purpose)))


def test_everything_stored_can_be_taken_along(
    client: FlaskClient, database: Database, config: Config, conference_id: UUID
) -> None:
    own = own_page(database, config, conference_id, email="leyla@example.org", interpretation=["ckb"], consents=INVITED)
    assert f"{own}/daten.json" in text(client.get(own))
    answer = client.get(f"{own}/daten.json")
    stored = answer.get_json()

    assert "attachment" in answer.headers["Content-Disposition"]
    assert "no-store" in answer.headers["Cache-Control"]
    assert (stored["email"], stored["name"], stored["interpretation"]) == ("leyla@example.org", "Leyla Yıldız", ["ckb"])
    assert [(yes["purpose"], yes["text_version"]) for yes in stored["consents"]] == [("invitations", "2026-12")]
    assert stored["confirmed_at"] and stored["ticket"]
    assert stored["conference"]["de"] == "17. Harburger Integrationskonferenz"


def test_forums_stand_in_the_file_with_their_titles(client: FlaskClient, database: Database, config: Config) -> None:
    with database.write() as session:
        conference = an_open_conference(session, config)
        change_conference(
            session, config, conference.id, {}, [{"title": {"de": "Sprache"}}, {"title": {"de": "Schule"}}]
        )
        chosen = conference.forums[1].id
    own = own_page(database, config, conference.id, forums=[chosen])

    assert client.get(f"{own}/daten.json").json["forums"] == [{"id": str(chosen), "title": {"de": "Schule"}}]  # type: ignore[index]


def test_invitations_are_taken_back_by_a_button_and_nothing_else_is(
    client: FlaskClient, database: Database, config: Config, conference_id: UUID
) -> None:
    own = own_page(database, config, conference_id, assistance=["wheelchair"], consents=INVITED)
    page = client.get(own)
    assert "Keine Einladungen mehr" in text(page)
    answer = submit(client, page, f"{own}/keine-einladungen")

    assert answer.status_code == 303
    assert "Keine Einladungen mehr" not in text(client.get(own))
    assert purposes(database) == ["assistance"]


def test_a_yes_is_kept_in_the_language_of_the_page_it_was_read_on(
    client: FlaskClient, database: Database, conference_id: UUID
) -> None:
    path = f"/anmeldung/{conference_id}"
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "ar"
    page: TestResponse = client.get(path)
    page = submit(client, page, path, email="leyla@example.org")
    page = submit(client, page, path, language="en")
    page = submit(client, page, path)
    with clock.moved(timedelta(seconds=10)):
        submit(client, page, path, **{"consents.invitations": "true"})

    assert messages(database, "registration.requested")
    with database.read() as session:
        assert session.scalars(select(Consent.language)).all() == ["ar"]


def test_after_registration_closed_people_can_still_cancel_but_change_nothing(
    client: FlaskClient, database: Database, config: Config, conference_id: UUID
) -> None:
    own = own_page(database, config, conference_id)
    change_page = client.get(f"{own}/aendern")
    assert change_page.status_code == 200
    with clock.moved(timedelta(days=29, hours=1)):
        shown = client.get(own)
        assert "schon mit Ihren Angaben planen" in text(shown)
        assert client.get(f"{own}/aendern").status_code == 409
        assert submit(client, change_page, f"{own}/aendern", household__adults="3", language="de").status_code in {
            409,
            422,
        }
        assert submit(client, shown, f"{own}/absagen").status_code == 303
        assert "abgesagt" in text(client.get(own))
