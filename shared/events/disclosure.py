"""What services tell a person about what they hold of them."""

from dataclasses import dataclass
from uuid import UUID

from shared.events.event import Event


@dataclass(frozen=True, kw_only=True)
class Disclosed:
    """Some of what a service holds: JSON, a list of what `shared.disclosing.Record` is made of."""

    records: str


@dataclass(frozen=True, kw_only=True)
class Disclosure(Event):
    """An answer to `access.requested`: `part` of `parts`, counted from 1. Who holds nothing says so in one part."""

    aggregate = "disclosure"
    private = {"notifications": Disclosed}

    request_id: UUID
    part: int
    parts: int
