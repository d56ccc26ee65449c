"""What stands around every page: CSRF, the Host header, security headers, the cache, robots, limits, decisions."""

from pathlib import Path

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from shared.web.access import undecided
from tests.web.conftest import web_settings
from tests.web.posting import NOTE, hidden_fields, post_note
from tests.web.sample.app import create_sample


def test_every_route_has_an_authorisation_and_a_csrf_decision(app: Flask) -> None:
    assert undecided(app) == []
    assert all(view.csrf for view in app.view_functions.values())  # type: ignore[attr-defined]


def test_a_route_without_a_decision_is_closed(app: Flask, client: FlaskClient) -> None:
    app.add_url_rule("/vergessen", view_func=lambda: "open")

    assert client.get("/vergessen").status_code == 403


def test_a_post_without_the_csrf_token_is_refused(client: FlaskClient) -> None:
    assert client.post("/notiz", data=NOTE).status_code == 400


def test_a_foreign_csrf_token_is_refused(app: Flask, client: FlaskClient) -> None:
    foreign = hidden_fields(app.test_client().get("/notiz").text)["csrf_token"]

    assert post_note(client, {**NOTE, "csrf_token": foreign}).status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost.evil.example"},
    ],
)
def test_a_form_posted_from_another_site_is_refused(client: FlaskClient, headers: dict[str, str]) -> None:
    assert post_note(client, NOTE, headers=headers).status_code == 403


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": "http://localhost"}, {"Origin": "null", "Sec-Fetch-Site": "same-origin"}]
)
def test_a_form_posted_from_here_is_taken(client: FlaskClient, headers: dict[str, str]) -> None:
    assert post_note(client, NOTE, headers=headers).status_code == 302


def test_after_the_session_is_lost_the_text_is_shown_again(app: Flask, client: FlaskClient) -> None:
    tokens = hidden_fields(client.get("/notiz").text)

    page = app.test_client().post("/notiz", data={**tokens, **NOTE}, headers={"Sec-Fetch-Site": "same-origin"})

    assert page.status_code == 400
    assert "Am Bahnhof fehlen Bänke." in page.text
    assert tokens["csrf_token"] not in page.text


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "evil.example:80"]
)
def test_an_unknown_host_is_refused(client: FlaskClient, host: str) -> None:
    answer = client.get("/notiz", headers={"Host": host})

    assert answer.status_code == 400
    assert "evil" not in answer.text


def test_a_forwarded_host_changes_nothing(client: FlaskClient) -> None:
    answer = client.get("/intern/ideen/", headers={"X-Forwarded-Host": "evil.example"})

    assert answer.location == "/intern/anmelden?next=/intern/ideen/"


def test_pages_carry_a_strict_policy(client: FlaskClient) -> None:
    headers = client.get("/notiz").headers

    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert {"Cookie", "Accept-Language"} <= set(headers["Vary"].split(", "))


def test_pages_have_no_inline_style_or_script(client: FlaskClient) -> None:
    for path in ("/notiz", "/teile", "/datenschutz", "/barrierefreiheit", "/impressum", "/api/sample/v1/docs", "/nix"):
        page = client.get(path).text
        assert "style=" not in page
        assert "<style" not in page
        assert "<script>" not in page
        assert " onclick" not in page


def test_personal_pages_are_never_stored(client: FlaskClient) -> None:
    shown = client.get(post_note(client, NOTE).location)

    assert shown.headers["Cache-Control"] == "no-store"
    assert client.get("/teile").headers["Cache-Control"] == "private, no-cache"


def test_cookies_are_named_for_the_service_and_closed(tmp_path: Path) -> None:
    secure = create_sample(web_settings(base_url="https://localhost", secure_cookies=True), tmp_path)

    answer = secure.test_client().get("/notiz?lang=en", base_url="https://localhost")

    session = next(cookie for cookie in answer.headers.getlist("Set-Cookie") if "_session" in cookie)
    assert session.startswith("__Host-sample_session=")
    for part in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"):
        assert part in session
    assert "max-age=" in answer.headers["Strict-Transport-Security"]


def test_a_form_sent_at_once_is_shown_again_kindly(client: FlaskClient) -> None:
    tokens = hidden_fields(client.get("/notiz").text)

    page = client.post("/notiz", data={**tokens, **NOTE})

    assert page.status_code == 422
    assert "Das ging sehr schnell." in page.text
    assert "Am Bahnhof fehlen Bänke." in page.text


@pytest.mark.parametrize("change", [{"website": "x"}, {"form_token": ""}, {"form_token": "forged"}])
def test_a_robots_form_is_not_stored(client: FlaskClient, change: dict[str, str]) -> None:
    assert post_note(client, {**NOTE, **change}).status_code == 422


def test_requests_beyond_the_limit_get_429_and_reading_goes_on(client: FlaskClient) -> None:
    answers = [post_note(client, NOTE).status_code for _ in range(22)]

    assert answers == [302] * 20 + [429] * 2
    assert client.get("/notiz").status_code == 200


def test_limits_can_be_switched_off_for_load_tests(tmp_path: Path) -> None:
    client = create_sample(web_settings(limits_on=False), tmp_path).test_client()

    assert {post_note(client, NOTE).status_code for _ in range(22)} == {302}


def test_the_client_address_comes_from_trusted_hops_only(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    near, far = create_sample(web_settings(), tmp_path), create_sample(web_settings(trusted_hops=1), tmp_path / "far")
    forged = {"X-Forwarded-For": "203.0.113.9, 198.51.100.7"}

    seen = []
    for app in (near, far):
        with app.test_client() as client:
            client.get("/notiz", headers=forged)
            seen.append(request.remote_addr)

    assert seen == ["127.0.0.1", "198.51.100.7"]
