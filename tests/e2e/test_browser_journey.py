"""One recommendation travels, walked by people in browsers: residents on phones, staff at a desk, somebody who follows."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from shared import clock
from tests.e2e.journey import open_conference
from tests.e2e.people import DESK, PHONE, appears, fill, press, send, sign_in, somebody
from tests.embedded import Embedded

IDEA = {
    "title": "مترجم في مركز خدمة المواطنين",
    "text": "كثير من الناس لا يفهمون رسائل الدائرة.\n\nنريد من يترجم يومين في الأسبوع.",
    "quarter": "harburg",
}
TITLE = {"de": "Sprachmittlung im Kundenzentrum", "ar": "وساطة لغوية في مركز خدمة المواطنين"}
#: A code in a message; a telephone number has more digits.
DIGITS = r"(?<!\d)\d{6}(?!\d)"
ANSWER = "Das Bezirksamt richtet zwei Sprechtage ein."


@dataclass(frozen=True, slots=True)
class Handed:
    """An idea as its author knows it."""

    code: str
    author: str


@dataclass(frozen=True, slots=True)
class Case:
    """A case as everybody sees it."""

    number: str
    url: str
    follower: str


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """The whole system in one process, with one member of staff and a conference that is open for registration."""
    running = Embedded(tmp_path_factory.mktemp("browser") / "data").start()
    open_conference(running.staff())
    yield running
    running.stop()


@pytest.fixture(scope="module")
def idea(browser: Browser, system: Embedded) -> Handed:
    """An idea in Arabic, handed in on a phone; its author has confirmed their address."""
    author = f"samira.{uuid4().hex[:8]}@example.org"
    with somebody(browser, PHONE, "ar", javascript=False) as page:
        page.goto(f"{system.base_url}/ideen/")
        page.locator("main a[href='/ideen/neu']").first.click()
        fill(page, IDEA)
        send(page)
        fill(page, {"contact.email": author})
        send(page)
        send(page)
        code = page.locator(".site-code").inner_text().strip()
        _open_letter(page, system, author, "/ideen/bestaetigen/")
        send(page)
    return Handed(code, author)


@pytest.fixture(scope="module")
def recommendation(browser: Browser, system: Embedded, idea: Handed) -> str:
    """The number of the recommendation that staff made of the idea."""
    with _staff(browser, system) as page:
        page.goto(f"{system.base_url}/intern/ideen/")
        page.get_by_role("link", name=IDEA["title"]).click()
        press(page, "Veröffentlichen")
        press(page, "Empfehlung eintragen", "link")
        # The conference reaches this service by an event of its own.
        appears(page, lambda: page.locator("[name='conference_id']").count(), "the conference")
        fill(page, {f"title.{tag}": text for tag, text in TITLE.items()})
        fill(
            page,
            {
                "text.de": "Das Bezirksamt bietet an zwei Tagen Sprachmittlung an.",
                "addressee.name": "Bezirksamt Harburg",
            },
        )
        fill(page, {"vote.yes": "61", "vote.no": "7", "vote.abstain": "9"})
        send(page)
        expect(page.locator("main")).to_contain_text("eine Autorin oder einen Autor per E-Mail")
        send(page)
        expect(page.locator("main")).to_contain_text("Ja: 61, Nein: 7, Enthaltungen: 9")
        return page.locator(".kern-preline").inner_text().split()[-1]


@pytest.fixture(scope="module")
def case(browser: Browser, system: Embedded, recommendation: str) -> Case:
    """The case that the council's intake opened by itself, followed by somebody and carried to its end."""
    follower = f"marek.{uuid4().hex[:8]}@example.org"
    with somebody(browser, PHONE, "de", javascript=False) as page:
        _open_case(page, f"{system.base_url}/rat/")
        opened = Case(page.locator(".kern-preline bdi").inner_text(), page.url, follower)
        press(page, "Diesem Vorgang folgen", "link")
        fill(page, {"email": follower})
        send(page)
        _open_letter(page, system, follower, "/mitteilungen/bestaetigen/")
        send(page)
    with _staff(browser, system) as page:
        page.goto(f"{system.base_url}/intern/vorgaenge/")
        page.get_by_role("link", name=opened.number).click()
        for name, fields in _steps():
            press(page, name, "link")
            fill(page, fields)
            send(page)
        expect(page.locator("main")).to_contain_text("umgesetzt")
    return opened


def test_a_resident_registers_on_a_phone_without_javascript(browser: Browser, system: Embedded) -> None:
    email = f"leyla.{uuid4().hex[:8]}@example.org"
    with somebody(browser, PHONE, "de", javascript=False) as page:
        page.goto(system.base_url)
        press(page, "Jetzt anmelden", "link")
        fill(page, {"email": email, "name": "Leyla Yıldız"})
        send(page)
        fill(page, {"household.adults": "1", "household.children_3_5": "1", "childcare": "1"})
        for _ in range(2):
            send(page)
        expect(page.locator("main")).to_contain_text(email)
        expect(page.locator("main")).to_contain_text("eine erwachsene Person und ein Kind von 3 bis 5 Jahren")
        send(page)
        expect(page.locator("h1")).to_contain_text("Bitte bestätigen Sie Ihre E-Mail-Adresse")
        _open_letter(page, system, email, "/anmeldung/bestaetigen/")
        expect(page.locator("h1")).to_have_text("Anmeldung bestätigen")
        press(page, "Ja, ich möchte teilnehmen")
        expect(page.locator("h1")).to_have_text("Sie sind angemeldet")
        press(page, "Ticket zeigen", "link")
        picture = page.get_by_role("img", name=re.compile("QR-Code"))
        assert picture.evaluate("it => it.complete && it.naturalWidth > 0")


