"""Walking the ways of `pages` in one language and taking pictures on them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from secrets import token_hex
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page

from tests.e2e.people import PRIMARY, fill, send, sign_in
from tests.screenshots.pages import ALSO_DARK, At, Refused, Sent, Way
from tests.waiting import until

WIDTHS = (360, 1280)
HEIGHT = 800
#: What a browser with these wishes shows: (name, colour scheme, forced colours).
SCHEMES = (("light", "light", "none"), ("dark", "dark", "none"), ("forced", "light", "active"))


_RUN = token_hex(3)


@dataclass(frozen=True, slots=True)
class Site:
    """Where the pages are, and the file with staff accounts that opens the console."""

    base_url: str
    staff: Path | None


@dataclass(frozen=True, slots=True)
class Picture:
    """One file in the folder of pictures."""

    subject: str
    file: str


def walk(browser: Browser, site: Site, way: Way, language: str, out: Path) -> Iterator[Picture]:
    """Take the pictures along one way. Raises AssertionError where a page is not to be found."""
    with _page(browser, site, way, language) as page:
        for stop in way.stops:
            if isinstance(stop, At):
                _go(page, site, stop.path.format(person=_person(language)))
                if stop.is_pictured:
                    yield from _pictures(page, stop.path, language, out)
            else:
                _press(page, stop, language)
                yield from _pictures(page, stop.name, language, out)


@contextmanager
def _page(browser: Browser, site: Site, way: Way, language: str) -> Iterator[Page]:
    with browser.new_context(viewport={"width": WIDTHS[0], "height": HEIGHT}, reduced_motion="reduce") as context:
        page = context.new_page()
        page.goto(f"{site.base_url}/?lang={language}")
        if way.role and site.staff:
            sign_in(page, site.base_url, json.loads(site.staff.read_text(encoding="utf-8"))[way.role])
        yield page


def _go(page: Page, site: Site, path: str) -> None:
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


def _press(page: Page, stop: Sent, language: str) -> None:
    fill(page, {name: value.format(person=_person(language)) for name, value in stop.fields.items()})
    if isinstance(stop, Refused):
        page.locator(PRIMARY).first.click()
        page.wait_for_selector("#fehler")
    else:
        send(page)


def _person(language: str) -> str:
    return f"{language}.{_RUN}"


def _pictures(page: Page, subject: str, language: str, out: Path) -> Iterator[Picture]:
    slug = "".join(sign if sign.isalnum() else "_" for sign in subject.strip("/")) or "start"
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        for scheme, colours, forced in SCHEMES if subject in ALSO_DARK else SCHEMES[:1]:
            page.emulate_media(color_scheme=colours, forced_colors=forced)
            file = f"{slug}-{language}-{width}-{scheme}.png"
            page.screenshot(path=out / file, full_page=True)
            yield Picture(subject, file)
    page.emulate_media(color_scheme="light", forced_colors="none")
