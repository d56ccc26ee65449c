"""The pages: choosing, confirming, stopping; the mailbox; the log of the office."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.notifications import urls
from services.notifications.app import create_app
from services.notifications.config import Config
from services.notifications.models import Notification, Status
from services.notifications.use_cases import telling
from shared import clock
from shared.events.submissions import IdeaPublished
from tests.notifications.world import World, path_of

AYSE, OMAR = "ayse@example.org", "+4915123456789"
LANGUAGES = ("de", "en", "ar")
#: The id of nothing at all; a test is called by it, so it stays the same.
NOTHING = UUID(int=4)


def post(client: FlaskClient, path: str, page: str = "", **typed: str) -> TestResponse:
    """Open a page as a person does, wait as one does, and send its form."""
    fields = dict(re.findall(r'name="(csrf_token|form_token)" value="([^"]+)"', client.get(page or path).text))
    with clock.moved(timedelta(seconds=5)):
        return client.post(path, data={**fields, **typed})


def follow_council(world: World, client: FlaskClient, **typed: str) -> TestResponse:
    """Fill in the form for the council's work."""
    answer = post(client, "/mitteilungen/folgen/council", language="de", **typed)
    world.send_soon()
    return answer


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "path",
    [
        "/mitteilungen/",
        "/mitteilungen/folgen/council",
        "/mitteilungen/folgen/conference",
        "/mitteilungen/angefragt",
        "/postfach",
    ],
)
def test_every_page_speaks_every_language(client: FlaskClient, path: str, language: str) -> None:
    page = client.get(f"{path}?lang={language}")

    assert page.status_code == 200
    assert f'lang="{language}"' in page.text and page.text.count("<h1") == 1


def test_somebody_follows_by_email_and_stops_again(world: World, client: FlaskClient) -> None:
    answer = follow_council(world, client, email=AYSE)
    assert answer.location == "/mitteilungen/angefragt"
    confirm = path_of(world.letters(AYSE)[0]["links"][0])

    assert "Ja, bitte schreiben Sie mir" in client.get(confirm).text
    assert "Vielen Dank" in post(client, confirm).text
    mine = world.own_page(AYSE)
    assert "die Arbeit des Integrationsrats" in client.get(mine).text
    (stop,) = re.findall(r'action="([^"]+/abbestellen/[^"]+)"', client.get(mine).text)
    post(client, stop, mine)

    assert "Im Moment schreiben wir Ihnen zu nichts" in client.get(mine).text
    assert client.get(confirm).status_code == 404


def test_looking_at_a_confirmation_changes_nothing(world: World, client: FlaskClient) -> None:
    follow_council(world, client, email=AYSE)
    confirm, mine = path_of(world.letters(AYSE)[0]["links"][0]), world.own_page(AYSE)

    for _ in range(3):
        client.get(confirm)

    assert "Im Moment schreiben wir Ihnen zu nichts" in client.get(mine).text


def test_somebody_follows_by_sms_and_may_mistype(world: World, client: FlaskClient) -> None:
    answer = follow_council(world, client, phone="0151 23456789")
    page = answer.location
    code = world.letters(OMAR)[0]["code"]

    wrong = post(client, page, code="000000" if code != "000000" else "111111")
    assert wrong.status_code == 422 and "stimmt nicht" in wrong.text
    assert "Vielen Dank" in post(client, page, code=f"{code[:3]} {code[3:]}").text


def test_five_wrong_codes_end_it(world: World, client: FlaskClient) -> None:
    page = follow_council(world, client, phone="0151 23456789").location
    code = world.letters(OMAR)[0]["code"]
    for _ in range(5):
        post(client, page, code="000000" if code != "000000" else "111111")

    assert post(client, page, code=code).status_code == 422


def test_the_answer_is_the_same_for_known_and_unknown_addresses(world: World, client: FlaskClient) -> None:
    world.confirmed_idea(AYSE)
    known = post(client, "/mitteilungen/mein-link", "/mitteilungen/", email=AYSE)
    unknown = post(client, "/mitteilungen/mein-link", "/mitteilungen/", email="nobody@example.org")
    world.send_soon()

    assert known.text == unknown.text
    assert world.letters(AYSE)[0]["subject"] == "Ihr Link zu Ihren Mitteilungen"
    assert world.letters("nobody@example.org") == []


