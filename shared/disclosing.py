"""Telling a person what a service holds of them: in words for reading, and as data to take along, sealed for notifications."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from shared import ids
from shared.events.disclosure import Disclosed, Disclosure
from shared.events.notifications import AccessRequested
from shared.messaging import outbox

#: Characters of one part: sealed and written as text it grows by a third, by more where letters take several bytes.
_PART = 12_000


@dataclass(frozen=True, slots=True)
class Record:
    """One thing that is held: what it is called, its `rows` of name and words, and the same as `data`, JSON-ready.

    Rows without words are not told.
    """

    title: str
    rows: list[tuple[str, str | None]]
    data: dict[str, Any]


@dataclass
class _Part:
    """What the event of one part happens to; nothing is stored of it."""

    id: UUID
    version: int = 0


def disclose(session: Session, shape: type[Disclosure], asked: AccessRequested, records: Iterable[Record]) -> None:
    """Answer with all these records, in as many events of `shape` as it takes. Copies go by the request's `copy_id`."""
    parts = list(_packed(records)) or ["[]"]
    for number, part in enumerate(parts, 1):
        fact = shape(request_id=asked.request_id, part=number, parts=len(parts))
        about = _Part(ids.derived(asked.request_id, str(number)))
        outbox.add(session, about, fact, private={"notifications": Disclosed(records=part)}, subject_id=asked.copy_id)


def read(records: str) -> list[Record]:
    """What `disclose` sent."""
    return [Record(**told | {"rows": [(name, words) for name, words in told["rows"]]}) for told in json.loads(records)]


def _packed(records: Iterable[Record]) -> Iterator[str]:
    packed: list[str] = []
    for record in records:
        told = {"rows": [(name, words) for name, words in record.rows if words]}
        written = json.dumps(asdict(record) | told, ensure_ascii=False, default=str)
        if packed and sum(map(len, packed)) + len(written) > _PART:
            yield f"[{','.join(packed)}]"
            packed = []
        packed.append(written)
    if packed:
        yield f"[{','.join(packed)}]"
