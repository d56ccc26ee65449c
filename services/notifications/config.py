"""The settings of notifications."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast
from urllib.parse import urlsplit

from flask import current_app
from nacl.secret import SecretBox
from werkzeug.local import LocalProxy

from shared.config import Environment, WrongSetting
from shared.seals import column_box
from shared.service import ServiceConfig

#: Money is counted in ten-thousandths of a euro.
EURO = 10_000
#: What one part of an SMS costs by country where nobody says otherwise: rather too much than too little.
PRICES = {"49": 800}
#: What keeps messages on the mailbox page instead of sending them.
MAILBOX = "mailbox://"

_LONGEST_SMS_SENDER = 11


@dataclass(frozen=True, kw_only=True)
class Config(ServiceConfig):
    """What every service needs, and the ways out and in.

    `mail_url`: smtp://, smtp+starttls:// or smtps://[user:password@]host[:port]. `sms_url`: kannel+http(s)://user:password@host:port.
    Either may be mailbox://. `mail_sender` is an address; `sms_sender` a name of up to 11 symbols or a number. `receipts_url` is
    where the SMS gateway reaches this service. `sms_answers_to` is the number that takes answers by SMS, or the sender itself
    where that does; None where nothing takes them, so that messages don't ask for any. `sms_prices` are per part by country
    prefix; prices and caps in ten-thousandths of a euro.
    """

    mail_url: str
    mail_sender: str
    sms_url: str
    sms_sender: str
    receipts_url: str
    sms_answers_to: str | None = None
    sms_prices: Mapping[str, int] = field(default_factory=lambda: dict(PRICES))
    sms_cost_a_day: int = 50 * EURO
    sms_cost_a_month: int = 500 * EURO
    sms_a_day_to_range: int = 200

    def sms_price(self, number: str) -> int:
        """What one part of an SMS to a number (E.164) costs, in ten-thousandths of a euro; as much as the dearest where nobody
        knows."""
        fitting = [prefix for prefix in self.sms_prices if number.lstrip("+").startswith(prefix)]
        return self.sms_prices[max(fitting, key=len)] if fitting else max(self.sms_prices.values())

    @classmethod
    def own_settings(cls, env: Environment) -> dict[str, Any]:
        """MAIL_URL, MAIL_SENDER, SMS_URL, SMS_SENDER, SMS_RECEIPTS_URL, SMS_ANSWERS_TO, SMS_PRICES, SMS_EUROS_A_DAY and _A_MONTH,
        SMS_A_DAY_TO_RANGE. In a demo (DEMO=on) nothing leaves the machine unless it is asked to."""
        kept = MAILBOX if env.flag("DEMO", default=False) else None
        sms_url, sms_sender = _url(env, "SMS_URL", kept, {"kannel+http", "kannel+https"}), _sms_sender(env)
        # A name can't be answered; the mailbox page takes answers to anybody.
        takes_answers = sms_sender.lstrip("+").isdigit() or sms_url == MAILBOX
        return {
            "mail_url": _url(env, "MAIL_URL", kept, {"smtp", "smtp+starttls", "smtps"}),
            "mail_sender": env.text("MAIL_SENDER", f"mitteilungen@{urlsplit(env.url('BASE_URL')).hostname}"),
            "sms_url": sms_url,
            "sms_sender": sms_sender,
            "sms_answers_to": env.optional("SMS_ANSWERS_TO") or (sms_sender if takes_answers else None),
            "sms_prices": _prices(env),
            "sms_cost_a_day": env.integer("SMS_EUROS_A_DAY", 50) * EURO,
            "sms_cost_a_month": env.integer("SMS_EUROS_A_MONTH", 500) * EURO,
            "sms_a_day_to_range": env.integer("SMS_A_DAY_TO_RANGE", 200),
            "receipts_url": env.url("SMS_RECEIPTS_URL", env.url("BASE_URL")).rstrip("/"),
        }

    @property
    def keeps_letters(self) -> bool:
        """Whether there is a mailbox page."""
        return MAILBOX in {self.mail_url, self.sms_url}

    @cached_property
    def box(self) -> SecretBox:
        """What encrypts addresses and facts in this service's tables."""
        return column_box(self.column_key)

    @property
    def mail_domain(self) -> str:
        """The right-hand side of our Message-IDs."""
        return self.mail_sender.rpartition("@")[2]


def _url(env: Environment, name: str, default: str | None, schemes: set[str]) -> str:
    url = env.url(name, default)
    parts = urlsplit(url)
    if url != MAILBOX and (parts.scheme not in schemes or not parts.hostname):
        raise WrongSetting(
            f"{name} must begin with one of {', '.join(sorted(schemes))} and name a host, or be {MAILBOX}."
        )
    return url


def _prices(env: Environment) -> Mapping[str, int]:
    told = env.optional("SMS_PRICES")
    if not told:
        return PRICES
    pairs = [one.strip().partition("=") for one in told.split(",")]
    if not all(prefix.isdecimal() and price.isdecimal() and int(price) for prefix, _, price in pairs):
        raise WrongSetting("SMS_PRICES looks like 49=800,43=950: prefix=ten-thousandths of a euro a part.")
    return {prefix: int(price) for prefix, _, price in pairs}


def _sms_sender(env: Environment) -> str:
    sender = env.text("SMS_SENDER", "HIR Harburg")
    if not sender.isascii() or (len(sender) > _LONGEST_SMS_SENDER and not sender.lstrip("+").isdigit()):
        raise WrongSetting(f"SMS_SENDER is a number, or a name of at most {_LONGEST_SMS_SENDER} ASCII symbols.")
    return sender


#: The settings of the app that answers this request.
config = cast(Config, LocalProxy(lambda: current_app.extensions["config"]))
