"""The office plans a conference in a browser, announces it and puts it off; whoever is registered reads of it."""

import json
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import quote
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from shared import clock
from shared.clock import CIVIL_ZONE
from tests.e2e.fitness import unfit
from tests.e2e.people import DESK, PHONE, appears, fill, press, send, sign_in, somebody
from tests.embedded import Embedded

REASON = {
    "reason.de": "Der Saal ist nach einem Wasserschaden gesperrt.",
    "reason.ar": "القاعة مغلقة بسبب أضرار المياه.",
}


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """The whole system in one process, without any conference."""
    running = Embedded(tmp_path_factory.mktemp("office") / "data").start()
    yield running
    running.stop()


def typed(days: int, clock_time: str) -> str:
    """So many days from now, as it is typed into a form."""
    return f"{clock.now().astimezone(CIVIL_ZONE) + timedelta(days=days):%Y-%m-%d}T{clock_time}"


def fit_in_both_languages(page: Page) -> None:
    """The page has nothing to complain about, in German and from right to left, on a phone as well."""
    here = page.url
    for language in ("ar", "de"):
        page.goto(f"{here.split('?')[0]}?lang={language}")
        assert list(unfit(page)) == []
    page.set_viewport_size(DESK)


def test_the_office_prepares_a_conference_and_puts_it_off(browser: Browser, system: Embedded) -> None:
    account = json.loads((system.folder / "demo-staff.json").read_text(encoding="utf-8"))["admin"]
    visitor = f"samira.{uuid4().hex[:8]}@example.org"
    with somebody(browser, DESK, "de") as office, somebody(browser, PHONE, "ar") as resident:
        sign_in(office, system.base_url, account)
        office.goto(f"{system.base_url}/intern/konferenzen/neu")
        fit_in_both_languages(office)
        fill(office, planned())
        office.locator("[name='venue.access.features'][value='step_free']").check()
        send(office)
        _arrange(office)
        press(office, "Ankündigen")
        fit_in_both_languages(office)
        conference = office.url.split("?")[0].rpartition("/")[2]
        _register(resident, system, conference, visitor)
        resident.goto(f"{system.base_url}/konferenzen/{conference}?lang=ar")
        assert list(unfit(resident)) == []
        office.reload()
        press(office, "Verschieben …", "link")
        expect(office.locator("main")).to_contain_text("Benachrichtigt eine Person per E-Mail.")
        fit_in_both_languages(office)
        later = {
            "starts_at": typed(44, "17:00"),
            "ends_at": typed(44, "20:00"),
            "registration_closes_at": typed(43, "12:00"),
        }
        fill(office, later | REASON)
        send(office)
        expect(office.locator("main")).to_contain_text("Anmeldung offen")
        resident.goto(f"{system.base_url}/postfach?to={quote(visitor)}")
        appears(resident, resident.get_by_text(REASON["reason.ar"]).count, "the message about the new date")
        resident.locator("main a[href*='/anmeldung/meine/']").first.click()
        expect(resident.locator("h1")).to_have_text("تم تسجيلكم")
        resident.goto(f"{system.base_url}/konferenzen/{conference}?lang=de")
        expect(resident.locator("main")).to_contain_text(REASON["reason.de"])
        assert list(unfit(resident)) == []


def planned() -> dict[str, str]:
    """A conference in thirty days, as it is typed."""
    return {
        "title.de": "19. Harburger Integrationskonferenz",
        "title.ar": "المؤتمر التاسع عشر للاندماج في هاربورغ",
        "motto.de": "Zusammenleben in Vielfalt",
        "starts_at": typed(30, "17:00"),
        "ends_at": typed(30, "20:00"),
        "venue.name": "Rieckhof",
        "venue.street": "Rieckhoffstraße 12",
        "venue.postal_code": "21073",
        "venue.locality": "Hamburg",
        "capacity": "120",
        "registration_opens_at": typed(-1, "00:00"),
        "registration_closes_at": typed(29, "12:00"),
    }


def _arrange(office: Page) -> None:
    """An agenda of two points, and a forum with three places beside them."""
    press(office, "Programm", "link")
    for row, title, starts, ends in (
        ("item_1", "Begrüßung", "17:00", "17:30"),
        ("item_2", "Abschluss", "19:00", "20:00"),
    ):
        times = {f"{row}.starts_at": typed(30, starts), f"{row}.ends_at": typed(30, ends)}
        fill(office, {f"{row}.title.de": title, **times})
    send(office)
    press(office, "Foren", "link")
    times = {"forum_1.starts_at": typed(30, "17:30"), "forum_1.ends_at": typed(30, "19:00")}
    fill(office, {"forum_1.title.de": "Wohnen", "forum_1.capacity": "3", **times})
    send(office)


def _register(resident: Page, system: Embedded, conference: str, visitor: str) -> None:
    """Somebody registers in Arabic and chooses the forum."""
    resident.goto(f"{system.base_url}/anmeldung/{conference}?lang=ar")
    fill(resident, {"email": visitor})
    send(resident)
    send(resident)
    resident.locator("[name='forums']").first.check()
    send(resident)
    send(resident)
    resident.goto(f"{system.base_url}/postfach?to={quote(visitor)}")
    link = resident.locator("main a[href*='/anmeldung/bestaetigen/']")
    appears(resident, link.count, "the message to confirm")
    link.first.click()
    send(resident)
