"""People with a browser, and what they do in it: fill in a form, press its button, wait for news, sign in."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Literal

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, StorageState, ViewportSize

from tests.waiting import until

PRIMARY = "main form button.kern-btn--primary"
#: Forms ask for a few seconds of patience, to keep robots out. Tests press again until it has been enough.
PATIENCE = 20
#: Seconds that news may take from one service to a page of another.
ARRIVAL = 60
PAUSE = 0.5
PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1280, "height": 900}


@contextmanager
def somebody(
    browser: Browser,
    screen: ViewportSize,
    language: str,
    *,
    javascript: bool = True,
    kept: StorageState | None = None,
) -> Iterator[Page]:
    """A new person with a browser in their language, or somebody who comes back with the cookies that were `kept`. It must
    have nothing to complain about until they are done."""
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        # A page that was refused or isn't there is one of the pages to look at.
        is_the_page_itself = message.text.startswith("Failed to load resource") and message.location["url"] == page.url
        if message.type in ("error", "warning") and not is_the_page_itself:
            complaints.append(f"{message.text} ({message.location})")

    with browser.new_context(
        viewport=screen,
        is_mobile=screen == PHONE,
        locale=language,
        java_script_enabled=javascript,
        storage_state=kept,
    ) as context:
        page = context.new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
    assert not complaints, complaints


def fill(page: Page, fields: Mapping[str, str]) -> None:
    """Fill in the form on this page. A box to tick or a choice takes its value."""
    for name, value in fields.items():
        field = page.locator(f"[name='{name}']")
        closed = page.locator("details:not([open])").filter(has=field)
        while closed.count():
            closed.first.locator("> summary").click()
        match field.first.evaluate("it => it.type || it.localName"):
            case "radio" | "checkbox":
                page.locator(f"[name='{name}'][value='{value}']").check()
            case "select-one":
                field.select_option(value)
            case _:
                field.fill(value)


def send(page: Page, button: str = PRIMARY) -> None:
    """Press the form's button, again where it asks for more time. Raises AssertionError when it stays refused."""
    until(lambda: _is_taken(page, button), "the form to be taken", PATIENCE, PAUSE)


def appears(page: Page, look: Callable[[], object], what: str) -> None:
    """Ask for the page again until what `look` looks for is on it. Raises AssertionError when it takes too long."""

    def is_there() -> bool:
        if look():
            return True
        page.reload()
        return False

    until(is_there, f"{what} on {page.url}", ARRIVAL, PAUSE)


def press(page: Page, name: str, role: Literal["button", "link"] = "button") -> None:
    """Press the one button, or follow the one link, of this name."""
    _named(page, name, role).click()
    page.wait_for_load_state("load")


def sign_in(page: Page, base_url: str, account: Mapping[str, str]) -> None:
    """Sign a member of staff in through the console's door."""
    page.goto(f"{base_url}/intern/anmelden")
    fill(page, account)
    page.locator(PRIMARY).first.click()
    page.wait_for_url(f"{base_url}/intern/")


def _is_taken(page: Page, button: str) -> bool:
    page.locator(button).first.click()
    page.wait_for_load_state("load")
    wrong = page.locator("#fehler a")
    assert not wrong.count(), f"{page.url}: {wrong.all_inner_texts()}"
    return not page.locator("#fehler").count()


def _named(page: Page, name: str, role: Literal["button", "link"]) -> Locator:
    return page.locator("main, aside").get_by_role(role, name=name, exact=True)