def test_a_resident_registers_in_arabic_by_text_message(browser: Browser, system: Embedded) -> None:
    phone = f"+49151{uuid4().int % 10**8:08d}"
    with somebody(browser, PHONE, "ar") as page:
        page.goto(system.base_url)
        page.locator("main a[href^='/anmeldung/']").first.click()
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        fill(page, {"phone": phone})
        for _ in range(4):
            send(page)
        fill(page, {"code": _digits_sent_to(browser, system, phone)})
        send(page)
        expect(page).to_have_url(re.compile("/anmeldung/meine/"))
        expect(page.locator("main a[href*='/anmeldung/ticket/']")).to_be_visible()


def test_an_author_reads_the_whole_story_under_the_code(
    browser: Browser, system: Embedded, idea: Handed, case: Case
) -> None:
    with somebody(browser, PHONE, "ar", javascript=False) as page:
        page.goto(f"{system.base_url}/verfolgen/")
        fill(page, {"code": idea.code.lower()})
        send(page)
        steps = page.locator(".site-timeline__step")
        appears(page, lambda: page.get_by_text(ANSWER).count() and steps.count() >= 10, "the whole story")

        expect(page.locator("main")).to_contain_text(IDEA["title"])
        expect(page.locator("main")).to_contain_text(TITLE["ar"])
        expect(steps.first).to_contain_text(case.number)


def test_everybody_sees_what_became_of_it(browser: Browser, system: Embedded, case: Case) -> None:
    with somebody(browser, DESK, "de") as page:
        page.goto(f"{system.base_url}/rat/?stand=abgeschlossen")
        page.get_by_role("link", name=TITLE["de"]).click()

        assert page.url == case.url
        expect(page.locator("main")).to_contain_text("umgesetzt")
        expect(page.locator(".site-timeline")).to_contain_text(ANSWER)


def test_the_mailbox_shows_what_each_of_them_was_told(
    browser: Browser, system: Embedded, idea: Handed, case: Case
) -> None:
    with somebody(browser, DESK, "de") as page:
        _read_letters(page, system, idea.author, case, at_least=8)
        _read_letters(page, system, case.follower, case, at_least=7)


@contextmanager
def _staff(browser: Browser, system: Embedded) -> Iterator[Page]:
    account = json.loads((system.folder / "demo-staff.json").read_text(encoding="utf-8"))["admin"]
    with somebody(browser, DESK, "de") as page:
        sign_in(page, system.base_url, account)
        yield page


def _open_case(page: Page, url: str) -> None:
    page.goto(url)
    link = page.get_by_role("link", name=TITLE["de"])
    appears(page, link.count, "the case that intake opens")
    link.click()


def _open_letter(page: Page, system: Embedded, to: str, part: str) -> None:
    """Follow the link in the newest message that has it."""
    page.goto(f"{system.base_url}/postfach?to={quote(to)}")
    link = page.locator(f"main a[href*='{part}']")
    appears(page, link.count, f"a message with {part}")
    link.first.click()


def _read_letters(page: Page, system: Embedded, to: str, case: Case, at_least: int) -> None:
    page.goto(f"{system.base_url}/postfach?to={quote(to)}")
    about_it = page.locator("article").filter(has_text=case.number)
    appears(page, lambda: about_it.count() >= at_least, f"{at_least} messages to {to}")
    expect(about_it.filter(has_text=ANSWER)).not_to_have_count(0)


def _digits_sent_to(browser: Browser, system: Embedded, phone: str) -> str:
    with somebody(browser, PHONE, "ar") as page:
        page.goto(f"{system.base_url}/postfach?to={quote(phone)}")
        message = page.locator("article").filter(has_text=re.compile(DIGITS))
        appears(page, message.count, "six digits by SMS")
        found = re.search(DIGITS, message.first.inner_text())
    assert found
    return found.group()


def _steps() -> list[tuple[str, dict[str, str]]]:
    """What staff do with a case, by the names on the buttons, and what they write."""
    session_on = (clock.today() + timedelta(days=40)).isoformat()
    return [
        ("Prüfung abschließen", {"note.de": "Die Geschäftsstelle bereitet die Sitzung vor."}),
        ("Auf die Tagesordnung", {"session_on": session_on}),
        ("Entscheidung eintragen", {"decision.de": "Der Integrationsrat unterstützt die Empfehlung."}),
        ("Übergeben", {"addressee.kind": "district_office", "addressee.name": "Bezirksamt Harburg"}),
        ("Eingang bestätigt", {}),
        ("Antwort eintragen", {"answer.de": ANSWER}),
        ("Abschließen", {"outcome": "implemented", "reason.de": "Die Sprechtage finden statt."}),
    ]
