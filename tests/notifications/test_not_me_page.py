"""The page behind "that wasn't me", who may press its button, and how the office takes it back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from services.notifications import urls
from services.notifications.models import REFUSAL_LIFETIME, Following
from shared import clock, ids, links
from shared.messaging.tables import operator_log
from tests.notifications.strangers import (
    ASKING,
    AYSE,
    JAN,
    OMAR,
    hands_in_an_idea,
    not_me,
    refusals,
    refuse,
    registers,
    wants_to_follow,
)
from tests.notifications.test_pages import post
from tests.notifications.world import World


@pytest.mark.parametrize("asks", ASKING)
@pytest.mark.parametrize("address", [AYSE, OMAR])
def test_every_question_to_a_stranger_leads_to_the_button(
    world: World, client: FlaskClient, asks: Callable[[World, str], None], address: str
) -> None:
    asks(world, address)

    page = client.get(not_me(world, address)).text
    assert "Waren Sie das nicht?" in page and "Das war ich nicht, nie wieder schreiben" in page
    assert ("a•••@example.org" if address == AYSE else "+49 •••• 789") in page and address not in page


def test_looking_changes_nothing_however_often_a_scanner_looks(world: World, client: FlaskClient) -> None:
    registers(world, AYSE)

    for method in (client.get, client.head):
        assert [method(not_me(world, AYSE)).status_code for _ in range(3)] == [200, 200, 200]
    with clock.moved(timedelta(days=2)):
        hands_in_an_idea(world, AYSE)

    assert refusals(world) == 0
    assert len(world.letters(AYSE)) == 2


def test_a_press_without_the_form_of_the_page_is_refused(world: World, app: Flask) -> None:
    registers(world, AYSE)

    assert app.test_client().post(not_me(world, AYSE)).status_code == 400
    assert refusals(world) == 0


def test_the_page_says_afterwards_that_it_is_done_and_a_second_press_changes_nothing(
    world: World, client: FlaskClient
) -> None:
    registers(world, AYSE)
    path = not_me(world, AYSE)
    fields = {"csrf_token": client.get(path).text.partition('name="csrf_token" value="')[2].partition('"')[0]}

    assert [client.post(path, data=fields).status_code for _ in range(2)] == [303, 303]

    page = client.get(path).text
    assert "Wir schreiben dieser Adresse nicht mehr" in page and "<button" not in page.partition("<main")[2]
    assert refusals(world) == 1


@pytest.mark.parametrize("way", ["", "/alles"])
def test_links_that_are_foreign_old_or_for_something_else_are_all_the_same_404(
    world: World, client: FlaskClient, way: str
) -> None:
    hands_in_an_idea(world, AYSE)
    hands_in_an_idea(world, JAN)
    good, other = not_me(world, AYSE), not_me(world, JAN)
    token, other_token = good.rpartition("/")[2], other.rpartition("/")[2]
    with world.database.read() as session:
        following = session.get_one(Following, links.id_in(token))
        key = world.config.link_key
        worthless = [
            "x",
            f"{token}0",
            f"{token.partition('.')[0]}.{other_token.partition('.')[2]}",
            links.make(key, urls.NOT_ME, ids.internal()),
            links.make(key, urls.NOT_ME, following.id, following.version + 1),
            links.make("another key", urls.NOT_ME, following.id, following.version),
            links.make(key, urls.NOT_ME, following.contact_id),
            *(links.make(key, purpose, following.id) for purpose in (urls.CONFIRM, urls.STOP, urls.MINE)),
        ]

    def answers(it: str) -> tuple[int, int, str]:
        path = f"/mitteilungen/nicht-ich/{it}"
        looked, pressed = client.get(path), post(client, f"{path}{way}", "/mitteilungen/")
        return looked.status_code, pressed.status_code, looked.text.replace(path, "")

    seen = {answers(it) for it in worthless}
    with clock.moved(REFUSAL_LIFETIME + timedelta(minutes=1)):
        seen.add(answers(token))

    ((*statuses, _),) = seen
    assert statuses == [404, 404] and refusals(world) == 0


def test_a_link_of_this_kind_opens_nothing_else(world: World, client: FlaskClient) -> None:
    wants_to_follow(world, AYSE)
    token = not_me(world, AYSE).rpartition("/")[2]

    for what in ("bestaetigen", "abbestellen", "meine"):
        assert client.get(f"/mitteilungen/{what}/{token}").status_code == 404


def test_the_link_of_an_sms_leads_a_stranger_to_the_button_and_a_confirmed_reader_to_their_news(
    world: World, client: FlaskClient
) -> None:
    hands_in_an_idea(world, OMAR)
    link = not_me(world, OMAR)
    assert "/mitteilungen/s/" in link and "nie wieder schreiben" in client.get(link).text

    world.confirmed_idea(phone=OMAR)

    assert "Ihre Mitteilungen" in client.get(link).text
    assert post(client, f"{link}/nicht-ich", link).status_code == 303
    assert refusals(world) == 0
    with clock.moved(REFUSAL_LIFETIME + timedelta(days=1)):
        assert client.get(link).status_code == 200


def test_an_old_sms_can_no_longer_be_disowned(world: World, client: FlaskClient) -> None:
    hands_in_an_idea(world, OMAR)

    with clock.moved(REFUSAL_LIFETIME + timedelta(days=1)):
        assert client.get(not_me(world, OMAR)).status_code == 404


def test_the_office_lifts_it_on_request_and_the_person_is_asked_at_once(
    world: World, client: FlaskClient, desk: FlaskClient, app: Flask, bearer: Callable[..., dict[str, str]]
) -> None:
    hands_in_an_idea(world, AYSE)
    refuse(world, client)

    answer = post(desk, "/intern/mitteilungen/sperre", email="Ayse+hier@example.org")

    assert answer.status_code == 200 and "Die Sperre ist aufgehoben" in answer.text
    registers(world, AYSE)
    assert len(world.letters(AYSE)) == 2
    with world.database.read() as session:
        (done,) = session.execute(select(operator_log)).all()
    assert (done.actor, done.action) == ("Mina Kaya", "lift") and "ayse" not in str(done)
    admin = app.test_client()
    admin.set_cookie("staff_token", bearer("admin")["Authorization"].removeprefix("Bearer "), path="/intern")
    assert "die Sperre einer Adresse aufgehoben" in admin.get("/intern/mitteilungen/betrieb/").text


def test_lifting_what_nobody_refused_is_explained(world: World, desk: FlaskClient) -> None:
    answer = post(desk, "/intern/mitteilungen/sperre", phone="0151 23456789")

    assert answer.status_code == 422 and "hat niemand" in answer.text
    assert post(desk, "/intern/mitteilungen/sperre").status_code == 422


@pytest.mark.parametrize("role", ["moderator", "member", "chair", "privacy", "door"])
def test_only_the_office_lifts_it(
    world: World, client: FlaskClient, app: Flask, bearer: Callable[..., dict[str, str]], role: str
) -> None:
    hands_in_an_idea(world, AYSE)
    refuse(world, client)
    somebody = app.test_client()
    somebody.set_cookie("staff_token", bearer(role)["Authorization"].removeprefix("Bearer "), path="/intern")

    assert somebody.get("/intern/mitteilungen/sperre").status_code == 403
    assert refusals(world) == 1
    assert app.test_client().get("/intern/mitteilungen/sperre").status_code == 302


@pytest.mark.parametrize("language", ["de", "en", "ar"])
def test_the_page_speaks_every_language_in_each_state(world: World, client: FlaskClient, language: str) -> None:
    hands_in_an_idea(world, AYSE)
    path = not_me(world, AYSE)
    before = client.get(f"{path}?lang={language}")
    refuse(world, client)
    after = client.get(f"{path}?lang={language}")

    for page in (before, after):
        assert f'lang="{language}"' in page.text and page.text.count("<h1") == 1
        assert page.headers["Cache-Control"] == "no-store"
