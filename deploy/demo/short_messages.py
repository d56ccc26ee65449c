"""Reading short messages from what Kannel's fakesmsc prints."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

_LINE = re.compile(r"Got message \d+: <(?P<content>.*)>$")
_MESSAGE = re.compile(r".* (?P<to>\+?\d+) (?:(?P<kind>text|ucs-2|data)|udh (?P<header>\S+) data) (?P<text>.*)")

#: How the header of one part of a long message begins; reference, number of parts and number of this part follow.
_PART = b"\x05\x00\x03"

#: By number and reference: the parts that have come so far.
_Parts = dict[tuple[str, int], dict[int, bytes]]


@dataclass(slots=True)
class ShortMessage:
    """What a phone shows."""

    to: str
    text: str


def read(lines: Iterable[str]) -> Iterator[ShortMessage]:
    """The messages in `lines`, each as soon as its last part is there.

    fakesmsc prints a line break in a short text as it is, so that the next line looks like a message without a
    sender: it is added to the message before, although that was given out already.
    """
    parts: _Parts = {}
    last: ShortMessage | None = None
    for line in lines:
        printed = _LINE.search(line.rstrip("\n"))
        if not printed:
            continue
        found = _MESSAGE.fullmatch(printed["content"])
        if found:
            message = _whole(found, parts)
            if message:
                last = message
                yield message
        elif last:
            last.text += "\n" + printed["content"]


def _whole(found: re.Match[str], parts: _Parts) -> ShortMessage | None:
    """The message that this line completes, or None while parts are missing."""
    if found["kind"] == "text":
        return ShortMessage(found["to"], found["text"])
    content = unquote_to_bytes(found["text"].replace("+", " "))
    header = unquote_to_bytes(found["header"] or "")
    if not header.startswith(_PART):
        return ShortMessage(found["to"], _decoded(content))
    reference, of_all, number = header[3:6]
    known = parts.setdefault((found["to"], reference), {})
    known[number] = content
    if len(known) < of_all:
        return None
    del parts[found["to"], reference]
    return ShortMessage(found["to"], _decoded(b"".join(known[part] for part in sorted(known))))


def _decoded(content: bytes) -> str:
    # The coding is not printed. UTF-16 has a small byte in front of nearly every letter, the GSM alphabet none at all.
    small = sum(byte < 0x09 for byte in content[::2])
    return content.decode("utf-16-be") if 2 * small >= len(content[::2]) else content.decode("utf-8")
