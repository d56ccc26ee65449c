"""One walk through a flow, what it left, and how that differs from a walk during which nobody died."""

from collections import Counter
from concurrent.futures import Executor, Future
from dataclasses import dataclass

from tests.kill_points.flows import Step
from tests.kill_points.ground import Ground


@dataclass(frozen=True)
class Ending:
    """What a walk left: how many rows more than before each table has, and how many messages each address got."""

    rows: Counter[str]
    messages: tuple[int, ...]


class Walk:
    """A walk; what was there before it is looked at here, so that it must be made when everything is settled."""

    def __init__(self, ground: Ground, step: Step) -> None:
        self._ground = ground
        self._step = step
        self._rows = ground.books.rows()
        self._letters = [ground.letters(address) for address in step.addresses]
        self._acting: Future[object] | None = None

    def begin(self, actors: Executor) -> None:
        """Let somebody act."""
        self._acting = actors.submit(self._step.act)

    def ending(self) -> Ending:
        """What it left so far. A message that came twice counts once."""
        rows = self._ground.books.rows()
        rows.subtract(self._rows)
        messages = tuple(len(letters) for letters in self._new_letters())
        return Ending(Counter({table: more for table, more in rows.items() if more}), messages)

    def repeats(self) -> int:
        """How often a message came once more under the same Message-ID (or with the same text, by SMS)."""
        return sum(letters.total() - len(letters) for letters in self._new_letters())

    def came_too_often(self) -> list[str]:
        """Messages that came more than once more: even a sender that died repeats each of them once only."""
        return [f"{key} came {n} times" for letters in self._new_letters() for key, n in letters.items() if n > 2]

    def has_ended(self) -> bool:
        """Whether all was done, everybody heard of it, and nothing moves any more."""
        return self._is_done() and all(self.ending().messages) and self._ground.is_settled()

    def has_ended_as(self, expected: Ending) -> bool:
        """Whether it ended, and as expected."""
        return self._is_done() and self.ending() == expected and not self._ground.books.moving()

    def difference(self, expected: Ending) -> str:
        """What is different from what was expected, in words."""
        ending = self.ending()
        rows = {
            table: f"{ending.rows[table]:+d} instead of {expected.rows[table]:+d}"
            for table in sorted(ending.rows | expected.rows)
            if ending.rows[table] != expected.rows[table]
        }
        wrong = [f"{table} {what}" for table, what in rows.items()]
        if ending.messages != expected.messages:
            wrong.append(f"messages {ending.messages} instead of {expected.messages}")
        return "; ".join([*self._refusal(), *wrong, *self._ground.books.moving()])

    def _is_done(self) -> bool:
        """Raises what the caller was told, if that was a refusal."""
        return bool(self._acting and self._acting.done() and (self._acting.result(), True))

    def _refusal(self) -> list[str]:
        error = self._acting.exception() if self._acting and self._acting.done() else None
        return [f"the caller was told: {error}"] if error else []

    def _new_letters(self) -> list[Counter[str]]:
        return [
            self._ground.letters(address) - before
            for address, before in zip(self._step.addresses, self._letters, strict=True)
        ]
