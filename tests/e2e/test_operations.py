"""A recommendation has no case. Whoever looks after the system finds out why, mends it and has it handled again."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser, Page, ViewportSize, expect

from services.operating import commands
from shared.config import Environment
from tests.architecture.tree import SERVICES
from tests.e2e.fitness import unfit
from tests.e2e.journey import open_conference
from tests.e2e.people import DESK, PHONE, appears, press, sign_in, somebody
from tests.embedded import Embedded
from tests.waiting import until

TITLE = "Eine Bank vor dem Rathaus"
REASON = "Die Datenbank hat abgelehnt, was die Verarbeitung schreiben wollte."
PLACE = re.compile(r"OperationalError at services/council/use_cases/intake\.py:\d+")


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """The whole system in one process; the council can't count its cases, and one recommendation waits for that."""
    running = Embedded(tmp_path_factory.mktemp("operations") / "data").start()
    change(running, "ALTER TABLE case_number RENAME TO case_number_away")
    adopt(running)
    # The handler fails for hours before its event is put aside: as if they had gone by.
    due = "UPDATE inbox SET attempts = 7, next_attempt_at = '2026-01-01 00:00:00' WHERE attempts BETWEEN 1 AND 6"
    until(lambda: change(running, due), "the handler to fail")
    until(lambda: "parked, 8 failed attempts" in told(running, "parked"), "the event to be put aside")
    yield running
    running.stop()


def adopt(system: Embedded) -> None:
    """One recommendation of one idea."""
    staff = system.staff()
    conference = open_conference(staff)
    idea = staff.post("submissions", "ideas", {"kind": "idea", "title": TITLE, "text": TITLE, "language": "de"})["id"]
    staff.post("submissions", f"ideas/{idea}/publish")
    body = {
        "title": {"de": TITLE, "ar": "مقعد أمام مبنى البلدية"},
        "text": {"de": "Das Bezirksamt stellt sie auf."},
        "idea_ids": [idea],
        "conference_id": conference,
        "vote": {"yes": 61, "no": 7, "abstain": 9},
        "addressee": {"kind": "district_office", "name": "Bezirksamt Harburg"},
    }
    until(lambda: staff.post_unless(422, "submissions", "recommendations", body), "the conference", pause=0.2)


def change(system: Embedded, statement: str) -> int:
    """Change something in the council's database behind its back; how many rows that were."""
    with closing(sqlite3.connect(system.folder / "council.sqlite", timeout=10)) as connection, connection:
        return connection.execute(statement).rowcount


def told(system: Embedded, *command: str) -> str:
    """What a command of the council's operator prints, while the system runs."""
    events = commands(SERVICES, Environment({"DATA": str(system.folder)}))
    return CliRunner().invoke(events, ["council", *command], catch_exceptions=False).output


@contextmanager
def operator(browser: Browser, system: Embedded, screen: ViewportSize, language: str, **more: bool) -> Iterator[Page]:
    """An admin who has just signed in."""
    account = json.loads((system.folder / "demo-staff.json").read_text(encoding="utf-8"))["admin"]
    with somebody(browser, screen, language, **more) as page:
        sign_in(page, system.base_url, account)
        yield page


def link(page: Page, end: str) -> None:
    """Follow the link whose address ends like this."""
    page.locator(f":is(main, aside, nav) a[href$='{end}']").first.click()
    page.wait_for_load_state("load")


def test_what_is_put_aside_is_shown_to_everybody_alike(browser: Browser, system: Embedded) -> None:
    with operator(browser, system, DESK, "ar") as page:
        link(page, "/betrieb/rundgang")
        # Nobody had to say that it is the council.
        expect(page).to_have_url(re.compile(r"/intern/vorgaenge/betrieb/\?gesehen=\d$"))
        faults = [*unfit(page)]
        page.locator("main td a[href*='/ereignis/']").first.click()
        expect(page.locator("main code").filter(has_text=PLACE).first).to_be_visible()
        faults += [*unfit(page)]
        event = page.url
        for way_on in ("wiederholen?ereignis=", "ueberspringen"):
            page.goto(event)
            page.locator(f"main a[href*='{way_on}']").first.click()
            faults += [*unfit(page)]

    assert faults == []


def test_an_operator_finds_out_by_links_alone_why_a_recommendation_has_no_case(
    browser: Browser, system: Embedded
) -> None:
    with operator(browser, system, PHONE, "de", javascript=False) as page:
        main = page.locator("main")
        page.goto(f"{system.base_url}/intern/ideen/empfehlungen/")
        main.locator("td a[href^='/intern/ideen/empfehlungen/']").click()
        press(page, "Ihr Weg durch die Dienste (Betrieb)", "link")
        expect(main).to_contain_text("versandt als Nummer")
        expect(main).to_contain_text("Vorgänge: angekommen")
        main.locator("li a[href^='/intern/vorgaenge/betrieb/ereignis/']").click()
        expect(main).to_contain_text("beiseitegelegt")
        expect(main).to_contain_text(REASON)
        expect(main).to_contain_text(PLACE)

        press(page, "Noch einmal verarbeiten", "link")
        expect(main).to_contain_text("Noch ist nichts geschehen")
        assert "1 would be replayed" in told(system, "replay", "--error", "intake.py", "--dry-run")
        change(system, "ALTER TABLE case_number_away RENAME TO case_number")
        press(page, "Ja, dieses Ereignis noch einmal verarbeiten")
        appears(page, lambda: page.get_by_text("verarbeitet", exact=True).count(), "that it was handled")
        expect(main).to_contain_text("noch einmal verarbeiten lassen")
        press(page, "Vorgang eröffnet", "link")
        expect(main).to_contain_text("Empfehlung beschlossen")
        page.goto(f"{system.base_url}/intern/vorgaenge/")
        expect(main).to_contain_text(TITLE)
    assert told(system, "parked") == "nothing failed\n"
    assert told(system, "verify") == "0 violations\n"
