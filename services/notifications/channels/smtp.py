"""E-mail by SMTP, over one connection that stays open. While the server works on one letter the next is made ready."""

import smtplib
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from services.notifications.channels.letter import Later, Letter, Outcome, Refused
from services.notifications.channels.mime import as_data
from services.notifications.channels.smtp_line import Envelope, Gone, Line
from services.notifications.config import Config


class Smtp:
    """The mail server behind MAIL_URL."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._line: Line | None = None

    def send_all(self, letters: Iterable[Letter]) -> Iterator[tuple[Letter, Outcome]]:
        """See Channel: taken (None), Later, Refused, or Unclear for a text that got no answer."""
        queue = _Queue(self._config, letters)
        while queue.has_more():
            try:
                yield from _talk(self._opened(), queue)
            except (Gone, OSError, smtplib.SMTPException) as error:
                away = Later(f"mail server: {type(error.__cause__ or error).__name__}", is_away=True)
                yield from ((letter, away) for letter in queue.rest())
        yield from queue.unfit

    def close(self) -> None:
        """Say goodbye to the server."""
        line, self._line = self._line, None
        if line is not None:
            line.close()

    def _opened(self) -> Line:
        if self._line is None or not self._line.is_open:
            self._line = Line(self._config.mail_url, self._config.mail_domain)
        return self._line


@dataclass(frozen=True, slots=True)
class _Ready:
    """A letter that can go: its envelope, and its text as it stands on the wire."""

    letter: Letter
    envelope: Envelope
    text: bytes


class _Queue:
    """Letters, made ready when their turn comes; those that a lost connection left behind come first again.

    `unfit` are those that can't be written as mail, with the reason.
    """

    def __init__(self, config: Config, letters: Iterable[Letter]) -> None:
        self.unfit: list[tuple[Letter, Outcome]] = []
        self._config = config
        self._letters = iter(letters)
        self._first: deque[_Ready] = deque()

    def has_more(self) -> bool:
        """Whether there is another letter."""
        self.put_back(self.next())
        return bool(self._first)

    def next(self) -> _Ready | None:
        """The next letter, or None."""
        if self._first:
            return self._first.popleft()
        for letter in self._letters:
            try:
                return _Ready(letter, Envelope(self._config.mail_sender, letter.to), as_data(self._config, letter))
            except Exception as error:  # an address that the library stumbles over must not stop the others
                self.unfit.append((letter, Refused(f"no mail can be made of it: {type(error).__name__}")))
        return None

    def put_back(self, *left_behind: _Ready | None) -> None:
        """Nothing of these was taken."""
        self._first.extendleft(ready for ready in reversed(left_behind) if ready)

    def rest(self) -> Iterator[Letter]:
        """All that are left."""
        while self._first:
            yield self._first.popleft().letter
        yield from self._letters


def _talk(line: Line, queue: _Queue) -> Iterator[tuple[Letter, Outcome]]:
    """Hand over what is queued until the connection is lost. Raises Gone where nothing was ever answered on it."""
    admitted, current = None, queue.next()
    while admitted or current:
        line.write(admitted.text if admitted else b"", current.envelope if current else None)
        upcoming = queue.next()
        if admitted:
            yield admitted.letter, line.judge_text()
        admitted = None
        if current:
            try:
                refusal = line.judge_envelope(current.envelope)
            except Gone:
                queue.put_back(current, upcoming)
                if not line.answered:
                    raise
                return
            if refusal:
                yield current.letter, refusal
            else:
                admitted = current
        current = upcoming
