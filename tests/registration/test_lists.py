"""The office finds registrations, whatever it knows of somebody."""

from collections.abc import Callable
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from services.registration import lists, queries, tickets
from services.registration.config import Config
from services.registration.lists import Sought
from services.registration.models.household import nobody
from shared.database import Database
from tests.registration.builders import API, an_open_conference, confirmed, events, hidden, pending, submit


def names(database: Database, config: Config, conference_id: UUID, **sought: str) -> list[str | None]:
    """Who is found, in order."""
    with database.read() as session:
        found, _ = lists.page_of(session, config, conference_id, Sought(**sought), 1)
        return [one.person.name for one in found]


@pytest.fixture
def three(config: Config, database: Database, conference_id: UUID) -> list[str]:
    """Somebody who needs things, somebody Arabic who came by phone, somebody unconfirmed; the tickets of the first two."""
    with database.write() as session:
        by_mail = confirmed(
            session, config, conference_id, name="Zoë Öztürk", email="zoe@example.org", assistance=["wheelchair"]
        )
        by_phone = confirmed(
            session,
            config,
            conference_id,
            name="amal Haddad",
            email=None,
            phone="+4915123456701",
            language="ar",
            interpretation=["ar"],
        )
        pending(session, config, conference_id, name=None, email="ohne.namen@example.org")
        return [str(tickets.code_of(config, one)) for one in (by_mail, by_phone)]


@pytest.mark.parametrize(
    ("sought", "expected"),
    [
        ({}, [None, "amal Haddad", "Zoë Öztürk"]),
        ({"order": "name"}, ["amal Haddad", "Zoë Öztürk", None]),
        ({"state": "pending"}, [None]),
        ({"state": "cancelled"}, []),
        ({"language": "ar"}, ["amal Haddad"]),
        ({"need": "interpretation:ar"}, ["amal Haddad"]),
        ({"need": "assistance:wheelchair"}, ["Zoë Öztürk"]),
        ({"need": "childcare"}, []),
        ({"words": "öztÜRK"}, ["Zoë Öztürk"]),
        ({"words": "Zoe@Example.org"}, ["Zoë Öztürk"]),
        ({"words": "namen@"}, [None]),
        ({"words": "0151 23456701"}, ["amal Haddad"]),
        ({"words": "23456701"}, ["amal Haddad"]),
        ({"words": "zoe@example.org", "need": "interpretation:ar"}, []),
        ({"words": "zoe@example.org", "state": "pending"}, []),
        ({"words": "example.org", "order": "name"}, ["Zoë Öztürk", None]),
    ],
)
def test_each_filter_finds_whom_it_means(
    three: list[str],
    config: Config,
    database: Database,
    conference_id: UUID,
    sought: dict[str, str],
    expected: list[str | None],
) -> None:
    assert names(database, config, conference_id, **sought) == expected


def test_a_ticket_finds_its_person_however_it_is_typed(
    three: list[str], config: Config, database: Database, conference_id: UUID
) -> None:
    assert names(database, config, conference_id, words=three[0].lower().replace("-", " ")) == ["Zoë Öztürk"]


def test_every_registration_stands_on_exactly_one_page(anywhere: tuple[Config, Database]) -> None:
    config, database = anywhere
    with database.write() as session:
        conference_id = an_open_conference(session, config).id
        everybody = {pending(session, config, conference_id).id for _ in range(2 * queries.PAGE_SIZE + 3)}
    with database.read() as session:
        for order in lists.ORDERS:
            pages = [lists.page_of(session, config, conference_id, Sought(order=order), page) for page in (1, 2, 3)]
            assert {one.row.id for found, _ in pages for one in found} == everybody
            assert [has_more for _, has_more in pages] == [True, True, False]
        assert [one.person.email for one in lists.matching(session, config, conference_id, Sought(words="person"))]


