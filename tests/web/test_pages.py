"""Pages in a real browser: no axe violation, nothing blocked by the policy, no sideways scrolling, all by keyboard."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from shared.web.static_files import asset
from tests.web.conftest import web_settings
from tests.web.sample.app import create_sample
from tests.web.serving import served

PATHS = (
    "/notiz",
    "/teile",
    "/datenschutz",
    "/barrierefreiheit",
    "/impressum",
    "/nix",
    "/intern/ideen/",
    "/api/sample/v1/docs",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("site")
    with served(create_sample(web_settings(), folder)) as address:
        yield address


@pytest.fixture
def page(browser: Browser, site: str, token: Callable[..., str]) -> Iterator[Page]:
    context = browser.new_context(base_url=site, viewport={"width": 320, "height": 800})
    context.add_cookies([{"name": "staff_token", "value": token(), "url": f"{site}/intern"}])
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("language", ["de", "ar"])
@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_accessible_at_320_pixels(page: Page, path: str, language: str) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))

    page.goto(f"{path}?lang={language}")
    found = Axe().run(page)

    assert found.violations_count == 0, found.generate_report()
    assert [text for text in complaints if "Content Security Policy" in text or "MIME" in text] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("scheme", ["dark", "forced"])
def test_a_page_is_accessible_in_other_colours(browser: Browser, site: str, scheme: str) -> None:
    forced = scheme == "forced"
    with browser.new_context(
        color_scheme="light" if forced else "dark", forced_colors="active" if forced else "none"
    ) as context:
        page = context.new_page()
        for path in ("/notiz", "/teile"):
            page.goto(site + path)
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()


def test_a_form_with_errors_is_accessible_and_works_by_keyboard_without_javascript(browser: Browser, site: str) -> None:
    with browser.new_context(java_script_enabled=False, base_url=site) as context:
        page = context.new_page()
        page.goto("/notiz")
        page.focus("#f-title")
        page.keyboard.type("Mehr Bänke")
        page.keyboard.press("Enter")
        page.locator("#fehler").wait_for()
        assert page.input_value("#f-title") == "Mehr Bänke"
        html = page.content()
    with browser.new_context(base_url=site) as context:
        page = context.new_page()
        page.goto("/notiz")
        page.set_content(html)
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()


def test_the_first_tab_leads_to_the_content(page: Page) -> None:
    page.goto("/teile?lang=de")
    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.textContent") == "Zum Inhalt springen"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "inhalt"


def test_the_console_is_led_by_keys(page: Page) -> None:
    page.goto("/intern/ideen/?lang=de")

    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.textContent") == "Deutschkurse am Abend"
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.textContent") == "Mehr Sitzplätze"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.type") == "search"


def test_the_first_page_is_at_most_100_kilobytes(page: Page) -> None:
    sizes: dict[str, int] = {}
    page.on("response", lambda answer: sizes.update({answer.url: answer.request.sizes()["responseBodySize"]}))

    page.goto("/impressum?lang=de")
    page.wait_for_load_state("networkidle")

    assert sum(sizes.values()) <= 100_000, sizes


def test_assets_are_cached_for_good(site: str) -> None:
    answer = requests.get(site + asset("site.css"), timeout=10)

    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Encoding"] == "gzip"
