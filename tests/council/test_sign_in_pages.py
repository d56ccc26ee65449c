"""Signing in as a browser and an API client do it: cookies, renewal, signing out."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from services.council.app import create_app
from services.council.config import Config
from services.council.models import SignIn, Staff
from services.council.use_cases import accounts, signing_in
from services.council.use_cases.accounts import StaffDetails
from services.council.use_cases.signing_in import Credentials, SignInRefused
from services.council.use_cases.tries import Client
from shared import clock
from shared.columns import decrypt
from shared.database import Database
from shared.seals import column_box
from shared.web import staff_tokens
from shared.web.access import COOKIE
from tests.council.conftest import PASSWORD
from tests.council.pages import send, sign_in
from tests.council.people import enrol, id_of

TOKENS = "/api/council/v1/tokens"
HERE = Client("192.0.2.1")
Make = Callable[..., str]


def _cookie(client: FlaskClient, name: str) -> str | None:
    cookie = client.get_cookie(name, path="/intern")
    return cookie.value if cookie else None


def test_the_right_name_and_password_give_a_token_that_says_who_and_what(
    client: FlaskClient, staff: Make, app: Flask
) -> None:
    answer = client.post(TOKENS, json={"username": staff("clerk", "chair"), "password": PASSWORD})

    assert answer.status_code == 200
    bearer = staff_tokens.verify(app, answer.json["token"])
    assert bearer.roles == {"clerk", "chair"}
    assert bearer.name == "Person clerk"


def test_unknown_name_wrong_password_closed_account_and_missing_code_get_the_same_answer(
    client: FlaskClient, staff: Make, database: Database, config: Config
) -> None:
    for name in ("open", "closed", "coded"):
        staff("clerk", username=name)
    enrol(database, config, "coded")
    with database.write() as session:
        accounts.close_staff(session, config, id_of(database, "closed"))
    tries = [("nobody", PASSWORD), ("open", "wrong"), ("closed", PASSWORD), ("coded", PASSWORD)]

    answers = [client.post(TOKENS, json={"username": name, "password": password}) for name, password in tries]

    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.get_data() for answer in answers}) == 1


def test_signing_in_gives_a_fresh_secret_and_ends_the_browsers_earlier_sign_in(
    client: FlaskClient, staff: Make, database: Database
) -> None:
    name = staff("clerk")
    client.set_cookie("staff_sign_in", "planted by somebody else", path="/intern")
    sign_in(client, name, PASSWORD)
    first = _cookie(client, "staff_sign_in")

    client.get("/intern/abmelden")
    other = client.application.test_client()
    other.set_cookie("staff_sign_in", first or "", path="/intern")
    send(other, "/intern/abmelden", "/intern/anmelden", username=name, password=PASSWORD)

    assert first and first != "planted by somebody else"
    assert _cookie(other, "staff_sign_in") not in (None, first)
    assert client.get("/intern/erneuern").headers["Location"].startswith("/intern/anmelden")


def test_cookies_are_out_of_reach_for_scripts_other_paths_and_other_sites(
    config: Config, database: Database, staff: Make
) -> None:
    web = replace(config.web, secure_cookies=True, base_url="https://localhost")
    client = create_app(replace(config, web=web), database).test_client()
    form = {"base_url": "https://localhost"}
    page = client.get("/intern/anmelden", **form).get_data(as_text=True)
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    typed = {"csrf_token": token, "username": staff("clerk"), "password": PASSWORD}
    answer = client.post("/intern/anmelden", data=typed, headers={"Origin": "https://localhost"}, **form)
    renewed = client.get("/intern/erneuern", **form)

    cookies = [c for c in answer.headers.getlist("Set-Cookie") + renewed.headers.getlist("Set-Cookie") if "staff_" in c]

    assert {c.split("=")[0] for c in cookies} == {"staff_sign_in", "staff_device", COOKIE}
    for cookie in (c for c in cookies if "Max-Age=0" not in c):
        assert "HttpOnly" in cookie and "Secure" in cookie and "Path=/intern" in cookie
        assert "SameSite=Lax" in cookie if cookie.startswith("staff_sign_in") else "SameSite=Strict" in cookie


def test_a_token_is_renewed_while_the_sign_in_lives_and_leads_back(client: FlaskClient, staff: Make) -> None:
    sign_in(client, staff("admin"), PASSWORD)

    with clock.moved(timedelta(minutes=11)):
        expired = client.get("/intern/konten/?seite=2")
        assert expired.headers["Location"] == "/intern/erneuern?next=" + quote("/intern/konten/?seite=2", safe="/")
        renewed = client.get(expired.headers["Location"])
        assert renewed.headers["Location"] == "/intern/konten/?seite=2"
        assert client.get("/intern/konten/").status_code == 200


@pytest.mark.parametrize(("seen_every", "hours"), [(timedelta(minutes=31), 0.6), (timedelta(minutes=20), 12.5)])
def test_a_sign_in_ends_when_nobody_is_there_and_after_twelve_hours_anyway(
    seen_every: timedelta, hours: float, client: FlaskClient, staff: Make
) -> None:
    sign_in(client, staff("admin"), PASSWORD)
    passed = timedelta()
    while passed < timedelta(hours=hours):
        passed += seen_every
        with clock.moved(passed):
            answer = client.get("/intern/erneuern")

    assert answer.headers["Location"].startswith("/intern/anmelden")


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/"]
)
def test_signing_in_leads_to_no_other_site(wanted: str, client: FlaskClient, staff: Make) -> None:
    sign_in(client, staff("admin"), PASSWORD)

    assert client.get(f"/intern/erneuern?next={quote(wanted)}").headers["Location"] == "/intern/"


def test_signing_out_ends_the_token_and_the_renewal(client: FlaskClient, staff: Make) -> None:
    sign_in(client, staff("admin"), PASSWORD)
    secret, token = _cookie(client, "staff_sign_in"), _cookie(client, COOKIE)

    client.post("/intern/abmelden")

    thief = client.application.test_client()
    thief.set_cookie("staff_sign_in", secret or "", path="/intern")
    thief.set_cookie(COOKIE, token or "", path="/intern")
    assert thief.get("/intern/konten/").headers["Location"].startswith("/intern/anmelden")
    assert thief.get("/intern/erneuern").headers["Location"].startswith("/intern/anmelden")


def test_signing_out_everywhere_ends_every_sign_in(client: FlaskClient, staff: Make, database: Database) -> None:
    name = staff("admin")
    elsewhere = client.application.test_client()
    for browser in (client, elsewhere):
        sign_in(browser, name, PASSWORD)

    send(client, "/intern/konto", "/intern/konto/ueberall-abmelden")

    assert elsewhere.get("/intern/konten/").status_code == 302
    with database.read() as session:
        assert all(row.ended_at for row in session.scalars(select(SignIn)))


def test_a_one_time_password_gives_no_token_until_a_password_of_ones_own_is_set(
    client: FlaskClient, database: Database, config: Config
) -> None:
    with database.write() as session:
        details = StaffDetails(display_name="Neu", roles=["admin"])
        _, password = accounts.add_staff(session, config, "new", details)
    assert client.post(TOKENS, json={"username": "new", "password": password}).status_code == 403
    sign_in(client, "new", password)
    assert _cookie(client, COOKIE) is None

    again = {"new_password": PASSWORD, "new_password_again": PASSWORD}
    answer = send(client, "/intern/konto", "/intern/konto/passwort", **again)
    client.get(answer.headers["Location"])

    assert client.get("/intern/konten/").status_code == 200


def test_where_everybody_needs_a_second_factor_there_is_no_token_before_it(
    strict_config: Config, database: Database, staff: Make
) -> None:
    client = create_app(strict_config, database).test_client()
    sign_in(client, staff("admin"), PASSWORD)
    assert _cookie(client, COOKIE) is None

    send(client, "/intern/konto", "/intern/konto/zweiter-faktor/beginnen")
    with database.read() as session:
        pending = session.scalars(select(Staff.otp_pending)).one()
    code = pyotp.TOTP(decrypt(column_box(strict_config.column_key), pending)).at(clock.now())
    assert send(client, "/intern/konto/zweiter-faktor", otp="000000").status_code == 422
    answer = send(client, "/intern/konto/zweiter-faktor", otp=code)
    client.get(answer.headers["Location"])

    assert client.get("/intern/konten/").status_code == 200
    with pytest.raises(SignInRefused):
        signing_in.sign_in(database, strict_config, Credentials("admin", PASSWORD, code), HERE)


def test_a_second_factor_can_not_be_replaced_by_whoever_holds_a_sign_in(
    client: FlaskClient, staff: Make, database: Database, config: Config
) -> None:
    name = staff("admin")
    code = enrol(database, config, name).at(clock.now())
    sign_in(client, name, PASSWORD, code)

    answer = send(client, "/intern/konto", "/intern/konto/zweiter-faktor/beginnen")

    assert answer.status_code == 409


def test_signing_in_by_a_form_without_its_token_changes_nothing(client: FlaskClient, staff: Make) -> None:
    answer = client.post("/intern/anmelden", data={"username": staff("clerk"), "password": PASSWORD})

    assert answer.status_code == 400
    assert _cookie(client, "staff_sign_in") is None
