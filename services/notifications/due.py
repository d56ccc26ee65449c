"""What is due, as much of it as a letter is made of. Plain rows, for every letter passes here."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple, Self
from uuid import UUID

from services.notifications.models import Contact, Following, Notification


class Reader(NamedTuple):
    """What a letter needs of its contact."""

    id: UUID
    version: int
    address: bytes
    confirmed_at: datetime | None


class Followed(NamedTuple):
    """What a letter needs of its following."""

    id: UUID
    version: int
    role: str
    topic: str
    topic_id: str
    tracking_code: bytes | None


class Due(NamedTuple):
    """A notification that somebody claimed, with whom it goes to and why."""

    id: UUID
    event_id: UUID
    message: str
    channel: str
    language: str
    facts: bytes | None
    created_at: datetime
    traceparent: str | None
    contact: Reader
    following: Followed

    @classmethod
    def of(cls, row: Sequence[Any]) -> Self:
        """From a row of COLUMNS."""
        return cls._make((*row[:_OWN], Reader._make(row[_OWN:_CONTACTS]), Followed._make(row[_CONTACTS:])))


_OWN = len(Due._fields) - 2
_CONTACTS = _OWN + len(Reader._fields)

#: What a query for them selects.
COLUMNS = (
    *(getattr(Notification, name) for name in Due._fields[:_OWN]),
    *(getattr(Contact, name) for name in Reader._fields),
    *(getattr(Following, name) for name in Followed._fields),
)