def test_one_click_in_a_mail_program_stops_news(world: World, client: FlaskClient, app: Flask) -> None:
    idea_id = world.confirmed_idea(AYSE)
    world.happens(IdeaPublished(idea_id=idea_id, language="de", title="Bänke am Teich"), idea_id)
    mine = world.own_page(AYSE)
    stop = path_of(one_click_address(world))

    assert client.get(stop).status_code == 200
    assert "Bänke am Teich" in client.get(mine).text
    answer = app.test_client().post(stop, data={"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200 and "Set-Cookie" not in answer.headers
    assert "Bänke am Teich" not in client.get(mine).text


def test_the_link_of_an_sms_shows_the_way_to_the_news_and_stops_them(world: World, client: FlaskClient) -> None:
    idea_id = world.confirmed_idea(phone=OMAR)
    world.happens(IdeaPublished(idea_id=idea_id, language="de", title="Bänke am Teich"), idea_id)
    link = path_of(world.letters(OMAR)[0]["links"][0])

    page = client.get(link).text
    assert "Idee „Bänke am Teich“" in page and "/verfolgen/K7QX2M4P9TBD" in page
    assert "Abbestellt" in post(client, link).text
    assert client.get(link[:-1] + ("A" if link[-1] != "A" else "B")).status_code == 404


def test_a_language_chosen_later_is_the_language_of_what_comes(world: World, client: FlaskClient) -> None:
    idea_id = world.confirmed_idea(AYSE)
    mine = world.own_page(AYSE)
    post(client, f"{mine}/sprache", mine, language="ar")

    world.happens(IdeaPublished(idea_id=idea_id, language="de", title="Bänke am Teich"), idea_id)

    assert world.letters(AYSE)[0]["language"] == "ar"


def test_a_wrong_address_is_explained_and_what_was_typed_stays(client: FlaskClient) -> None:
    answer = post(client, "/mitteilungen/folgen/council", email="ayse(at)example", language="de")

    assert answer.status_code == 422
    assert "ayse(at)example" in answer.text and "name@beispiel.de" in answer.text
    assert post(client, "/mitteilungen/folgen/council", language="de").status_code == 422


@pytest.mark.parametrize("path", ["idea", "case", "weather", f"council/{NOTHING}", f"weather/{NOTHING}"])
def test_what_cannot_be_followed_has_no_page(client: FlaskClient, path: str) -> None:
    assert client.get(f"/mitteilungen/folgen/{path}").status_code == 404


@pytest.mark.parametrize("what", ["bestaetigen", "abbestellen", "meine", "nicht-ich", "s"])
@pytest.mark.parametrize(
    "token", ["x", "CoBAcV80V_eGuoWrveQdrg.9984e0393cc89e0ef33a1a8cc2f7f12b", "\u0000", "é" * 22 + ".1"]
)
def test_a_worthless_link_leads_nowhere(client: FlaskClient, what: str, token: str) -> None:
    assert client.get(f"/mitteilungen/{what}/{token}").status_code in {400, 404}


def test_personal_pages_are_kept_from_caches_and_other_sites(world: World, client: FlaskClient) -> None:
    world.confirmed_idea(AYSE)
    page = client.get(world.own_page(AYSE))

    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"


def test_the_mailbox_shows_letters_with_their_links_and_only_where_letters_are_kept(
    world: World, client: FlaskClient, config: Config
) -> None:
    world.idea(AYSE)
    world.idea(phone=OMAR)

    page = client.get("/postfach").text
    assert 'href="http://localhost/ideen/bestaetigen/abc"' in page and "482913" in page and "1 Teil" in page
    assert OMAR not in client.get(f"/postfach?to={AYSE}").text
    sending_out = replace(config, mail_url="smtp://127.0.0.1:25", sms_url="kannel+http://a:b@127.0.0.1:1")
    elsewhere = create_app(sending_out, world.database).test_client()
    assert elsewhere.get("/postfach").status_code == 404
    assert elsewhere.get("/api/notifications/v1/mailbox").status_code == 404


def test_the_office_sees_the_log_with_masked_addresses_and_releases(world: World, desk: FlaskClient) -> None:
    world.happens_unsent(AYSE)
    with world.database.write() as session:
        session.query(Notification).one().hold(telling.RESTORED)
    world.sender.send_due()

    page = desk.get("/intern/mitteilungen/?status=unknown")
    assert "a•••@example.org" in page.text and AYSE not in page.text and "ungewiss" in page.text
    (release,) = re.findall(r'action="(/intern/mitteilungen/[^"]+/senden)"', page.text)
    assert post(desk, release, "/intern/mitteilungen/").status_code == 303

    assert world.log()[0].status == Status.CREATED
    assert desk.get(f"/intern/mitteilungen/?address={AYSE}").text.count("a•••@example.org") == 1


def test_only_the_office_sees_the_log(app: Flask, bearer: Callable[..., dict[str, str]]) -> None:
    stranger, member = app.test_client(), app.test_client()
    member.set_cookie("staff_token", bearer("member")["Authorization"].removeprefix("Bearer "), path="/intern")

    assert stranger.get("/intern/mitteilungen/").status_code == 302
    assert member.get("/intern/mitteilungen/").status_code == 403


def one_click_address(world: World) -> str:
    """What stands in the header List-Unsubscribe of the last news."""
    with world.database.read() as session:
        news = session.query(Notification).where(Notification.message == "idea.published").one()
        return urls.stop_url(world.config, news.following)
