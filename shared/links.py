"""Links that stand for a right: an id and a keyed mark over id, purpose and version, to be rebuilt at any time.

Nothing is stored: raising the row's version takes all its earlier links of that purpose back. A link made for one purpose is
worth nothing for another (the mark covers it).
"""

import base64
from uuid import UUID

from shared.seals import mark, same

_MARK_LENGTH = 32  # hex symbols: 128 bits


def make(key: str, purpose: str, row_id: UUID, version: int = 1) -> str:
    """The token that stands in the link: 22 symbols of id, a dot, 32 of mark."""
    return f"{_short(row_id)}.{mark(key, purpose, row_id, version)[:_MARK_LENGTH]}"


def id_in(token: str) -> UUID | None:
    """The id that a token speaks of, or None where it can't be one. It proves nothing yet: see `holds`."""
    short, dot, _ = token.partition(".")
    if not dot or len(short) != 22:
        return None
    try:
        return UUID(bytes=base64.urlsafe_b64decode(short + "=="))
    except ValueError:
        return None


def holds(key: str, purpose: str, token: str, row_id: UUID, version: int = 1) -> bool:
    """Whether `token` was made by this service for this purpose, row and version; in constant time."""
    return same(token, make(key, purpose, row_id, version))


def _short(row_id: UUID) -> str:
    return base64.urlsafe_b64encode(row_id.bytes).decode().rstrip("=")
