"""Who comes along: by age, on a phone without JavaScript, kept encrypted, and counted for the office."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from services.registration import urls
from services.registration.config import Config
from services.registration.models import Registration
from services.registration.models.household import AGE_GROUPS, MOST_COMPANIONS, in_words, nobody
from services.registration.models.people import ASSISTANCE, Needs
from shared import clock
from shared.database import Database
from shared.web.i18n import render_in
from tests.registration.builders import API, confirmed, messages, path_of, submit, token_of
from tests.registration.test_pages import text

TOO_MANY = "Sie können hier höchstens 9 Personen mitbringen."
NO_CHILDREN = "Bitte geben Sie oben auch die Kinder an"


def second_step(client: FlaskClient, path: str) -> TestResponse:
    return submit(client, client.get(path), path, email="leyla@example.org")


def own_of(database: Database, config: Config, conference_id: UUID, **wish: Any) -> tuple[str, dict[str, str]]:
    """The path of the own page of somebody new who takes part, and the headers their links are good for."""
    with database.write() as session:
        manage = urls.manage_url(config, confirmed(session, config, conference_id, **wish))
    return path_of(manage), {"Authorization": f"Bearer {token_of(manage)}"}


def test_the_length_of_what_is_kept_does_not_tell_which_help_somebody_asks_for(config: Config) -> None:
    asked = [Needs(assistance=[service], interpretation=["ar"]).encrypted(config.column_box) for service in ASSISTANCE]
    assert len({len(stored) for stored in asked if stored}) == 1
    assert Needs.decrypted(config.column_box, asked[0]).assistance == [next(iter(ASSISTANCE))]
    assert Needs().encrypted(config.column_box) is None


def test_whoever_comes_alone_types_nothing_and_presses_one_button(client: FlaskClient, conference_id: UUID) -> None:
    path = f"/anmeldung/{conference_id}"
    page = second_step(client, path)
    assert '<details class="kern-accordion">' in text(page)
    page = submit(client, page, path, language="de", childcare="0", **{f"household__{one}": "0" for one in AGE_GROUPS})

    assert "Schritt 3 von 4" in text(page)
    page = submit(client, page, path)
    assert "niemand, ich komme allein" in text(page)


@pytest.mark.parametrize("group", AGE_GROUPS)
@pytest.mark.parametrize(
    ("typed", "is_taken"), [("9", True), ("10", False), ("-1", False), ("1.5", False), ("x", False)]
)
def test_each_age_takes_none_to_nine(
    client: FlaskClient, conference_id: UUID, group: str, typed: str, is_taken: bool
) -> None:
    path = f"/anmeldung/{conference_id}"
    page = submit(client, second_step(client, path), path, language="de", **{f"household__{group}": typed})

    assert ("Schritt 3 von 4" in text(page)) is is_taken
    if not is_taken:
        assert page.status_code == 422
        assert f'href="#f-household.{group}"' in text(page)
        assert '<details class="kern-accordion" open>' in text(page)


@pytest.mark.parametrize(
    ("household", "childcare", "error"),
    [
        ({"adults": 5, "children_under_3": 4}, 4, ""),
        ({"adults": 5, "children_under_3": 5}, 0, TOO_MANY),
        ({"children_6_13": 1, "children_3_5": 1, "children_under_3": 1}, 3, ""),
        ({"children_6_13": 1, "children_3_5": 1, "children_under_3": 1}, 4, "Bitte geben Sie höchstens 3 an"),
        ({"adults": 1, "youths": 1}, 1, NO_CHILDREN),
        ({}, 1, NO_CHILDREN),
        ({"children_3_5": 1}, -1, "Bitte geben Sie eine Zahl von 0 bis 9 ein."),
    ],
)
def test_the_form_says_what_to_do_when_the_numbers_do_not_fit(
    client: FlaskClient, conference_id: UUID, household: dict[str, int], childcare: int, error: str
) -> None:
    path = f"/anmeldung/{conference_id}"
    typed = {f"household__{group}": str(count) for group, count in household.items()}
    page = submit(client, second_step(client, path), path, language="de", childcare=str(childcare), **typed)

    assert page.status_code == (422 if error else 200)
    assert error in text(page)
    assert ("Schritt 3 von 4" in text(page)) is not error


@pytest.mark.parametrize("typed", ["9" * 400, "9" * 5000, "-3", "x", "１"])
def test_the_last_step_asked_for_too_early_bears_any_number(
    client: FlaskClient, conference_id: UUID, typed: str
) -> None:
    path = f"/anmeldung/{conference_id}"
    page = submit(client, client.get(path), path, go="4", household__adults=typed, childcare=typed)

    assert page.status_code == 200
    assert "Schritt 4 von 4" in text(page)


def test_a_family_registers_sees_itself_in_words_and_changes_who_comes(
    client: FlaskClient, database: Database, conference_id: UUID
) -> None:
    path = f"/anmeldung/{conference_id}"
    family = {"household__adults": "2", "household__children_3_5": "1", "childcare": "1"}
    page = submit(client, second_step(client, path), path, language="de", **family)
    page = submit(client, page, path)
    assert "2 Erwachsene und ein Kind von 3 bis 5 Jahren" in text(page)
    assert "Kinder, die Betreuung brauchen" in text(page)
    with clock.moved(timedelta(seconds=10)):
        submit(client, page, path)
    link = path_of(messages(database, "registration.requested")[0]["confirm_url"])
    own = submit(client, client.get(link), link).location
    shown = text(client.get(own))
    assert "4 Personen" in shown and "2 Erwachsene und ein Kind von 3 bis 5 Jahren" in shown
    change = client.get(f"{own}/aendern")
    assert '<option value="2" selected>' in text(change)
    wrong = submit(client, change, f"{own}/aendern", language="de", household__adults="2", childcare="1")
    assert wrong.status_code == 422 and NO_CHILDREN in text(wrong)
    submit(client, change, f"{own}/aendern", language="de", household__children_6_13="2", childcare="0")
    shown = text(client.get(own))

    assert "3 Personen" in shown and "2 Kinder von 6 bis 13 Jahren" in shown
    assert "Betreuung" not in shown


def test_a_change_over_the_api_fits_what_stays(
    client: FlaskClient, database: Database, config: Config, conference_id: UUID
) -> None:
    household = nobody() | {"adults": 1, "children_3_5": 2}
    own, headers = own_of(database, config, conference_id, household=household, childcare=2)
    url = f"{API}/registrations/{_id_of(database)}"
    too_much_care = client.patch(url, json={"household": {"children_3_5": 1}}, headers=headers)
    too_many = client.patch(url, json={"household": {"adults": 9, "youths": 1}, "childcare": 0}, headers=headers)
    named = client.patch(url, json={"name": "Leyla"}, headers=headers)
    bare = client.patch(url, json={"companions": 3, "childcare": 0}, headers=headers)

    assert (too_much_care.status_code, list(too_much_care.json["errors"])) == (422, ["childcare"])  # type: ignore[index]
    assert (too_many.status_code, list(too_many.json["errors"])) == (422, ["household"])  # type: ignore[index]
    assert named.json["household"] == household  # type: ignore[index]
    assert bare.json["household"] == nobody() | {"adults": 3}  # type: ignore[index]
    assert (bare.json["companions"], bare.json["places"]) == (3, 4)  # type: ignore[index]
    assert "4 Personen" in text(client.get(own))


def test_ages_stand_nowhere_in_the_clear(config: Config, database: Database, conference_id: UUID) -> None:
    with database.write() as session:
        confirmed(session, config, conference_id, household=nobody() | {"children_3_5": 2}, childcare=2)
    with database.read() as session:
        row = session.execute(select(Registration.__table__)).one()

    assert row.companions == 2
    assert "children" not in repr(row)


def test_the_office_sees_ages_and_childcare_of_those_with_a_place(
    client: FlaskClient,
    office: FlaskClient,
    bearer: Callable[..., dict[str, str]],
    config: Config,
    database: Database,
    conference_id: UUID,
) -> None:
    with database.write() as session:
        confirmed(session, config, conference_id, household=nobody() | {"adults": 1, "children_3_5": 2}, childcare=2)
        confirmed(session, config, conference_id, household=nobody() | {"adults": 2})
        confirmed(session, config, conference_id)
    url = f"{API}/conferences/{conference_id}/totals"
    totals = client.get(url, headers=bearer("clerk")).json
    assert totals is not None
    said = text(office.get(f"/intern/konferenzen/{conference_id}/zahlen"))

    assert (totals["registrations"], totals["places"], totals["childcare"]) == (3, 8, 2)
    assert totals["age_groups"] == nobody() | {"adults": 3, "children_3_5": 2}
    assert client.get(url).status_code == 401
    assert client.get(url, headers=bearer("moderator")).status_code == 403
    assert "Kinder von 3 bis 5 Jahren" in said and "Kinder, die Betreuung brauchen" in said


@pytest.mark.parametrize("tag", ["de", "en", "ar"])
def test_a_household_reads_as_words_in_every_language(tag: str) -> None:
    for group in AGE_GROUPS:
        with render_in(tag, "registration"):
            said = [in_words({group: count}) for count in range(MOST_COMPANIONS + 1)]
        assert said[0] == ""
        assert all(said[1:])
        assert all("%" not in words for words in said)


def _id_of(database: Database) -> UUID:
    with database.read() as session:
        return session.scalars(select(Registration.id)).one()
