"""Access for helpers at the entrance: one phone, one conference, one day."""

import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from services.council.app import create_app
from services.council.config import Config
from services.council.models import Staff
from services.council.use_cases import accounts, signing_in
from services.council.use_cases.signing_in import Credentials, SetUpMissing, SignInRefused
from services.council.use_cases.tries import Client
from shared import clock
from shared.database import Database
from shared.web.staff_tokens import DOOR_LIFETIME, key_set, read
from tests.council.conftest import PASSWORD
from tests.council.pages import send, sign_in

CONFERENCE = uuid4()
Make = Callable[..., str]


@pytest.fixture
def app(strict_config: Config, database: Database) -> Flask:
    """As in production: everybody else needs a second factor."""
    return create_app(strict_config, database)


@pytest.fixture
def link(config: Config, database: Database, staff: Make) -> str:
    """The path of a fresh access, made by the office."""
    office = create_app(config, database).test_client()
    sign_in(office, staff("clerk"), PASSWORD)
    typed = {"display_name": "Einlass links", "conference_id": str(CONFERENCE)}
    page = send(office, "/intern/konten/einlass", **typed).get_data(as_text=True)
    found = re.search(r"https?://[^<\s]+/intern/einlass/[^<\s]+", page)
    assert found, page
    return urlsplit(found.group()).path


def helper_of(database: Database) -> Staff:
    with database.read() as session:
        return session.scalars(select(Staff).where(Staff.username.like("einlass-%"))).one()


def test_a_phone_is_signed_in_for_one_conference_and_fourteen_hours(
    client: FlaskClient, strict_config: Config, link: str
) -> None:
    assert "Dieses Gerät anmelden" in client.get(link).get_data(as_text=True)
    answer = send(client, link)
    assert answer.location.endswith(f"next=/intern/konferenzen/{CONFERENCE}/einlass")
    onwards = client.get(answer.location)
    assert onwards.location == f"/intern/konferenzen/{CONFERENCE}/einlass"
    cookie = client.get_cookie("staff_token", path="/intern")
    assert cookie is not None
    web = strict_config.web
    helper = read(cookie.value, key_set(web.staff_public_keys), web.staff_issuer)

    assert (helper.roles, helper.conference_id) == (frozenset({"door"}), CONFERENCE)
    with clock.moved(DOOR_LIFETIME - timedelta(minutes=1)):
        read(cookie.value, key_set(web.staff_public_keys), web.staff_issuer)


def test_looking_signs_nobody_in_and_a_link_works_once(client: FlaskClient, app: Flask, link: str) -> None:
    for _ in range(3):
        client.get(link)
    assert client.get_cookie("staff_sign_in", path="/intern") is None
    assert send(client, link).status_code == 302
    other = app.test_client()

    assert send(other, link).status_code == 401
    assert other.get_cookie("staff_sign_in", path="/intern") is None


def test_an_old_wrong_or_closed_access_signs_nobody_in(
    client: FlaskClient, config: Config, database: Database, link: str
) -> None:
    assert send(client, f"{link[:-4]}aaaa").status_code == 401
    assert send(client, link.replace(str(helper_of(database).id), str(uuid4()))).status_code == 401
    with clock.moved(timedelta(minutes=31)):
        assert send(client, link).status_code == 401
    with database.write() as session:
        accounts.close_staff(session, config, helper_of(database).id)

    assert send(client, link).status_code == 401


def test_other_accounts_have_no_such_link(client: FlaskClient, database: Database, config: Config) -> None:
    details = accounts.StaffDetails(display_name="Karim", roles=["clerk"])
    with database.write() as session:
        clerk, one_time = accounts.add_staff(session, config, "karim", details)

    assert send(client, f"/intern/einlass/{clerk.id}/{one_time}").status_code == 401


def test_a_used_link_is_no_password(client: FlaskClient, config: Config, database: Database, link: str) -> None:
    send(client, link)
    secret = link.rpartition("/")[2]

    with pytest.raises(SignInRefused):
        signing_in.sign_in(database, config, Credentials(helper_of(database).username, secret), Client("192.0.2.1"))


def test_a_door_account_for_every_conference_still_needs_a_second_factor(
    database: Database, strict_config: Config, staff: Make
) -> None:
    signed_in = signing_in.sign_in(database, strict_config, Credentials(staff("door"), PASSWORD), Client("192.0.2.1"))

    with pytest.raises(SetUpMissing):
        signing_in.new_token(strict_config, signed_in.sign_in)


def test_only_the_office_gives_access(database: Database, config: Config, staff: Make) -> None:
    for role in ("moderator", "member", "door", "privacy"):
        client = create_app(config, database).test_client()
        sign_in(client, staff(role), PASSWORD)
        assert client.get("/intern/konten/einlass").status_code == 403
