"""The servers that other tests stand on do what they are for."""

import smtplib
from email.message import EmailMessage

import requests
from playwright.sync_api import Browser
from sqlalchemy import create_engine, text

from tests.servers.kannel import PASSWORD, USER, Kannel
from tests.servers.mail import DOMAIN, Postfix
from tests.servers.ports import LOCAL
from tests.servers.postgresql import PostgreSQL


def test_every_asked_for_database_is_fresh(postgres: PostgreSQL) -> None:
    one, other = postgres.database("council"), postgres.database("council")
    assert one != other
    with create_engine(one).connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1


def test_postfix_delivers_a_letter(postfix_server: Postfix) -> None:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "a@mitsprache.example", f"b@{DOMAIN}", "Grüße"
    letter.set_content("مرحبا")
    with smtplib.SMTP(LOCAL, postfix_server.port) as connection:
        connection.send_message(letter)
    arrived = postfix_server.mail(f"b@{DOMAIN}")[0]
    assert arrived["Subject"] == "Grüße"
    assert arrived.get_content().strip() == "مرحبا"


def test_kannel_hands_a_message_to_the_network(kannel_gateway: Kannel) -> None:
    asked = {
        "username": USER,
        "password": PASSWORD,
        "to": "+4917012345678",
        "from": "HIR",
        "text": "Łódź",
        "charset": "UTF-8",
        "coding": "2",
    }
    address = f"http://{LOCAL}:{kannel_gateway.port}/cgi-bin/sendsms"
    assert requests.get(address, params=asked, timeout=10).status_code == 202
    assert kannel_gateway.text("+4917012345678") == "Łódź"


def test_chromium_shows_a_page(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<h1>Moin</h1>")
    assert page.inner_text("h1") == "Moin"
    page.close()
