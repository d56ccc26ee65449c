"""The desk for data protection: what it finds, does and writes down, and who may use it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from services.notifications.models import Access, Contact, PrivacyNote
from services.notifications.retention import RULES
from shared import clock
from shared.events.notifications import AccessRequested, PersonErased
from tests.notifications.test_accessing import published
from tests.notifications.test_pages import post
from tests.notifications.world import World
from tests.retention import forget

AYSE = "ayse@example.org"
DESK = "/intern/mitteilungen/datenschutz/"
SURE = {"way": "letter", "sure": "true"}


@pytest.fixture
def officer(app: Flask, bearer: Callable[..., dict[str, str]]) -> FlaskClient:
    """A browser of whoever looks after data protection."""
    client = app.test_client()
    token = bearer("privacy")["Authorization"].removeprefix("Bearer ")
    client.set_cookie("staff_token", token, path="/intern")
    return client


def found(officer: FlaskClient, address: str = AYSE) -> str:
    """The page of the person behind an address."""
    answer = post(officer, DESK, email=address)
    assert answer.status_code == 303
    return str(answer.location)


def log(world: World) -> list[tuple[str, str, str]]:
    with world.database.read() as session:
        notes = session.scalars(select(PrivacyNote).order_by(PrivacyNote.at, PrivacyNote.id))
        return [(note.action, note.actor, note.way) for note in notes]


@pytest.mark.parametrize("role", ["admin", "clerk", "moderator", "door", "member", "chair"])
def test_the_desk_is_for_data_protection_alone(app: Flask, bearer: Callable[..., dict[str, str]], role: str) -> None:
    client = app.test_client()
    client.set_cookie("staff_token", bearer(role)["Authorization"].removeprefix("Bearer "), path="/intern")
    assert client.get(DESK).status_code == 403


def test_an_address_that_nobody_knows_is_said_to_be_unknown_and_noted(world: World, officer: FlaskClient) -> None:
    answer = post(officer, DESK, email="niemand@example.org")
    assert answer.status_code == 422
    assert "Unter dieser Adresse ist nichts gespeichert." in answer.text
    assert [action for action, _, _ in log(world)] == ["looked-up"]


def test_the_page_of_a_person_masks_the_address(world: World, officer: FlaskClient) -> None:
    world.registration(AYSE)
    page = officer.get(found(officer)).text
    assert "a•••@example.org" in page and AYSE not in page


def test_the_link_to_their_own_page_goes_to_the_person(world: World, officer: FlaskClient) -> None:
    world.confirmed_idea(AYSE)
    person = found(officer)
    assert "unterwegs" in post(officer, f"{person}/link", person).text
    world.send_soon()
    assert "/mitteilungen/meine/" in world.letters(AYSE)[0]["text"]
    assert [action for action, _, _ in log(world)] == ["looked-up", "link-sent"]


def test_nothing_is_erased_unless_staff_made_sure(world: World, officer: FlaskClient) -> None:
    world.registration(AYSE)
    person = found(officer)
    assert "Wie hat die Person darum gebeten?" in officer.get(f"{person}/loeschen").text
    assert post(officer, f"{person}/loeschen", way="letter").status_code == 422
    assert published(world, PersonErased.name) == []


def test_erasing_on_a_letter_reaches_every_service_and_is_noted_without_the_address(
    world: World, officer: FlaskClient
) -> None:
    world.registration(AYSE)
    assert post(officer, f"{found(officer)}/loeschen", **SURE).location == DESK
    with world.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Contact)) == 0
    assert len(published(world, PersonErased.name)[0]["subject_ids"]) == 1
    assert [(action, way) for action, _, way in log(world)] == [("looked-up", ""), ("erased", "letter")]
    page = officer.get(DESK).text
    assert "auf einen Brief" in page and "noch nicht in allen Diensten" in page
    world.backbone.settle()
    assert "in allen Diensten" in officer.get(DESK).text


def test_a_copy_for_somebody_who_wrote_is_shown_to_staff_and_sent_to_nobody(world: World, officer: FlaskClient) -> None:
    world.registration(AYSE)
    answer = post(officer, f"{found(officer)}/auskunft", **SURE)
    page = officer.get(answer.location).text
    assert AYSE in page and "Noch nicht vollständig" in page
    assert len(published(world, AccessRequested.name)) == 1
    assert not any("/auskunft/" in letter["text"] for letter in world.letters(AYSE))


def test_staff_cannot_read_the_copy_that_a_person_asked_for(
    world: World, client: FlaskClient, officer: FlaskClient
) -> None:
    world.registration(AYSE)
    mine = world.own_page(AYSE)
    post(client, f"{mine}/auskunft", mine)
    with world.database.read() as session:
        access = session.scalars(select(Access)).one()
    assert officer.get(f"{DESK}auskunft/{access.id}").status_code == 404


def test_the_log_goes_after_three_years(world: World, officer: FlaskClient) -> None:
    post(officer, DESK, email="niemand@example.org")
    with clock.moved(timedelta(days=1094)):
        assert forget(world.database, RULES, "notes") == {"notes": 0}
    with clock.moved(timedelta(days=1096)):
        assert forget(world.database, RULES, "notes") == {"notes": 1}
    assert log(world) == []


def test_what_people_do_themselves_is_noted_without_a_name(world: World, client: FlaskClient) -> None:
    world.registration(AYSE)
    mine = world.own_page(AYSE)
    post(client, f"{mine}/auskunft", mine)
    post(client, f"{mine}/loeschen")
    assert log(world) == [("access", "", ""), ("erased", "", "")]
