"""What a channel gets to send, and how it says that it couldn't."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
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
    or letters that stand in the text, `links` its addresses; `traceparent` leads back to the request that caused it.
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
    traceparent: str | None = None


class CannotSend(Exception):
    """Base of what a channel says on purpose; the message never contains an address."""


class Later(CannotSend):
    """It wasn't taken, but may be another time: the provider asks for patience, or `is_away` altogether."""

    def __init__(self, reason: str, *, is_away: bool = False) -> None:
        super().__init__(reason)
        self.is_away = is_away


class Refused(CannotSend):
    """It will never be taken: the address, the content or our account is wrong."""


class Unclear(CannotSend):
    """The connection broke between handing over and the answer: perhaps it was taken."""


#: What became of a letter: it was taken, in so many SMS parts (None for e-mail), or it wasn't.
Outcome = int | None | CannotSend


class Channel(Protocol):
    """A way out. It is used by one thread at a time and may keep its connection open between letters."""

    def send_all(self, letters: Iterable[Letter]) -> Iterator[tuple[Letter, Outcome]]:
        """Hand them over, and tell of each what became of it. Letters are asked for when their turn comes."""
        ...

    def close(self) -> None:
        """Give the connection back."""
        ...


class OneByOne(ABC):
    """A channel that waits for the answer to each letter before it hands over the next."""

    @abstractmethod
    def send(self, letter: Letter) -> int | None:
        """Hand it over and return the number of SMS parts (None for e-mail). Raises Later, Refused or Unclear."""

    def send_all(self, letters: Iterable[Letter]) -> Iterator[tuple[Letter, Outcome]]:
        """See Channel. Where the provider is away the rest needn't find out one by one."""
        away: Later | None = None
        for letter in letters:
            outcome = away or self._outcome(letter)
            if isinstance(outcome, Later) and outcome.is_away:
                away = outcome
            yield letter, outcome

    def _outcome(self, letter: Letter) -> Outcome:
        try:
            return self.send(letter)
        except CannotSend as error:
            return error
