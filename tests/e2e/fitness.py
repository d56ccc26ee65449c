"""What every page has to be: readable without moving it sideways, and without anything that axe finds."""

from collections.abc import Iterator

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

NARROW, WIDE, HEIGHT = 320, 1280, 800


def unfit(page: Page) -> Iterator[str]:
    """What axe finds, and whether the page has to be moved sideways to be read. Leaves it narrow."""
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        if (needed := page.evaluate("document.scrollingElement.scrollWidth")) > width:
            yield f"takes {needed} of {width} pixels"
    for violation in Axe().run(page).response["violations"]:
        yield f"{violation['id']}: {[node['target'] for node in violation['nodes']]}"
