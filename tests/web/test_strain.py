"""Forms when very many of them arrive: browsers work, people without JavaScript wait a minute, nobody is sent away."""

import base64
import html
import json
import re
from collections.abc import Mapping
from datetime import timedelta

import pytest
from altcha import Challenge, Payload, solve_challenge
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect
from werkzeug.test import TestResponse

from shared import clock
from shared.web import strain
from tests.web.posting import NOTE, hidden_fields
from tests.web.serving import served

PATIENT, QUICK = timedelta(seconds=70), timedelta(seconds=10)


@pytest.fixture
def strained(app: Flask) -> FlaskClient:
    """A browser in a network from which very many forms came."""
    with app.test_request_context(environ_base={"REMOTE_ADDR": "127.0.0.1"}):
        while not strain.is_strained():
            strain.count_form()
    return app.test_client()


def sent(client: FlaskClient, tokens: Mapping[str, str], after: timedelta, **more: str) -> TestResponse:
    with clock.moved(after):
        return client.post("/notiz", data={**tokens, **NOTE, **more})


def work(page: str) -> str:
    """What a browser brings after the work that the page asks for."""
    found = re.search(r'challenge="([^"]+)"', page)
    assert found is not None, "the page asks for no work"
    challenge = Challenge.from_dict(json.loads(html.unescape(found[1])))
    solution = solve_challenge(challenge)
    assert solution is not None
    return base64.b64encode(json.dumps(Payload(challenge, solution).to_dict()).encode()).decode()


def test_in_quiet_times_no_page_asks_for_work(client: FlaskClient) -> None:
    assert "altcha" not in client.get("/notiz").text


def test_without_work_a_form_waits_a_minute_and_counts_once(strained: FlaskClient) -> None:
    tokens = hidden_fields(strained.get("/notiz").text)
    at_once = sent(strained, tokens, QUICK)
    assert at_once.status_code == 422
    assert "warten Sie eine Minute" in at_once.text
    assert "Am Bahnhof fehlen Bänke." in at_once.text

    assert sent(strained, tokens, PATIENT).status_code == 302
    again = sent(strained, tokens, PATIENT)
    assert again.status_code == 422
    assert hidden_fields(again.text)["form_token"] != tokens["form_token"]


def test_a_browser_that_worked_need_not_wait_and_its_work_counts_once(strained: FlaskClient) -> None:
    page = strained.get("/notiz").text
    tokens, done = hidden_fields(page), work(page)

    assert sent(strained, tokens, QUICK, altcha=done).status_code == 302
    assert sent(strained, tokens, QUICK, altcha=done).status_code == 422


@pytest.mark.parametrize(
    "spoil", [lambda _: "", lambda _: "e30=", lambda _: "ü", lambda done: done[:-8], lambda _: "W10="]
)
def test_what_is_no_result_of_our_work_is_none(strained: FlaskClient, spoil: "type[str]") -> None:
    page = strained.get("/notiz").text

    assert sent(strained, hidden_fields(page), QUICK, altcha=spoil(work(page))).status_code == 422


def test_work_that_was_made_easier_is_no_work(strained: FlaskClient) -> None:
    page = strained.get("/notiz").text
    result = json.loads(base64.b64decode(work(page)))
    result["challenge"]["parameters"]["keyPrefix"] = "00"
    forged = base64.b64encode(json.dumps(result).encode()).decode()

    assert sent(strained, hidden_fields(page), QUICK, altcha=forged).status_code == 422


def test_work_of_hours_ago_is_too_old(strained: FlaskClient) -> None:
    with clock.moved(timedelta(hours=-3)):
        page = strained.get("/notiz").text
        done = work(page)
    tokens = hidden_fields(strained.get("/notiz").text)

    assert sent(strained, tokens, QUICK, altcha=done).status_code == 422


def test_other_networks_notice_nothing(strained: FlaskClient) -> None:
    elsewhere = {"REMOTE_ADDR": "203.0.113.9"}
    page = strained.get("/notiz", environ_base=elsewhere).text
    assert "altcha" not in page
    with clock.moved(QUICK):
        answer = strained.post("/notiz", data={**hidden_fields(page), **NOTE}, environ_base=elsewhere)

    assert answer.status_code == 302


@pytest.mark.parametrize("language", ["de", "ar"])
def test_a_browser_works_by_itself_and_nothing_is_to_be_seen_of_it(
    app: Flask, strained: FlaskClient, browser: Browser, language: str
) -> None:
    complaints: list[str] = []
    with served(app) as address, browser.new_context(viewport={"width": 320, "height": 800}) as context:
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(f"{address}/notiz?lang={language}")
        expect(page.locator("input[name=altcha]")).not_to_have_value("", timeout=60_000)
        assert Axe().run(page).violations_count == 0
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        for name, words in NOTE.items():
            page.fill(f"[name={name}]", words)
        with clock.moved(QUICK):
            page.click("button[type=submit]")
            page.wait_for_url("**/notiz/*")

    assert complaints == []
