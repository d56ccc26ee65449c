"""Pictures of every e-mail, and every SMS as text."""

from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser

from services.notifications.config import MAILBOX, Config
from services.notifications.models import AUTHOR, SMS
from services.notifications.rendering import MESSAGES
from tests.backbone import seals_of
from tests.notifications.test_messages import PUBLIC_HOST, letter_of
from tests.screenshots.camera import HEIGHT, WIDTHS, Picture
from tests.web.conftest import web_settings


def pictures(browser: Browser, language: str, out: Path) -> Iterator[Picture]:
    """The e-mails in this language, as their author or participant gets them."""
    config = _config()
    with browser.new_context() as context:
        page = context.new_page()
        for message in sorted(MESSAGES):
            page.set_content(letter_of(config, message, language, role=AUTHOR).html)
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": HEIGHT})
                file = f"mail-{message}-{language}-{width}.png"
                page.screenshot(path=out / file, full_page=True)
                yield Picture("messages", file)


def texts(language: str) -> Iterator[tuple[str, str]]:
    """(message, text) of every SMS in this language."""
    config = _config()
    for message in sorted(MESSAGES):
        yield message, letter_of(config, message, language, SMS, AUTHOR).text


def _config() -> Config:
    """Settings that are worth nothing: letters are rendered, not sent."""
    return Config(
        database_url="sqlite://",
        amqp_url="memory://",
        seals=seals_of("notifications"),
        column_key="a column key for pictures",
        link_key="a link key for pictures",
        web=web_settings(base_url=PUBLIC_HOST),
        mail_url=MAILBOX,
        mail_sender="mitteilungen@mitsprache.example",
        sms_url=MAILBOX,
        sms_sender="HIR Harburg",
        sms_countries=frozenset({49}),
        receipts_url="http://localhost",
    )
