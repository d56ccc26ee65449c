"""What a channel gets to send, and how it says that it couldn't."""

from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes along with an e-mail; `media_type` with its parameters."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """One message, rendered for one address. `reference` is the same whenever this message is sent again.

    `html` is empty for an SMS; `stop_url` is set where a mail program may unsubscribe by one click; `code` repeats the six digits
    or letters that stand in the text, `links` its addresses.
    """

    reference: UUID
    channel: str
    to: str
    subject: str
    text: str
    html: str
    language: str
    links: tuple[str, ...] = ()
    code: str | None = None
    stop_url: str | None = None
    attachments: tuple[Attachment, ...] = field(default=())


class CannotSend(Exception):
    """Base of what a channel raises on purpose; the message never contains an address."""


class Later(CannotSend):
    """It wasn't taken, but may be another time: the provider asks for patience, or `is_away` altogether."""

    def __init__(self, reason: str, *, is_away: bool = False) -> None:
        super().__init__(reason)
        self.is_away = is_away


class Refused(CannotSend):
    """It will never be taken: the address, the content or our account is wrong."""


class Unclear(CannotSend):
    """The connection broke between handing over and the answer: perhaps it was taken."""


class Channel(Protocol):
    """A way out. It is used by one thread at a time and may keep its connection open between letters."""

    def send(self, letter: Letter) -> int | None:
        """Hand it over and return the number of SMS parts (None for e-mail). Raises Later, Refused or Unclear."""
        ...

    def close(self) -> None:
        """Give the connection back."""
        ...
