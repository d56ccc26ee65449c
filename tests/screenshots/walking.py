"""Walking the ways of `pages` in one language, for whoever wants to look at each page on them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from secrets import token_hex
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, StorageState

from tests.e2e.people import PHONE, PRIMARY, fill, send, sign_in, somebody
from tests.screenshots.ways import At, Refused, Sent, Way
from tests.waiting import until

_RUN = token_hex(3)


@dataclass(frozen=True, slots=True)
class Site:
    """Where the pages are, and the file with staff accounts that opens the console."""

    base_url: str
    staff: Path | None


def visits(browser: Browser, site: Site, way: Way, language: str) -> Iterator[tuple[str, Page]]:
    """Each page of the way and what it is called. Raises AssertionError where one is not to be found."""
    person = f"{language}.{_RUN}"
    kept = _signed_in(browser, site.base_url, site.staff, way.role) if way.role and site.staff else None
    with somebody(browser, PHONE, language, kept=kept) as page:
        for stop in way.stops:
            if isinstance(stop, At):
                _go(page, site, stop.path.format(person=person))
                if stop.is_pictured:
                    yield stop.name or stop.path, page
            else:
                _press(page, stop, person)
                yield stop.name, page


@cache
def _signed_in(browser: Browser, base_url: str, staff: Path, role: str) -> StorageState:
    """The cookies of a member of staff: to sign in takes longer than most ways do."""
    with somebody(browser, PHONE, "de") as page:
        sign_in(page, base_url, json.loads(staff.read_text(encoding="utf-8"))[role])
        return page.context.storage_state()


def _go(page: Page, site: Site, path: str) -> None:
    if not page.url.startswith(site.base_url):
        page.goto(site.base_url)
    found = until(lambda: _link(page, path), f"a link {path} on {page.url}") if "*" in path else path
    page.goto(site.base_url + found)


def _link(page: Page, pattern: str) -> str | None:
    """The first link of this shape; messages take a moment to arrive, so the page is asked for again where there is none."""
    links = page.eval_on_selector_all(":is(main, aside) a[href]", "all => all.map(it => it.href)")
    paths = [parts.path + (f"?{parts.query}" if parts.query else "") for parts in map(urlsplit, links)]
    found = next((path for path in paths if fnmatch(path, pattern.replace("?", "[?]"))), None)
    if not found:
        page.reload()
    return found


def _press(page: Page, stop: Sent, person: str) -> None:
    fill(page, {name: value.format(person=person) for name, value in stop.fields.items()})
    if isinstance(stop, Refused):
        page.locator(PRIMARY).first.click()
        page.wait_for_selector("#fehler")
    else:
        send(page)
