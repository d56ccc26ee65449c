"""Every page of the demo, in every language, as everybody meets it: narrow, by keyboard, read aloud, right to left."""

import re
from collections.abc import Iterator

import pytest
from babel.messages.pofile import read_po
from playwright.sync_api import Browser, Page, Request

from shared.web.i18n import LANGUAGES, offered
from tests.architecture.tree import ROOT, SERVICES
from tests.e2e.crawl import crawl, member_of_staff, own_texts, shape_of, visitor
from tests.e2e.fitness import unfit
from tests.embedded import Embedded
from tests.screenshots.messages import letters
from tests.screenshots.pages import WAYS
from tests.screenshots.walking import Site, visits
from tests.screenshots.ways import At, Sent, Way

#: Bytes that the first page may cost somebody who pays for each megabyte.
FIRST_PAGE = 100_000
#: Letters beyond those of Western Europe come on top, in fonts that browsers keep: two weights of at most 17 kB.
MORE_LETTERS = 36_000
WESTERN = ("de", "de-simple", "en")
ROLES = ("admin", "clerk", "moderator", "member", "chair", "privacy", "door")
SPOKEN = tuple(language.tag for language in offered())
THOROUGHLY = ("de", "ar")
FOREIGN = tuple(tag for tag in SPOKEN if LANGUAGES[tag].locale != "de")
#: German that no sentence of another language has in it, and no name of an authority either.
GERMAN = re.compile(r"\b(nicht|das|ist|sind|wird|werden|haben|können|bitte|wenn|eine|Sie|Ihre?|wir|noch)\b")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """The demo, running."""
    running = Embedded(tmp_path_factory.mktemp("pages") / "demo", demo=True).start(300)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def site(demo: Embedded) -> Site:
    """Where it runs, and who may sign in."""
    return Site(demo.base_url, demo.folder / "demo-staff.json")


def ways() -> Iterator[object]:
    """Every way in German and from right to left; in the other languages, which look like one of these, the pages that
    everybody sees without sending a form. What any of them says is looked at below, in all."""
    for language in SPOKEN:
        for way in WAYS:
            is_for_all = not way.role and not any(isinstance(stop, Sent) for stop in way.stops)
            if language in THOROUGHLY or is_for_all:
                last = way.stops[-1]
                yield pytest.param(way, language, id=f"{language} {last.path if isinstance(last, At) else last.name}")


@pytest.mark.parametrize(("way", "language"), ways())
def test_a_page_is_for_everybody(browser: Browser, site: Site, way: Way, language: str) -> None:
    # Visiting alone already fails where the browser complains: a script, a style sheet, the security policy.
    faults = [
        f"{name}: {fault}" for name, page in visits(browser, site, way, language) for fault in _faults(page, language)
    ]

    assert faults == []


@pytest.mark.parametrize("language", SPOKEN)
def test_an_email_is_for_everybody(browser: Browser, language: str) -> None:
    faults = [f"{name}: {fault}" for name, page in letters(browser, language) for fault in unfit(page)]

    assert faults == []


@pytest.mark.parametrize("role", ROLES)
def test_every_link_that_staff_meet_answers(demo: Embedded, role: str) -> None:
    answers = crawl(demo.base_url, member_of_staff(demo, role, "de"), "/intern/")

    assert len(answers) > 3
    assert [answer for answer in answers if answer.status >= 400] == []


def test_every_link_that_visitors_meet_answers_and_every_page_is_looked_at(demo: Embedded) -> None:
    answers = crawl(demo.base_url, visitor("de"), "/") + crawl(demo.base_url, visitor("de"), "/postfach")
    seen = {shape_of(answer.path).partition("?")[0] for answer in answers if answer.html}

    assert [(it.path, it.linked_from, it.status) for it in answers if it.status >= 400] == []
    assert seen - _pictured() == set()


@pytest.mark.parametrize("language", FOREIGN)
def test_no_german_of_ours_is_left_on_a_page(demo: Embedded, language: str) -> None:
    answers = crawl(demo.base_url, visitor(language), "/") + crawl(
        demo.base_url, member_of_staff(demo, "admin", language), "/intern/"
    )
    untranslated = _german_sentences(language)

    left = {(it.path, text) for it in answers for text in own_texts(it, language) if _is_german(text, untranslated)}
    assert left == set()


@pytest.mark.parametrize("language", SPOKEN)
def test_the_first_page_is_light(browser: Browser, demo: Embedded, language: str) -> None:
    with browser.new_context(locale=language) as context:
        page = context.new_page()
        answered: list[Request] = []
        page.on("requestfinished", lambda it: answered.append(it))  # noqa: PLW0108 - a method of a list can't be listened with
        page.goto(demo.base_url, wait_until="networkidle")
        sizes = {it.url: it.sizes()["responseHeadersSize"] + it.sizes()["responseBodySize"] for it in answered}

    assert sum(sizes.values()) <= FIRST_PAGE + (0 if language in WESTERN else MORE_LETTERS), sizes


def _faults(page: Page, language: str) -> Iterator[str]:
    html = page.locator("html")
    direction = "rtl" if language in ("ar", "fa") else "ltr"
    if (html.get_attribute("lang"), html.get_attribute("dir")) != (language, direction):
        yield "lang or dir"
    page.keyboard.press("Tab")
    if page.evaluate("document.activeElement.className") != "site-skip":
        yield "the first Tab doesn't offer to skip to the content"
    yield from unfit(page)


def _pictured() -> set[str]:
    """The shapes of all pages on the ways that are looked at one by one."""
    paths = [stop.path for way in WAYS for stop in way.stops if isinstance(stop, At)]
    return {re.sub(r"\*(-\*)*", "*", path).partition("?")[0] for path in paths}


def _german_sentences(tag: str) -> set[str]:
    """The msgids that say something else in this language."""
    language = LANGUAGES[tag]
    said = {}
    for base in ("shared/web", *(f"services/{service}" for service in SERVICES)):
        with (ROOT / base / "translations" / language.folder / "LC_MESSAGES" / "messages.po").open("rb") as file:
            said |= {it.id: it.string for it in read_po(file, language.locale) if isinstance(it.id, str)}
    return {" ".join(german.split()) for german, other in said.items() if german != other}


def _is_german(text: str, untranslated: set[str]) -> bool:
    return text in untranslated or GERMAN.search(text) is not None
