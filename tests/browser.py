"""The browser that tests and pictures use: Debian's Chromium."""

from playwright.sync_api import Browser, Playwright

EXECUTABLE = "/usr/bin/chromium"
_QUIET = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-gpu",
)


def launch(playwright: Playwright) -> Browser:
    """A headless browser that talks to nobody but the pages under test."""
    return playwright.chromium.launch(executable_path=EXECUTABLE, args=list(_QUIET))
