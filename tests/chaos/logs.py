"""What the processes themselves say that must never happen, whatever breaks around them."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

#: Words at the beginning of an event in the log, and what is wrong with it.
ALARMS = {
    "thread died": "a thread ended by an error that is no outage",
    "security:": "an honest neighbour was taken for a liar",
    "refusing to number": "a database was taken for a restored one",
    "parked": "an event was put aside",
    "box can't be opened": "a private part was lost",
}


def alarms(folder: Path) -> Iterator[str]:
    """What the logs in `folder` say of this kind: once for each place, with the number of times."""
    found = Counter[str]()
    for file in sorted(folder.glob("*.log")):
        for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
            if said := _alarm(line):
                found[f"{file.stem}: {said}"] += 1
    for said, times in found.items():
        yield f"alarms: {said} ({times} times)"


def _alarm(line: str) -> str | None:
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    event = str(entry.get("event", "")) if isinstance(entry, dict) else ""
    for words, meaning in ALARMS.items():
        if event.startswith(words):
            return f"{meaning}: {event} {entry.get('error', '')} {entry.get('reason', '')}".rstrip()
    return None
