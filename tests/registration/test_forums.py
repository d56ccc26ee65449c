"""Forums: the office arranges them, people choose among them, and a choice outlives a new name but not its forum."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from services.registration import urls
from services.registration.config import Config
from services.registration.models import Registration
from services.registration.use_cases import conferences, registrations
from shared import clock
from shared.database import Database
from tests.registration.builders import API, confirmed, messages, path_of, submit, token_of
from tests.registration.test_pages import text

Bearer = Callable[..., dict[str, str]]


@pytest.fixture
def forums(config: Config, database: Database, conference_id: UUID) -> list[UUID]:
    """The ids of three forums of the conference."""
    named = [{"title": {"de": title}} for title in ("Gesundheit", "Schule", "Wohnen")]
    with database.write() as session:
        changed = conferences.change_conference(session, config, conference_id, {}, named)
        return [forum.id for forum in changed.forums]


def arranged(config: Config, database: Database, conference_id: UUID, forums: list[dict[str, Any]]) -> None:
    with database.write() as session:
        conferences.change_conference(session, config, conference_id, {}, forums)


def test_the_office_types_forums_in_their_order(client: FlaskClient, office: FlaskClient, conference_id: UUID) -> None:
    path = f"/intern/konferenzen/{conference_id}"
    form = office.get(f"{path}/foren")
    typed = {"forum_1__title__de": "Schule", "forum_1__place": "2", "forum_1__title__en": "School"}
    answer = submit(office, form, f"{path}/foren", **typed, forum_2__title__de="Wohnen", forum_2__place="1")
    assert answer.status_code == 303
    shown = text(client.get(f"/konferenzen/{conference_id}"))
    assert 0 < shown.index("Wohnen") < shown.index("Schule")
    assert "School" in text(client.get(f"/konferenzen/{conference_id}?lang=en"))
    again = office.get(f"{path}/foren")

    assert 'name="forum_2.title.de" type="text" value="Schule"' in text(again)
    assert text(again).count("<details open>") == 1


def test_a_forum_needs_its_german_title(office: FlaskClient, conference_id: UUID) -> None:
    path = f"/intern/konferenzen/{conference_id}/foren"
    answer = submit(office, office.get(path), path, forum_3__title__en="School")

    assert answer.status_code == 422
    assert 'href="#f-forum_3.title.de"' in text(answer)
    assert 'value="School"' in text(answer)


def test_people_choose_forums_see_them_and_change_their_mind(
    client: FlaskClient, database: Database, conference_id: UUID, forums: list[UUID]
) -> None:
    path = f"/anmeldung/{conference_id}"
    page = submit(client, client.get(path), path, email="leyla@example.org")
    page = submit(client, page, path, language="de")
    assert "Welche Foren interessieren Sie?" in text(page)
    page = submit(client, page, path, forums=[str(forums[2]), str(forums[0])])
    assert "Gesundheit" in text(page) and "Wohnen" in text(page) and "Schule" not in text(page)
    fields = {"forums": [str(forums[2]), str(forums[0])], "email": "leyla@example.org", "language": "de", "step": "4"}
    with clock.moved(timedelta(seconds=10)):
        submit(client, page, path, **fields)
    link = path_of(messages(database, "registration.requested")[0]["confirm_url"])
    own = submit(client, client.get(link), link).location
    shown = text(client.get(own))
    assert "Gesundheit" in shown and "Wohnen" in shown and "Schule" not in shown
    submit(
        client, client.get(f"{own}/aendern"), f"{own}/aendern", language="de", household__adults="0", forums=forums[1]
    )
    shown = text(client.get(own))

    assert "Schule" in shown and "Wohnen" not in shown


def test_without_forums_nobody_is_asked_for_them(client: FlaskClient, conference_id: UUID) -> None:
    path = f"/anmeldung/{conference_id}"
    page = submit(client, client.get(path), path, email="leyla@example.org")
    page = submit(client, page, path, language="de")

    assert "Schritt 3 von 4" in text(page)
    assert "Foren" not in text(page)


def test_a_new_name_keeps_the_choice_and_a_removed_forum_leaves_the_registration_alone(
    client: FlaskClient,
    office: FlaskClient,
    bearer: Bearer,
    config: Config,
    database: Database,
    conference_id: UUID,
    forums: list[UUID],
) -> None:
    with database.write() as session:
        registration = confirmed(session, config, conference_id, forums=forums[:2])
        manage = urls.manage_url(config, registration)
    arranged(config, database, conference_id, [{"id": forums[1], "title": {"de": "Lernen"}}])
    shown = text(client.get(path_of(manage)))
    api = client.get(
        f"{API}/registrations/{registration.id}", headers={"Authorization": f"Bearer {token_of(manage)}"}
    ).json
    totals = client.get(f"{API}/conferences/{conference_id}/totals", headers=bearer("clerk")).json
    assert api is not None and totals is not None

    assert "Lernen" in shown and "Gesundheit" not in shown
    assert api["forums"] == [str(forums[1])]
    assert totals["forums"] == {str(forums[1]): 1}
    assert "Lernen" in text(office.get(f"/intern/konferenzen/{conference_id}/zahlen"))
    with database.write() as session:
        changed = registrations.change_registration(session, config, registration.id, {"name": "Leyla"})
    assert changed.status == "confirmed"
    arranged(config, database, conference_id, [])
    assert client.get(path_of(manage)).status_code == 200


def test_choices_stand_only_in_the_encrypted_needs(
    config: Config, database: Database, conference_id: UUID, forums: list[UUID]
) -> None:
    with database.write() as session:
        confirmed(session, config, conference_id, forums=forums)
    with database.read() as session:
        row = session.execute(select(Registration.__table__)).one()

    assert row.needs is not None
    assert str(forums[0]) not in repr(row)


def test_forums_over_the_api(client: FlaskClient, bearer: Bearer, opened: str) -> None:
    office = bearer("clerk")
    made = client.patch(opened, json={"forums": [{"title": "Schule"}, {"title": "Wohnen"}]}, headers=office).json
    assert made is not None
    school, housing = made["forums"]
    asked = {"email": "leyla@example.org", "language": "de", "forums": [school["id"], str(uuid4()), school["id"]]}
    assert client.post(f"{opened}/registrations", json=asked).status_code == 202
    swapped = client.patch(opened, json={"forums": [housing, school]}, headers=office).json
    assert swapped is not None

    assert school["title"] == {"de": "Schule"}
    assert swapped["forums"] == [housing, school] == client.get(opened).json["forums"]  # type: ignore[index]
    assert client.patch(opened, json={"capacity": 3}, headers=office).json["forums"] == swapped["forums"]  # type: ignore[index]
    too_many = client.patch(opened, json={"forums": [{"title": "x"}] * 9}, headers=office)
    assert (too_many.status_code, list(too_many.json["errors"])) == (422, ["forums"])  # type: ignore[index]


def test_a_forum_of_another_conference_is_not_taken_away(
    client: FlaskClient, bearer: Bearer, opened: str, conference_id: UUID, forums: list[UUID]
) -> None:
    foreign = {"id": str(forums[0]), "title": "Gesundheit"}
    taken = client.patch(opened, json={"forums": [foreign, foreign]}, headers=bearer("clerk")).json
    assert taken is not None

    assert str(forums[0]) not in [forum["id"] for forum in taken["forums"]]
    assert len(client.get(f"{API}/conferences/{conference_id}").json["forums"]) == 3  # type: ignore[index]
