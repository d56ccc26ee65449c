"""The office looks at each registration: two people on phones hope, one is approved, one refused, and both read so."""

import json
from collections.abc import Iterator
from urllib.parse import quote
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.fitness import unfit
from tests.e2e.journey import open_conference
from tests.e2e.people import PHONE, PRIMARY, appears, fill, press, send, sign_in, somebody
from tests.embedded import Embedded
from tests.waiting import until

PERSON = uuid4()
GERMAN, ARABIC = f"darius.{PERSON.hex[:8]}@example.org", f"+49151{PERSON.int % 10**8:08d}"


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """The whole system in one process."""
    running = Embedded(tmp_path_factory.mktemp("approval") / "data").start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def conference(system: Embedded) -> str:
    """A conference whose registrations the office looks at."""
    return open_conference(system.staff(), title={"de": "Fachtag", "ar": "يوم دراسي"}, approval=True)


def test_people_are_told_of_the_check_and_of_what_was_decided(
    browser: Browser, system: Embedded, conference: str
) -> None:
    with somebody(browser, PHONE, "de") as page:
        page.goto(f"{system.base_url}/konferenzen/{conference}")
        expect(page.locator("main")).to_contain_text("Wir prüfen jede Anmeldung.")
        _ask(page, system, conference, email=GERMAN, name="Darius Rahimi")
        _open_from_mailbox(page, system, GERMAN, "/anmeldung/bestaetigen/")
        assert list(unfit(page)) == []
        press(page, "Ja, ich möchte teilnehmen")
        expect(page.locator("h1")).to_have_text("Wir prüfen Ihre Anmeldung")
        assert list(unfit(page)) == []
    with somebody(browser, PHONE, "ar") as page:
        _ask(page, system, conference, phone=ARABIC)
        page.locator("[name='code']").fill(until(lambda: _code(system), "the code by SMS"))
        page.locator(PRIMARY).click()
        expect(page.locator("h1")).to_have_text("نراجع تسجيلكم")
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        assert list(unfit(page)) == []
    _is_told(browser, system, GERMAN, "de", "Danke. Wir prüfen jetzt Ihre Anmeldung")
    _is_told(browser, system, ARABIC, "ar", "نراجع تسجيلكم")
    _decide(browser, system, conference)
    _is_told(browser, system, GERMAN, "de", "leider keinen Platz geben")
    with somebody(browser, PHONE, "ar") as page:
        _open_from_mailbox(page, system, ARABIC, "/anmeldung/ticket/")
        expect(page.locator("main")).to_contain_text("يوم دراسي")


def _decide(browser: Browser, system: Embedded, conference: str) -> None:
    """The office looks through the list on a phone without JavaScript, in German, then from right to left."""
    with somebody(browser, PHONE, "de", javascript=False) as page:
        sign_in(page, system.base_url, _account(system))
        page.goto(f"{system.base_url}/intern/konferenzen/{conference}")
        expect(page.locator("main")).to_contain_text("2 Anmeldungen warten auf Ihre Entscheidung.")
        press(page, "Anmeldungen prüfen", "link")
        page.locator("a[href$='/ablehnen']").filter(has_text="Darius Rahimi").click()
        page.locator("[name='reason']").fill("Der Fachtag ist für Lehrkräfte.")
        press(page, "Ablehnen")
        expect(page.locator("main")).to_contain_text("1 abgelehnt.")
    with somebody(browser, PHONE, "ar") as page:
        sign_in(page, system.base_url, _account(system))
        page.goto(f"{system.base_url}/intern/konferenzen/{conference}/pruefen")
        assert list(unfit(page)) == []
        page.get_by_role("checkbox").check()
        press(page, "قبول المحدد")
        expect(page.locator("main")).to_contain_text("مقبول: 1")
        assert list(unfit(page)) == []


def _account(system: Embedded) -> dict[str, str]:
    accounts: dict[str, dict[str, str]] = json.loads((system.folder / "demo-staff.json").read_text(encoding="utf-8"))
    return accounts["admin"]


def _ask(page: Page, system: Embedded, conference: str, **who: str) -> None:
    page.goto(f"{system.base_url}/anmeldung/{conference}")
    fill(page, who)
    for _ in range(4):
        send(page)


def _code(system: Embedded) -> str | None:
    return next((str(letter["code"]) for letter in system.mailbox(ARABIC) if letter["code"]), None)


def _open_from_mailbox(page: Page, system: Embedded, to: str, kind: str) -> None:
    page.goto(f"{system.base_url}/postfach?to={quote(to)}")
    link = page.locator(f"main a[href*='{kind}']")
    appears(page, link.count, f"a message to {to}")
    page.goto(str(link.first.get_attribute("href")))


def _is_told(browser: Browser, system: Embedded, to: str, language: str, words: str) -> None:
    with somebody(browser, PHONE, language) as page:
        page.goto(f"{system.base_url}/postfach?to={quote(to)}")
        appears(page, page.locator("article").filter(has_text=words).count, f"{words} to {to}")
        assert list(unfit(page)) == []
