"""It is full: people on phones wait, are offered the place, and answer by button and by SMS, with and without JavaScript."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.api import Api
from tests.e2e.fitness import unfit
from tests.e2e.journey import open_conference, token_in
from tests.e2e.people import PHONE, appears, press, somebody
from tests.embedded import Embedded
from tests.waiting import until


@dataclass(frozen=True, slots=True)
class Full:
    """A conference with one place: whoever has it can give it back; two wait, one by e-mail, then one by phone."""

    address: str
    seated_id: str
    german: str
    arabic: str


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """The whole system in one process."""
    running = Embedded(tmp_path_factory.mktemp("waiting") / "data").start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def full(system: Embedded) -> Full:
    """A full conference and its waiting list."""
    staff, base = system.staff(), Api(system.base_url)
    title = {"de": "Kleine Konferenz", "ar": "مؤتمر صغير"}
    conference = open_conference(staff, title=title, capacity=1)
    person = uuid4()
    seated = _register(system, base, conference, email=f"karim.{person.hex[:8]}@example.org", language="de")
    german, arabic = f"aylin.{person.hex[:8]}@example.org", f"+49151{person.int % 10**8:08d}"
    for who in ({"email": german, "language": "de"}, {"phone": arabic, "language": "ar"}):
        assert _register(system, base, conference, **who)["status"] == "waitlisted"
    return Full(f"/konferenzen/{conference}", seated["id"], german, arabic)


def test_people_wait_are_asked_in_order_and_answer_by_button_or_sms(
    browser: Browser, system: Embedded, full: Full
) -> None:
    with somebody(browser, PHONE, "de", javascript=False) as page:
        page.goto(system.base_url + full.address)
        expect(page.locator("main")).to_contain_text("noch frei: 0 von 1. 2 Personen warten schon.")
        expect(page.get_by_role("link", name="Auf die Warteliste")).to_be_visible()
        _own_page(page, system, full.german)
        expect(page.locator("h1")).to_have_text("Sie stehen auf der Warteliste")
    _give_back(system, full)
    with somebody(browser, PHONE, "de") as page:
        _own_page(page, system, full.german)
        appears(page, lambda: "Für Sie ist ein Platz frei" in page.locator("h1").inner_text(), "the offer")
        assert list(unfit(page)) == []
    with somebody(browser, PHONE, "de", javascript=False) as page:
        _own_page(page, system, full.german)
        expect(page.locator("main")).to_contain_text("Bitte antworten Sie bis")
        press(page, "Nein, ich komme nicht")
        expect(page.locator("h1")).to_have_text("Ihre Anmeldung ist abgesagt")
    with somebody(browser, PHONE, "ar") as page:
        page.goto(f"{system.base_url}/postfach?to={quote(full.arabic)}")
        asked = page.locator("article").filter(has_text="نعم أو لا")
        appears(page, asked.count, "the question by SMS")
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        assert list(unfit(page)) == []
        _own_page(page, system, full.arabic)
        assert list(unfit(page)) == []
    with somebody(browser, PHONE, "ar", javascript=False) as page:
        page.goto(f"{system.base_url}/postfach?to={quote(full.arabic)}")
        form = page.locator("article").filter(has_text="نعم أو لا").locator("form")
        form.locator("[name='text']").fill(" نَعَم. ")
        form.locator("button").click()
        _own_page(page, system, full.arabic)
        ticket = page.locator("main a[href*='/anmeldung/ticket/']")
        appears(page, ticket.count, "the ticket")


def _register(system: Embedded, base: Api, conference_id: str, **who: Any) -> dict[str, Any]:
    asked = base.post("registration", f"conferences/{conference_id}/registrations", who)
    to = str(who.get("email") or who["phone"])

    def proof() -> dict[str, Any] | None:
        for letter in system.mailbox(to):
            if letter["code"]:
                return {"id": asked["id"], "code": letter["code"]}
            for link in letter["links"]:  # type: ignore[attr-defined]
                if "/anmeldung/bestaetigen/" in link:
                    return {"token": token_in(link)}
        return None

    confirmed: dict[str, Any] = base.post("registration", "registrations/confirm", until(proof, f"a message to {to}"))
    return confirmed


def _give_back(system: Embedded, full: Full) -> None:
    answer = system.staff().delete("registration", f"registrations/{full.seated_id}")
    assert answer["status"] == "cancelled"


def _own_page(page: Page, system: Embedded, to: str) -> None:
    page.goto(f"{system.base_url}/postfach?to={quote(to)}")
    link = page.locator("main a[href*='/anmeldung/meine/']")
    appears(page, link.count, f"a message to {to}")
    page.goto(str(link.last.get_attribute("href")))
