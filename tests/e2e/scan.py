"""Looking for a person everywhere: in every row of every database, opened with the keys, and in every byte of every file."""

import base64
import json
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox
from nacl.secret import SecretBox

from shared.seals import column_box
from tests.architecture.tree import SERVICES
from tests.embedded import Embedded


def hits(system: Embedded, words: Sequence[str]) -> list[str]:
    """Where any of these words stands, whatever its capitals; each place once."""
    keys = json.loads((system.folder / "keys.json").read_text(encoding="utf-8"))
    sealed_for = [_private_keys(keys["services"][service]) for service in SERVICES]
    found = set()
    for service in SERVICES:
        box = column_box(keys["services"][service]["COLUMN_KEY"])
        for place, content in _cells(system.folder / f"{service}.sqlite"):
            if any(word in text for text in _readings(content, box, sealed_for) for word in words):
                found.add(f"{service}: {place}")
    for file in _files(system):
        content = file.read_bytes().lower()
        found |= {f"file {file.name}" for word in words if word.encode() in content}
    return sorted(found)


def _cells(path: Path) -> Iterator[tuple[str, Any]]:
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            rows = database.execute(f'SELECT * FROM "{table}"')
            columns = [column[0] for column in rows.description]
            for row in rows:
                yield from ((f"{table}.{column}", cell) for column, cell in zip(columns, row, strict=True))


def _readings(cell: Any, box: SecretBox, sealed_for: Sequence[Sequence[PrivateKey]]) -> Iterator[str]:
    """What stands in a cell: as it is, decrypted, and unsealed by whomever it is for."""
    if isinstance(cell, bytes):
        yield cell.decode(errors="replace").casefold()
        try:
            yield box.decrypt(cell).decode(errors="replace").casefold()
        except (CryptoError, ValueError):
            return
    elif isinstance(cell, str):
        yield cell.casefold()
        yield from (text.casefold() for text in _unsealed(cell, sealed_for))


def _unsealed(text: str, sealed_for: Sequence[Sequence[PrivateKey]]) -> Iterator[str]:
    if '"box"' not in text:
        return
    for part in json.loads(text).values():
        for key in (key for keys in sealed_for for key in keys):
            try:
                yield SealedBox(key).decrypt(base64.b64decode(part["box"])).decode()
            except (CryptoError, ValueError):
                continue


def _private_keys(own: dict[str, str]) -> list[PrivateKey]:
    return [PrivateKey(base64.b64decode(key)) for key in json.loads(own["SEAL_PRIVATE_KEYS"]).values()]


def _files(system: Embedded) -> Iterator[Path]:
    yield from (file for file in system.folder.rglob("*") if file.is_file())
    yield system.folder.parent / f"{system.folder.name}.log"
