"""What the checker looks at when everything has come to rest: what clients were told, what providers got, what is stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.truth import Handed

Row = Mapping[str, Any]
#: The rows of one database by table.
Tables = Mapping[str, Sequence[Row]]


@dataclass(frozen=True, slots=True)
class Told:
    """One 2xx that a client got: what it was about. `unclear` counts the tries before it that nobody answered."""

    at: float
    client: str
    action: str
    about: Mapping[str, str]
    unclear: int = 0


@dataclass(frozen=True)
class Evidence:
    """`handled` are the names of events that each service has handlers for, `pairs` who hears whom. `digests` are the
    business tables before and after the whole log was sent again, by service and table."""

    told: Sequence[Told]
    handed: Sequence[Handed]
    databases: Mapping[str, Tables]
    handled: Mapping[str, frozenset[str]]
    pairs: Mapping[str, Sequence[str]]
    stuck: Sequence[str] = ()
    digests: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    handed_again: int = 0

    def rows(self, service: str, table: str) -> Sequence[Row]:
        """The rows of one table."""
        return self.databases[service][table]

    def told_of(self, *actions: str) -> list[Told]:
        """What clients were told of these actions, in order."""
        return [told for told in self.told if told.action in actions]
