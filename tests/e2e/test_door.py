"""At the entrance: a phone without network, two desks, the camera, codes by hand, helpers who leave."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.desks import (
    WAITING,
    a_desk,
    a_ticket,
    address,
    film_of,
    is_sent,
    lose_the_first_answer,
    present,
    stored,
    type_code,
    waits,
    walk_in,
)
from tests.e2e.fitness import unfit
from tests.e2e.journey import open_conference
from tests.e2e.people import DESK, PHONE, fill, press, send, sign_in, somebody
from tests.embedded import Embedded
from tests.servers.packages import program
from tests.waiting import until


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """The whole system in one process."""
    running = Embedded(tmp_path_factory.mktemp("door") / "data").start()
    yield running
    running.stop()


@pytest.fixture
def conference(system: Embedded) -> str:
    """A conference of its own for each test."""
    return open_conference(system.staff())


def test_twenty_walk_ins_without_network_sent_twice_are_twenty(
    browser: Browser, system: Embedded, conference: str
) -> None:
    with a_desk(browser, system, conference) as page:
        page.context.set_offline(True)
        for _ in range(20):
            walk_in(page)
            expect(page.locator(".door-result__word")).to_have_text("Gezählt")
        waits(page, 20)
        expect(page.locator("#da")).to_have_text("20")
        # A restart of the phone, still without network.
        page.reload()
        waits(page, 20)
        assert present(system, conference)["people"] == 0
        sent = lose_the_first_answer(page.context)
        page.context.set_offline(False)
        # Asking the page lets Playwright hand over what it sends.
        until(lambda: page.evaluate("true") and sent, "the first sending")
        waits(page, 20)
        assert present(system, conference)["people"] == 20
        page.get_by_role("button", name="Jetzt übertragen").click()
        is_sent(page)

        assert sent == [20, 20]
        assert present(system, conference) == {"people": 20, "registered": 0, "walk_ins": 20}
        expect(page.locator("#da")).to_have_text("20")


def test_a_ticket_read_without_network_at_two_desks_is_one_presence(
    browser: Browser, system: Embedded, conference: str
) -> None:
    code = a_ticket(system, conference, adults=3)
    with a_desk(browser, system, conference) as one, a_desk(browser, system, conference) as other:
        for page in (one, other):
            page.context.set_offline(True)
            type_code(page, code.lower().replace("-", ""))
            expect(page.locator("#ergebnis")).to_contain_text("Willkommen")
            expect(page.locator("#ergebnis")).to_contain_text("Personen: 4")
            waits(page, 1)
        one.context.set_offline(False)
        is_sent(one)
        other.context.set_offline(False)
        is_sent(other)

        expect(other.locator("#ergebnis")).to_contain_text("Schon da")
        assert present(system, conference) == {"people": 4, "registered": 4, "walk_ins": 0}


def test_without_network_a_typing_mistake_a_known_and_an_unknown_ticket_are_told_apart(
    browser: Browser, system: Embedded, conference: str
) -> None:
    code = a_ticket(system, conference)
    elsewhere = a_ticket(system, open_conference(system.staff()))
    with a_desk(browser, system, conference) as page:
        page.context.set_offline(True)
        wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
        for typed, word in ((wrong, "Tippfehler"), (code, "Willkommen"), (code, "Schon da"), (elsewhere, "Notiert")):
            type_code(page, typed)
            expect(page.locator(".door-result__word")).to_have_text(word)
        waits(page, 2)
        page.context.set_offline(False)
        is_sent(page)

        expect(page.locator(".door-result__word")).to_have_text("Andere Konferenz")
        assert present(system, conference)["people"] == 1


def test_an_entry_is_undone_and_made_smaller_without_network(
    browser: Browser, system: Embedded, conference: str
) -> None:
    code = a_ticket(system, conference, adults=2)
    with a_desk(browser, system, conference) as page:
        page.context.set_offline(True)
        walk_in(page, 3)
        expect(page.locator("#da")).to_have_text("3")
        page.locator("#zuletzt").get_by_role("button", name="Rückgängig").click()
        expect(page.locator("#da")).to_have_text("0")
        type_code(page, code)
        expect(page.locator("#da")).to_have_text("3")
        page.locator("#einer-weniger").click()
        expect(page.locator("#da")).to_have_text("2")
        page.context.set_offline(False)
        is_sent(page)

        assert present(system, conference) == {"people": 2, "registered": 2, "walk_ins": 0}
        expect(page.locator("#da")).to_have_text("2")


def test_the_phone_knows_no_names_and_whoever_is_signed_out_loses_the_list_and_no_entry(
    browser: Browser, system: Embedded, conference: str
) -> None:
    a_ticket(system, conference)
    with a_desk(browser, system, conference) as page:
        kept = stored(page)
        assert len(kept["lists"][0]["tickets"]) == 1
        assert not re.search("leyla|example", json.dumps(kept), re.IGNORECASE)
        page.context.set_offline(True)
        walk_in(page, 2)
        waits(page, 1)
        page.context.clear_cookies()
        page.context.set_offline(False)
        expect(page.locator(WAITING)).to_contain_text("Ihre Anmeldung ist abgelaufen")
        walk_in(page)
        waits(page, 2)
        assert stored(page)["lists"] == []
        page.get_by_role("link", name="Neu anmelden").click()
        account = json.loads((system.folder / "demo-staff.json").read_text(encoding="utf-8"))["admin"]
        for name, value in account.items():
            page.locator(f"[name='{name}']").fill(value)
        page.locator("main form button").click()
        is_sent(page)
        assert present(system, conference)["people"] == 3
        page.locator("#feierabend").click()
        page.wait_for_url("**/intern/abmelden")

        assert stored(page) == {"pending": [], "log": [], "lists": []}
        assert page.evaluate("caches.keys()") == []


def test_the_camera_reads_a_ticket(browser: Browser, system: Embedded, conference: str, tmp_path: Path) -> None:
    code = a_ticket(system, conference, adults=1)
    film = tmp_path / "ticket.y4m"
    film.write_bytes(film_of(code))
    seeing = browser.browser_type.launch(
        executable_path=program("chromium", "chromium"),
        args=[
            "--no-sandbox",
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={film}",
        ],
    )
    try:
        with a_desk(seeing, system, conference) as page:
            page.context.set_offline(True)
            page.locator("#scannen").click()
            expect(page.locator("#ergebnis")).to_contain_text("Willkommen", timeout=30_000)
            expect(page.locator("#ergebnis")).to_contain_text("Personen: 2")
            page.locator("#scannen").click()
            page.context.set_offline(False)
            is_sent(page)
    finally:
        seeing.close()

    assert present(system, conference)["registered"] == 2


@pytest.mark.parametrize("language", ["de", "ar"])
def test_the_desk_is_for_everybody(browser: Browser, system: Embedded, conference: str, language: str) -> None:
    code = a_ticket(system, conference, adults=1)
    with a_desk(browser, system, conference, language) as page:
        faults = list(unfit(page))
        walk_in(page, 2)
        type_code(page, code)
        faults += list(unfit(page))
        page.context.set_offline(True)
        type_code(page, "7K3QX-9M2TA")
        faults += list(unfit(page))

    assert faults == []


def test_a_helper_gets_in_by_a_picture_and_a_visitor_says_they_are_there(browser: Browser, system: Embedded) -> None:
    conference = open_conference(system.staff(), in_days=0)
    account = json.loads((system.folder / "demo-staff.json").read_text(encoding="utf-8"))["admin"]
    faults: list[str] = []
    with somebody(browser, DESK, "de") as office, somebody(browser, PHONE, "ar") as phone:
        sign_in(office, system.base_url, account)
        office.goto(f"{system.base_url}/intern/konferenzen/{conference}")
        press(office, "Zugang für Helfende", "link")
        fill(office, {"display_name": "Einlass links"})
        send(office)
        phone.goto(office.locator("main bdi[dir=ltr]").inner_text())
        faults += unfit(phone)
        phone.locator("main form button").click()
        phone.wait_for_url(address(system, conference))
        walk_in(phone, 2)
        expect(phone.locator(".door-result--success")).to_be_visible()
        office.goto(f"{system.base_url}/intern/konferenzen/{conference}/plakat")
        code = office.locator(".poster__code").inner_text()
    for language in ("de", "ar"):
        with somebody(browser, PHONE, language, javascript=False) as visitor:
            visitor.goto(f"{system.base_url}/konferenzen/{conference}")
            visitor.locator("main a[href$='/da']").click()
            visitor.locator("[name='code']").fill(code.lower())
            visitor.locator("main form button").click()
            visitor.locator("[name='count']").select_option("2")
            visitor.locator("main form[action$='/ohne-anmeldung'] button").click()
            visitor.wait_for_url("**/da/danke")
        with somebody(browser, PHONE, language) as visitor:
            for path in ("", f"?code={code}", "/danke"):
                visitor.goto(f"{system.base_url}/konferenzen/{conference}/da{path}")
                faults += unfit(visitor)

    assert faults == []
    until(lambda: present(system, conference)["walk_ins"] == 6, "everybody to be counted")
