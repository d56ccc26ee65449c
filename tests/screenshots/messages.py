"""Every e-mail as a page to be pictured, and every SMS as text."""

from collections.abc import Iterator

from playwright.sync_api import Browser, Page

from services.notifications.config import MAILBOX, Config
from services.notifications.models import AUTHOR, SMS
from services.notifications.rendering import MESSAGES
from tests.backbone import seals_of
from tests.e2e.people import PHONE, somebody
from tests.notifications.test_messages import PUBLIC_HOST, letter_of
from tests.web.conftest import web_settings


def letters(browser: Browser, language: str) -> Iterator[tuple[str, Page]]:
    """The e-mails in this language, as their author or participant gets them."""
    config = _config()
    with somebody(browser, PHONE, language) as page:
        for message in sorted(MESSAGES):
            page.set_content(letter_of(config, message, language, role=AUTHOR).html)
            yield f"mail-{message}", page


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
        receipts_url="http://localhost",
    )
