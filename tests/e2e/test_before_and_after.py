"""Before and after a conference: visitors find it, take it into their calendars, are reminded of it and ask to be invited again;
two days later the office thanks who came and announces the next one."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from urllib.parse import quote
from uuid import uuid4

import icalendar
import pytest
from playwright.sync_api import Browser, Page, expect

from shared import clock
from tests.e2e.desks import address, type_code
from tests.e2e.fitness import unfit
from tests.e2e.journey import open_conference
from tests.e2e.people import DESK, PHONE, appears, fill, press, send, sign_in, somebody
from tests.embedded import Embedded
from tests.waiting import until

REMINDER = {"de": "Erinnerung: ", "ar": "تذكير: "}
THANKS = {"de": "Danke, dass Sie da waren", "ar": "شكراً لحضوركم"}
NEXT = {"de": "20. Harburger Integrationskonferenz", "ar": "المؤتمر العشرون للاندماج في هاربورغ"}
#: Those who are reminded or thanked are looked for once a minute.
TOLD = 120


@pytest.fixture
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """The whole system in one process, without any conference."""
    running = Embedded(tmp_path_factory.mktemp("after") / "data").start()
    yield running
    running.stop()


def test_visitors_are_reminded_the_day_before_and_get_from_there_to_their_ticket(
    browser: Browser, system: Embedded
) -> None:
    conference = open_conference(system.staff(), in_days=10)
    visitors = {language: f"{language}.{uuid4().hex[:8]}@example.org" for language in ("ar", "de")}
    for language, email in visitors.items():
        with somebody(browser, PHONE, language, javascript=language == "de") as visitor:
            visitor.goto(f"{system.base_url}/anmeldung/{conference}")
            _register(visitor, system, email)
    system.stop()
    system.start(later=_until_noon(9))
    faults: list[str] = []
    for language, email in visitors.items():
        until(lambda to=email, words=REMINDER[language]: _is_told(system, to, words), "the reminder", TOLD, 1)
        with somebody(browser, PHONE, language) as visitor:
            visitor.goto(f"{system.base_url}/postfach?to={quote(email)}")
            faults += unfit(visitor)
            reminder = visitor.locator("article").filter(has_text=REMINDER[language])
            assert reminder.count() == 1
            reminder.locator("a[href*='/anmeldung/ticket/']").first.click()
            expect(visitor.locator("main img")).to_be_visible()
            faults += unfit(visitor)

    assert faults == []


def test_visitors_come_to_one_conference_and_are_invited_to_the_next(browser: Browser, system: Embedded) -> None:
    conference = open_conference(system.staff(), in_days=0)
    # Nobody has a script in Arabic, everybody in German; only the first one comes.
    visitors = {language: f"{language}.{uuid4().hex[:8]}@example.org" for language in ("ar", "de")}
    faults: list[str] = []
    for language, email in visitors.items():
        with somebody(browser, PHONE, language, javascript=language == "de") as visitor:
            _find(visitor, system, conference)
            _register(visitor, system, email)
    for language, email in visitors.items():
        with somebody(browser, PHONE, language) as visitor:
            for path in ("/konferenzen/", f"/konferenzen/{conference}", f"/postfach?to={quote(email)}"):
                visitor.goto(system.base_url + path)
                faults += unfit(visitor)
    account = json.loads((system.folder / "demo-staff.json").read_text(encoding="utf-8"))["admin"]
    with somebody(browser, PHONE, "de") as desk:
        sign_in(desk, system.base_url, account)
        desk.goto(address(system, conference))
        type_code(desk, _ticket(system, conference, "a"))
        expect(desk.locator("#ergebnis")).to_contain_text("Willkommen")
        expect(desk.locator("#netz")).to_have_text("Alles übertragen", timeout=20_000)
    system.stop()
    system.start(later=_until_noon(2))
    with somebody(browser, DESK, "de") as office:
        sign_in(office, system.base_url, account)
        office.goto(f"{system.base_url}/intern/konferenzen/{conference}")
        press(office, "Hat stattgefunden")
        until(lambda: _is_told(system, visitors["ar"], THANKS["ar"]), "the thanks", TOLD, 1)
        office.goto(f"{system.base_url}/intern/konferenzen/{conference}")
        press(office, "Als Vorlage")
        fill(office, {f"title.{language}": title for language, title in NEXT.items()})
        send(office)
        press(office, "Ankündigen")
    for language, email in visitors.items():
        with somebody(browser, PHONE, language) as visitor:
            visitor.goto(f"{system.base_url}/postfach?to={quote(email)}")
            invitation = visitor.locator("article").filter(has_text=NEXT[language])
            appears(visitor, invitation.count, "the invitation")
            faults += unfit(visitor)
            invitation.locator("a[href*='/konferenzen/']").first.click()
            expect(visitor.locator("h1")).to_have_text(NEXT[language])
            faults += unfit(visitor)

    # The invitation came after the thanks, so nobody who stayed away is thanked any more.
    assert not _is_told(system, visitors["de"], THANKS["de"])
    assert faults == []


def _find(visitor: Page, system: Embedded, conference: str) -> None:
    """From the front page to the conference, by the public list, with both calendars."""
    visitor.goto(system.base_url)
    visitor.locator("a[href$='/konferenzen/']").first.click()
    feed = visitor.locator("main a[href$='/konferenzen/kalender.ics']")
    assert _events(visitor, feed.get_attribute("href")) == [f"{conference}@conference"]
    visitor.locator(f"main a[href$='/konferenzen/{conference}']").click()
    entry = visitor.locator("main a[href$='/kalender.ics']")
    assert _events(visitor, entry.get_attribute("href")) == [f"{conference}@conference"]
    visitor.locator("main a[href*='/anmeldung/']").click()


def _events(visitor: Page, path: str | None) -> list[str]:
    """What a calendar takes over from there."""
    answer = visitor.request.get(f"{visitor.url.split('/konferenzen')[0]}{path}")
    assert answer.ok and answer.headers["content-type"].startswith("text/calendar")
    return [str(one["UID"]) for one in icalendar.Calendar.from_ical(answer.body()).walk("VEVENT")]


def _register(visitor: Page, system: Embedded, email: str) -> None:
    """In four steps, with a yes to later invitations, and the link in the message."""
    fill(visitor, {"email": email})
    for _ in range(3):
        send(visitor)
    fill(visitor, {"consents.invitations": "true"})
    send(visitor)
    visitor.goto(f"{system.base_url}/postfach?to={quote(email)}")
    link = visitor.locator("main a[href*='/anmeldung/bestaetigen/']")
    appears(visitor, link.count, "the message to confirm")
    link.first.click()
    send(visitor)


def _ticket(system: Embedded, conference: str, first_letter: str) -> str:
    """The code of the one whose address begins so: staff see no more of it in the list."""
    staff = system.staff()
    listed = staff.get("registration", f"conferences/{conference}/registrations")["data"]
    [one] = [it for it in listed if it["email"].startswith(first_letter)]
    return str(staff.get("registration", f"registrations/{one['id']}")["ticket"])


def _is_told(system: Embedded, to: str, words: str) -> bool:
    return any(words in str(letter["subject"]) for letter in system.mailbox(to))


def _until_noon(days: int) -> timedelta:
    """How far it is to noon in Harburg, so many days from now."""
    noon = datetime.combine(clock.today() + timedelta(days=days), time(12), clock.CIVIL_ZONE)
    return noon.astimezone(UTC) - clock.now()
