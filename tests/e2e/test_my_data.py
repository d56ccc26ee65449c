"""My data: people see what is held of them, and are forgotten, on phones, in German and Arabic, with and without JavaScript."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.api import Api
from tests.e2e.fitness import unfit
from tests.e2e.journey import open_conference, token_in
from tests.e2e.people import DESK, PHONE, appears, fill, press, send, sign_in, somebody
from tests.e2e.scan import hits
from tests.embedded import Embedded
from tests.waiting import until

OFFICE = "/intern/mitteilungen/datenschutz/"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a place, an idea and a petition, all confirmed. Neither name nor street is anybody else's."""

    first: str
    surname: str
    language: str

    @property
    def email(self) -> str:
        """Their address."""
        return f"{self.first}@example.org".casefold()

    @property
    def words(self) -> list[str]:
        """What only they are called."""
        return [self.first.casefold(), self.surname.casefold()]


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """The demo, running: with an account for every role."""
    running = Embedded(tmp_path_factory.mktemp("my-data") / "data", demo=True).start(300)
    yield running
    running.stop()


def appear(system: Embedded, language: str) -> Person:
    """Somebody takes part in everything."""
    person = Person(f"Zebulonia{uuid4().hex[:8]}", f"Quittenbaum{uuid4().hex[:8]}", language)
    base, name = Api(system.base_url), f"{person.first} {person.surname}"
    conference = open_conference(system.staff())
    wish = {"email": person.email, "phone": "015123456789", "name": name, "language": language}
    wish |= {"interpretation": ["ar"], "assistance": ["wheelchair"], "household": {"adults": 1}}
    base.post("registration", f"conferences/{conference}/registrations", wish)
    base.post("registration", "registrations/confirm", {"token": _token(system, person, "/anmeldung/bestaetigen/")})
    text = {"title": "Zebrastreifen", "text": "Bitte ein Zebrastreifen vor der Schule.", "language": "de"}
    for kind in ("idea", "petition"):
        contact = {"email": person.email, "name": name, "address": f"{person.surname}weg 7, 21073 Hamburg"}
        base.post("submissions", "ideas", {"kind": kind, "contact": contact, **text})
    base.post("submissions", "ideas/confirm", {"token": _token(system, person, "/ideen/bestaetigen/")})
    return person


def _token(system: Embedded, person: Person, part: str) -> str:
    def look() -> str | None:
        links = (link for letter in system.mailbox(person.email) for link in letter["links"])  # type: ignore[attr-defined]
        return next((token_in(link) for link in links if part in link), None)

    return until(look, f"a message with {part}", 60)


def _own_page(page: Page, system: Embedded, person: Person) -> None:
    """Ask for the link to one's own page, and follow it out of the mailbox."""
    page.goto(f"{system.base_url}/mitteilungen/")
    fill(page, {"email": person.email})
    send(page, "main form[action$='mein-link'] button")
    _open_letter(page, system, person, "/mitteilungen/meine/")


def _open_letter(page: Page, system: Embedded, person: Person, part: str) -> None:
    page.goto(f"{system.base_url}/postfach?to={quote(person.email)}")
    link = page.locator(f"main a[href*='{part}']").first
    appears(page, link.count, f"the letter with {part}")
    link.click()
    page.wait_for_load_state("load")


WORDS = {
    "de": ("Auskunft anfordern", "Was wir über Sie gespeichert haben", "Alles über mich löschen", "Ja, alles löschen"),
    "ar": ("طلب البيانات", "ما نحفظه عنكم", "حذف كل شيء عني", "نعم، احذفوا كل شيء"),
}


@pytest.mark.parametrize(("language", "javascript"), [("de", False), ("ar", True)])
def test_somebody_sees_what_is_held_of_them_and_is_forgotten_everywhere(
    browser: Browser, system: Embedded, language: str, javascript: bool
) -> None:
    person = appear(system, language)
    ask, held, erase, sure = WORDS[language]
    with somebody(browser, PHONE, language, javascript=javascript) as page:
        _own_page(page, system, person)
        press(page, ask)
        _open_letter(page, system, person, "/mitteilungen/auskunft/")
        expect(page.locator("h1")).to_have_text(held)
        for word in (person.email, f"{person.first} {person.surname}", f"{person.surname}weg 7", "Zebrastreifen"):
            expect(page.locator("main")).to_contain_text(word)
        if javascript:
            assert list(unfit(page)) == []
        with page.expect_download() as download:
            page.locator("main a[href$='/daten.json']").click()
        assert len(json.loads(download.value.path().read_text(encoding="utf-8"))) == 5
        _own_page(page, system, person)
        before = hits(system, person.words)
        press(page, erase, "link")
        press(page, sure)

    # The scan finds what is there: in every service, before.
    assert {place.split(":")[0] for place in before} >= {"registration", "submissions", "council", "notifications"}
    until(lambda: not hits(system, person.words), "nothing of the person to be left anywhere", 60)


def test_the_desk_for_data_protection_erases_for_somebody_who_wrote(browser: Browser, system: Embedded) -> None:
    person = appear(system, "de")
    account = json.loads((system.folder / "demo-staff.json").read_text(encoding="utf-8"))["privacy"]
    with somebody(browser, DESK, "ar") as page:
        sign_in(page, system.base_url, account)
        page.goto(system.base_url + OFFICE)
        assert list(unfit(page)) == []
    with somebody(browser, PHONE, "de") as page:
        sign_in(page, system.base_url, account)
        page.goto(system.base_url + OFFICE)
        fill(page, {"email": person.email})
        send(page)
        expect(page.locator("main")).to_contain_text("z•••@example.org")
        assert list(unfit(page)) == []
        press(page, "Auskunft erstellen …", "link")
        fill(page, {"way": "letter", "sure": "true"})
        send(page)
        appears(page, lambda: f"{person.surname}weg 7" in page.locator("main").inner_text(), "the petition")
        page.goto(system.base_url + OFFICE)
        fill(page, {"email": person.email})
        send(page)
        press(page, "Alles löschen …", "link")
        assert list(unfit(page)) == []
        fill(page, {"way": "letter", "sure": "true"})
        send(page)
        expect(page.locator("main")).to_contain_text("auf einen Brief")
        appears(page, lambda: "noch nicht" not in page.locator("tbody").inner_text(), "the end of the erasure")
        page.goto(f"{system.base_url}/intern/konferenzen/aufbewahrung/")
        expect(page.locator("h1")).to_have_text("Aufbewahrung: Konferenzen")
        assert list(unfit(page)) == []
    until(lambda: not hits(system, person.words), "nothing of the person to be left anywhere", 60)
