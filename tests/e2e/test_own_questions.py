"""The office asks something of its own on a phone; somebody answers, and the office reads it: with JavaScript and without."""

import json
from collections.abc import Iterator
from urllib.parse import quote
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.fitness import unfit
from tests.e2e.journey import open_conference
from tests.e2e.people import PHONE, appears, fill, send, sign_in, somebody
from tests.embedded import Embedded

TITLE = {"de": "Konferenz mit Fragen", "ar": "مؤتمر مع أسئلة"}
CHOICE = {
    "question_1.text.de": "Bringen Sie etwas zu essen mit?",
    "question_1.text.ar": "هل تحضرون طعامًا معكم؟",
    "question_1.kind": "choice",
    "question_1.options.de": "Ja, gern\nNein",
    "question_1.options.ar": "نعم، بكل سرور\nلا",
    "question_1.is_required": "true",
}
DEPENDING = {"question_2.text.de": "Was bringen Sie mit?", "question_2.text.ar": "ماذا تحضرون؟"}
SAID = {"de": "Zwei Bleche Börek", "ar": "صينيتان من البوريك"}


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """The whole system in one process."""
    running = Embedded(tmp_path_factory.mktemp("questions") / "data").start()
    yield running
    running.stop()


@pytest.mark.parametrize(("language", "javascript"), [("de", True), ("ar", True), ("de", False), ("ar", False)])
def test_the_office_asks_somebody_answers_and_the_office_reads_it(
    browser: Browser, system: Embedded, language: str, javascript: bool
) -> None:
    conference = open_conference(system.staff(), title=TITLE)
    visitor = f"leyla.{uuid4().hex[:8]}@example.org"
    account = json.loads((system.folder / "demo-staff.json").read_text(encoding="utf-8"))["admin"]
    with somebody(browser, PHONE, language, javascript=javascript) as office:
        sign_in(office, system.base_url, account)
        _ask(office, f"{system.base_url}/intern/konferenzen/{conference}/fragen", javascript)
        with somebody(browser, PHONE, language, javascript=javascript) as resident:
            _answer(resident, system, conference, visitor, SAID[language], javascript)
        office.goto(f"{system.base_url}/intern/konferenzen/{conference}/anmeldungen/")
        office.locator("[data-row] a[href]").first.click()
        expect(office.locator("main")).to_contain_text(SAID[language])
        _is_fit(office, javascript)


def _is_fit(page: Page, javascript: bool) -> None:
    """Nobody has anything to complain about; axe, who does, is a script itself."""
    if javascript:
        assert list(unfit(page)) == []
        page.set_viewport_size(PHONE)


def _ask(office: Page, address: str, javascript: bool) -> None:
    """A choice that needs an answer; once it is there, a text for whoever chooses its first option."""
    office.goto(address)
    fill(office, CHOICE)
    send(office)
    office.goto(address)
    first = office.locator("[name='question_2.shown_when'] option").nth(1).get_attribute("value")
    fill(office, DEPENDING | {"question_2.shown_when": str(first)})
    _is_fit(office, javascript)
    send(office)


def _answer(resident: Page, system: Embedded, conference: str, visitor: str, said: str, javascript: bool) -> None:
    """Register, with answers to both questions; see them on the page to check, and on one's own."""
    resident.goto(f"{system.base_url}/anmeldung/{conference}")
    fill(resident, {"email": visitor})
    for _ in range(3):
        send(resident)
    resident.locator("main form button.kern-btn--primary").click()
    expect(resident.locator("#fehler")).to_be_visible()
    _is_fit(resident, javascript)
    resident.locator("main [type='radio']").first.check()
    resident.locator("main textarea").fill(said)
    send(resident)
    expect(resident.locator("main")).to_contain_text(said)
    _is_fit(resident, javascript)
    send(resident)
    resident.goto(f"{system.base_url}/postfach?to={quote(visitor)}")
    link = resident.locator("main a[href*='/anmeldung/bestaetigen/']")
    appears(resident, link.count, "the message to confirm")
    link.first.click()
    send(resident)
    expect(resident.locator("main")).to_contain_text(said)
    _is_fit(resident, javascript)
    resident.locator("main a[href$='/aendern']").click()
    expect(resident.locator("main textarea")).to_have_value(said)
    _is_fit(resident, javascript)
