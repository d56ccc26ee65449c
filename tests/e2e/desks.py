"""Desks at the entrance: phones with and without network, tickets to be read, what a phone keeps."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import segno
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.e2e.api import Api
from tests.e2e.journey import token_in
from tests.e2e.people import PHONE, sign_in
from tests.embedded import Embedded
from tests.waiting import until

WAITING = "#netz"


@contextmanager
def a_desk(browser: Browser, system: Embedded, conference: str, language: str = "de") -> Iterator[Page]:
    """A phone at the entrance, signed in and ready to go on without network."""
    account = json.loads((system.folder / "demo-staff.json").read_text(encoding="utf-8"))["admin"]
    with browser.new_context(viewport=PHONE, is_mobile=True, locale=language, permissions=["camera"]) as context:
        page = context.new_page()
        sign_in(page, system.base_url, account)
        page.goto(address(system, conference))
        is_kept(page)
        yield page


def address(system: Embedded, conference: str) -> str:
    return f"{system.base_url}/intern/konferenzen/{conference}/einlass"


def is_kept(page: Page) -> None:
    """Wait until the phone has all that it needs without network."""
    kept = "caches.open('einlass').then(it => it.match(location.pathname, {ignoreVary: true})).then(Boolean)"
    until(lambda: page.evaluate(kept), "the page to be kept")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")


def walk_in(page: Page, people: int = 1) -> None:
    for _ in range(people - 1):
        page.locator("#mehr").click()
    page.locator("#ohne-anmeldung button[type=submit]").click()


def type_code(page: Page, code: str) -> None:
    page.locator("#f-ticket").fill(code)
    page.locator("#code button[type=submit]").click()


def waits(page: Page, entries: int) -> None:
    expect(page.locator(WAITING)).to_contain_text(f"Noch nicht übertragen: {entries}")


def is_sent(page: Page) -> None:
    expect(page.locator(WAITING)).to_have_text("Alles übertragen", timeout=20_000)


def present(system: Embedded, conference: str) -> dict[str, int]:
    counted: dict[str, int] = system.staff().get("registration", f"conferences/{conference}/checkins/summary")
    return counted


def a_ticket(system: Embedded, conference: str, adults: int = 0) -> str:
    """The code of somebody who registered."""
    email = f"leyla.{uuid4().hex[:8]}@example.org"
    base = Api(system.base_url)
    wish = {"email": email, "language": "de", "household": {"adults": adults}, "name": f"Leyla {email[6:10]}"}
    base.post("registration", f"conferences/{conference}/registrations", wish)

    def link() -> str | None:
        found = [it for letter in system.mailbox(email) for it in letter["links"] if "/bestaetigen/" in it]  # type: ignore[attr-defined]
        return next(iter(found), None)

    made = base.post("registration", "registrations/confirm", {"token": token_in(until(link, "the link"))})
    shown = system.staff().get("registration", f"registrations/{made['id']}")
    return str(shown["ticket"])


def lose_the_first_answer(context: BrowserContext) -> list[int]:
    """The server does what the first batch says, and the phone never hears of it; gives the sizes of all batches."""
    sent: list[int] = []

    def lose(route: Route) -> None:
        sent.append(len(route.request.post_data_json["checkins"]))
        if len(sent) > 1:
            return route.continue_()
        assert route.fetch().ok
        return route.abort("connectionreset")

    context.route("**/einlass/abgleich", lose)
    return sent


def stored(page: Page) -> dict[str, list[dict[str, object]]]:
    """Everything that the phone keeps about people and entries."""
    found: dict[str, list[dict[str, object]]] = page.evaluate(
        """() => new Promise(tell => {
          const request = indexedDB.open("einlass", 1);
          request.onsuccess = () => {
            const names = ["pending", "log", "lists"], kept = {};
            const transaction = request.result.transaction(names);
            for (const name of names) {
              const all = transaction.objectStore(name).getAll();
              all.onsuccess = () => (kept[name] = all.result);
            }
            transaction.oncomplete = () => { request.result.close(); tell(kept); };
          };
        })"""
    )
    return found


def film_of(code: str) -> bytes:
    """A grey film of one picture: the ticket as it is held to a camera."""
    width, height, scale = 640, 480, 8
    rows = [bytes(row) for row in segno.make(code, error="q", micro=False).matrix_iter(scale=scale, border=4)]
    luma = bytearray(b"\xc8" * width * height)
    top, left = (height - len(rows)) // 2, (width - len(rows[0])) // 2
    for y, row in enumerate(rows):
        start = (top + y) * width + left
        luma[start : start + len(row)] = bytes(16 if dark else 235 for dark in row)
    frame = b"FRAME\n" + bytes(luma) + b"\x80" * (width * height // 2)
    film = io.BytesIO()
    film.write(f"YUV4MPEG2 W{width} H{height} F5:1 Ip A1:1 C420jpeg\n".encode())
    film.write(frame * 5)
    return film.getvalue()
