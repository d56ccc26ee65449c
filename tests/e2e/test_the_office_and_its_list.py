"""The office on a phone: it finds who is registered, takes the list along, registers who calls, keeps places back and brings a
paper list in, with and without JavaScript; a list that a power cut tears is entered whole by sending it again."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.e2e.desks import a_ticket
from tests.e2e.fitness import unfit
from tests.e2e.journey import open_conference
from tests.e2e.people import DESK, PHONE, PRIMARY, fill, send, sign_in, somebody
from tests.embedded import Embedded
from tests.waiting import until

#: The second row has a number that a spreadsheet has shortened.
CLUB = (
    "Name;E-Mail;Telefon;Weitere Erwachsene;Sprache\n"
    "Rojda Aksoy;{mail};;2;Deutsch\nBea Vogt;;4,91512E+11;;\n=Omar;;;;Arabisch\n"
)


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """The whole system in one process, without any conference."""
    running = Embedded(tmp_path_factory.mktemp("list") / "data").start()
    yield running
    running.stop()


@pytest.mark.parametrize(("language", "javascript"), [("de", True), ("ar", True), ("de", False)])
def test_the_office_does_everything_about_registrations_on_a_phone(
    browser: Browser, system: Embedded, language: str, javascript: bool
) -> None:
    conference = open_conference(system.staff(), capacity=20)
    home = f"{system.base_url}/intern/konferenzen/{conference}"
    codes = [a_ticket(system, conference, adults=1), a_ticket(system, conference)]
    faults: list[str] = []

    def look(page: Page) -> None:
        faults.extend(unfit(page) if javascript else ())
        page.set_viewport_size(PHONE)

    with somebody(browser, PHONE, language, javascript=javascript) as office:
        sign_in(office, system.base_url, _account(system))
        office.goto(f"{system.base_url}/intern/konferenzen/")
        _search(office, {"q": "Integrationskonferenz", "state": "open"}, "q")
        _follow(office, f"/{conference}")
        look(office)
        _follow(office, "/anmeldungen/")
        _find(office, codes)
        look(office)
        office.locator("main tr[data-row] a").first.click()
        expect(office.locator("main")).to_contain_text("@example.org")
        look(office)
        office.goto(f"{home}/anmeldungen/?state=confirmed&language=de")
        _follow(office, "/mitnehmen?state=confirmed&language=de")
        look(office)
        taken = _taken(office)
        assert len(taken) == 3 and all(row[0].startswith("Leyla") and "leyla." in row[-1] for row in taken[1:])
        office.goto(home)
        _follow(office, "/anmelden")
        fill(office, {"way": "phone", "name": "Ali Demir", "language": language})
        look(office)
        send(office)
        expect(office.locator("main img[src$='/qr.svg']")).to_be_visible()
        look(office)
        office.goto(home)
        _follow(office, "/zurueckhalten")
        fill(office, {"places": "4"})
        look(office)
        send(office)
        _follow(office, "/papierliste/")
        look(office)
        _bring_in(office, look)
        office.goto(home)
        look(office)

    assert faults == []
    listed = system.staff().get("registration", f"conferences/{conference}/registrations")["data"]
    assert sorted(one["name"] for one in listed)[:3] == ["=Omar", "Ali Demir", "Bea Vogt"]
    assert (len(listed), sum(one["places"] for one in listed)) == (6, 9)


def test_a_power_cut_in_the_middle_of_a_paper_list_loses_and_doubles_nobody(browser: Browser, system: Embedded) -> None:
    conference = open_conference(system.staff(), capacity=500)
    there = f"{system.base_url}/intern/konferenzen/{conference}/papierliste/"
    rows = "Name;E-Mail\n" + "".join(f"Person {number};{uuid4().hex}@example.org\n" for number in range(200))
    rows += "".join(f"Gast {number};\n" for number in range(200))
    with somebody(browser, DESK, "de") as office:
        sign_in(office, system.base_url, _account(system))
        office.goto(there)
        names = ("csrf_token", "list_id")
        form = {name: (None, office.locator(f"[name='{name}']").first.input_value()) for name in names}
        cookies = {one["name"]: one["value"] for one in office.context.cookies(there)}

    def sent() -> bool:
        try:
            answer = requests.post(
                f"{there}einlesen", files=form | {"rows": (None, rows)}, cookies=cookies, timeout=120
            )
        except requests.ConnectionError:
            return False
        assert answer.status_code == 200, answer.text
        return True

    def entered() -> int:
        return 500 - int(system.staff().get("registration", f"conferences/{conference}")["places_left"])

    with ThreadPoolExecutor(1) as thread:
        first = thread.submit(sent)
        until(lambda: entered() > 5, "the first rows")
        system.kill()
        assert not first.result()
    system.start()
    assert 5 < entered() < 400
    assert sent()
    assert entered() == 400
    assert sent()
    assert entered() == 400


def _account(system: Embedded) -> dict[str, str]:
    account: dict[str, str] = json.loads((system.folder / "demo-staff.json").read_text(encoding="utf-8"))["admin"]
    return account


def _follow(page: Page, ends: str) -> None:
    page.locator(f":is(main, aside) a[href$='{ends}']").first.click()
    page.wait_for_load_state("load")


def _search(page: Page, typed: dict[str, str], name: str) -> None:
    """Fill in what is looked for, and press the button of the form with the field `name`."""
    fill(page, typed)
    page.locator(f"main form:has([name='{name}']:visible) button").click()
    page.wait_for_load_state("load")


def _find(office: Page, codes: list[str]) -> None:
    """By state: nobody waits, two have a place; then by the code of a ticket."""
    rows = office.locator("main tr[data-row]")
    for state, count in (("waitlisted", 0), ("confirmed", 2)):
        office.locator("main select[name='state']").select_option(state)
        office.locator("main form:has(select[name='state']) button").click()
        expect(rows).to_have_count(count)
    for code in codes:
        _search(office, {"words": code}, "words")
        expect(rows).to_have_count(1)


def _taken(office: Page) -> list[list[str]]:
    """The list as it is downloaded with the addresses."""
    office.locator("[name='columns'][value='email']").check()
    with office.expect_download() as download:
        office.locator(PRIMARY).first.click()
    file = Path(download.value.path()).read_bytes().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(file, newline=""), delimiter=";"))


def _bring_in(office: Page, look: Callable[[Page], None]) -> None:
    """Three rows, of which one is wrong: the two go in, the one is mended and follows."""
    wrong = office.locator("main form[action$='/offen']")
    fill(office, {"rows": CLUB.format(mail=f"rojda.{uuid4().hex[:8]}@example.org")})
    send(office)
    expect(wrong).to_be_visible()
    look(office)
    send(office)
    expect(wrong).to_be_visible()
    look(office)
    mended = office.locator("textarea[name='rows']:visible").input_value().replace("4,91512E+11", "0151 23456799")
    office.locator("textarea[name='rows']:visible").fill(mended)
    send(office)
    expect(wrong).to_have_count(0)
    send(office)
    look(office)
