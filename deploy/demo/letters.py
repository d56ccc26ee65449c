"""Letters and short messages in the form that the mailbox page and its JSON show."""

import email
import email.policy
import re
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from typing import Any

from deploy.demo.short_messages import ShortMessage

_LINK = re.compile(r"https?://[^\s<>\"]+")
_CODE = re.compile(r"(?<![\w+/-])\d{6}(?![\w/-])")


@dataclass(frozen=True, slots=True)
class Letter:
    """An e-mail as SMTP handed it over."""

    recipients: tuple[str, ...]
    raw: bytes


def shown(message: Letter | ShortMessage, sent_at: datetime) -> dict[str, Any]:
    """`message` as the mailbox shows it: its links, and the six-digit code where it has one.

    A short message has no subject and no HTML and does not say its language.
    """
    if isinstance(message, ShortMessage):
        start = {"channel": "sms", "to": message.to, "subject": None, "html": None, "language": None}
        return {**start, **_content(message.text, sent_at)}
    letter = email.message_from_bytes(message.raw, policy=email.policy.default)
    return {
        "channel": "email",
        "to": ", ".join(message.recipients),
        "subject": str(letter["Subject"] or ""),
        "html": _part(letter, "html"),
        "language": letter["Content-Language"],
        **_content(_part(letter, "plain") or "", sent_at),
    }


def _part(letter: EmailMessage, kind: str) -> str | None:
    part = letter.get_body((kind,))
    return None if part is None else str(part.get_content())


def _content(text: str, sent_at: datetime) -> dict[str, Any]:
    links = [link.rstrip(".,;:)") for link in _LINK.findall(text)]
    code = _CODE.search(_LINK.sub("", text))
    return {"text": text, "links": links, "code": code.group() if code else None, "sent_at": sent_at.isoformat()}