def test_whoever_follows_next_gets_everybody_once(
    config: Config,
    database: Database,
    conference_id: UUID,
    client: FlaskClient,
    bearer: Callable[..., dict[str, str]],
) -> None:
    with database.write() as session:
        everybody = {str(pending(session, config, conference_id).id) for _ in range(2 * queries.PAGE_SIZE + 3)}
    url, seen = f"{API}/conferences/{conference_id}/registrations?state=pending", []
    while url:
        answer = client.get(url, headers=bearer("clerk")).get_json()
        seen += [one["id"] for one in answer["data"]]
        url = answer["next"]

    assert len(seen) == len(everybody) and set(seen) == everybody


@pytest.mark.parametrize("needed", ["interpretation:ar", "childcare"])
def test_needs_and_words_are_found_on_both_databases(anywhere: tuple[Config, Database], needed: str) -> None:
    config, database = anywhere
    with database.write() as session:
        conference_id = an_open_conference(session, config).id
        care = {"household": nobody() | {"children_3_5": 1}, "childcare": 1}
        confirmed(session, config, conference_id, name="Zoë", interpretation=["ar"], **care)
        confirmed(session, config, conference_id, name="Omar")

    assert names(database, config, conference_id, need=needed, words="zo") == ["Zoë"]


def test_the_list_of_the_api_is_for_the_office_alone(
    client: FlaskClient, bearer: Callable[..., dict[str, str]], conference_id: UUID
) -> None:
    path = f"{API}/conferences/{conference_id}/registrations"

    assert client.get(path).status_code == 401
    assert client.get(path, headers=bearer("door")).status_code == 403
    assert client.get(f"{path}?after=nonsense", headers=bearer("clerk")).status_code == 422
    assert client.get(f"{path}?need=person:zoe", headers=bearer("clerk")).status_code == 422


def test_the_list_masks_addresses_and_the_page_of_one_shows_them(
    office: FlaskClient, three: list[str], conference_id: UUID, database: Database, config: Config
) -> None:
    path = f"/intern/konferenzen/{conference_id}/anmeldungen/"
    page = office.get(path)
    said = page.get_data(as_text=True)
    assert "z…@example.org" in said and "zoe@example.org" not in said
    found = office.post(path, data={**hidden(page), "words": "Öztürk"}).get_data(as_text=True)
    assert "Zoë Öztürk" in found and "amal Haddad" not in found
    with database.read() as session:
        one = lists.page_of(session, config, conference_id, Sought(words="Zoë"), 1)[0][0].row.id
    shown = office.get(f"{path}{one}").get_data(as_text=True)

    assert "zoe@example.org" in shown and "Platz für einen Rollstuhl" in shown


def test_a_registration_of_another_conference_is_not_found_under_this_one(
    office: FlaskClient, three: list[str], conference_id: UUID, today: UUID, database: Database, config: Config
) -> None:
    with database.read() as session:
        one = lists.page_of(session, config, conference_id, Sought(words="Zoë"), 1)[0][0].row.id

    assert office.get(f"/intern/konferenzen/{today}/anmeldungen/{one}").status_code == 404


def test_what_no_filter_knows_changes_nothing(office: FlaskClient, three: list[str], conference_id: UUID) -> None:
    path = f"/intern/konferenzen/{conference_id}/anmeldungen/"
    said = office.get(f"{path}?state=zzz&need=person:zoe&person=1&order=phone&page=-3").get_data(as_text=True)

    assert "Zoë Öztürk" in said and "amal Haddad" in said


def test_the_office_cancels_for_somebody_who_calls_after_one_question(
    office: FlaskClient, config: Config, database: Database, conference_id: UUID
) -> None:
    with database.write() as session:
        leyla = confirmed(session, config, conference_id, email="leyla@example.org").id
        elsewhere = an_open_conference(session, config).id
    page = f"/intern/konferenzen/{conference_id}/anmeldungen/{leyla}"
    asked = office.get(f"{page}/absagen")
    wrong = page.replace(str(conference_id), str(elsewhere))

    assert "Wer eine Adresse angegeben hat, bekommt eine Nachricht." in asked.get_data(as_text=True)
    assert submit(office, asked, f"{wrong}/absagen").status_code == 404
    assert submit(office, asked, f"{page}/absagen").status_code == 303
    assert events(database)[-1] == "registration.cancelled"
    assert "absagen" not in office.get(page).get_data(as_text=True)
