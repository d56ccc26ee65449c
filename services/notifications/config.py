"""The settings of notifications."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast
from urllib.parse import urlsplit

from flask import current_app
from nacl.secret import SecretBox
from werkzeug.local import LocalProxy

from shared.config import Environment, WrongSetting
from shared.seals import column_box
from shared.service import ServiceConfig

#: What keeps messages on the mailbox page instead of sending them.
MAILBOX = "mailbox://"

_LONGEST_SMS_SENDER = 11


@dataclass(frozen=True, kw_only=True)
class Config(ServiceConfig):
    """What every service needs, and the ways out and in.

    `mail_url`: smtp://, smtp+starttls:// or smtps://[user:password@]host[:port]. `sms_url`: kannel+http(s)://user:password@host:port.
    Either may be mailbox://. `mail_sender` is an address; `sms_sender` a name of up to 11 symbols or a number. `receipts_url` is
    where the SMS gateway reaches this service. `sms_answers_to` is the number that takes answers by SMS, or the sender itself
    where that does; None where nothing takes them, so that messages don't ask for any.
    """

    mail_url: str
    mail_sender: str
    sms_url: str
    sms_sender: str
    receipts_url: str
    sms_answers_to: str | None = None

    @classmethod
    def own_settings(cls, env: Environment) -> dict[str, Any]:
        """MAIL_URL, MAIL_SENDER, SMS_URL, SMS_SENDER, SMS_RECEIPTS_URL, SMS_ANSWERS_TO. In a demo (DEMO=on) nothing leaves the
        machine unless it is asked to."""
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


def _sms_sender(env: Environment) -> str:
    sender = env.text("SMS_SENDER", "HIR Harburg")
    if not sender.isascii() or (len(sender) > _LONGEST_SMS_SENDER and not sender.lstrip("+").isdigit()):
        raise WrongSetting(f"SMS_SENDER is a number, or a name of at most {_LONGEST_SMS_SENDER} ASCII symbols.")
    return sender


#: The settings of the app that answers this request.
config = cast(Config, LocalProxy(lambda: current_app.extensions["config"]))
