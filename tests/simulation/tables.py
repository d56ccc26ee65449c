"""Tables in memory that can take back what a transaction did."""

from collections.abc import Hashable
from typing import Any, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
_ABSENT: Any = object()

Journal = list[tuple[dict[Any, Any], Any, Any]]


class Table(dict[K, V], Generic[K, V]):
    """A dict whose changes by `put` and `drop` are noted in the journal of its database."""

    def __init__(self, journal: Journal) -> None:
        super().__init__()
        self._journal = journal

    def put(self, key: K, value: V) -> None:
        """Insert or replace."""
        self._journal.append((self, key, self.get(key, _ABSENT)))
        self[key] = value

    def drop(self, key: K) -> None:
        """Delete the key if it is there."""
        if key in self:
            self._journal.append((self, key, self.pop(key)))


def take_back(journal: Journal) -> None:
    """Undo everything in the journal, the latest first, and empty it."""
    while journal:
        table, key, before = journal.pop()
        if before is _ABSENT:
            table.pop(key, None)
        else:
            table[key] = before
