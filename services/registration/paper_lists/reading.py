"""From the bytes of a spreadsheet to rows under the names of our columns."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from services.registration import exports
from services.registration.paper_lists.columns import NOTE, Unreadable, columns_of, known_heads, plain
from shared import ids
from shared.web.i18n import gettext

#: So many registrations in one list, and so many bytes of it: what one request can still do while somebody waits.
MOST_ROWS = 500
MOST_BYTES = 256 * 1024
#: Nobody can have this address: whoever leaves the template's example in registers nobody.
EXAMPLE_ADDRESS = "beispiel@example.org"
_DELIMITERS = ";,\t"


@dataclass(frozen=True, slots=True)
class Line:
    """One row as it was typed: its number as spreadsheets count, and its filled cells by column; `surplus` says whether there
    is more than columns."""

    number: int
    cells: dict[str, str]
    surplus: bool = False

    @property
    def is_example(self) -> bool:
        """Whether it is the example from the template."""
        return self.cells.get("email", "").casefold() == EXAMPLE_ADDRESS

    @property
    def content(self) -> str:
        """What it says, whatever the order of the columns."""
        told = {column: cell for column, cell in self.cells.items() if column != NOTE}
        return json.dumps(told, sort_keys=True, ensure_ascii=False)

    def entry(self, list_id: UUID) -> UUID:
        """The id under which it is entered once, however often the list is sent; a mended row is another one."""
        return ids.derived(list_id, "row", self.content)


def text_of(raw: bytes) -> str:
    """The text of a file as spreadsheets write it: UTF-8, UTF-16 with a mark in front, else Windows-1252. Raises Unreadable."""
    if len(raw) > MOST_BYTES:
        raise Unreadable(gettext("Die Datei ist zu groß: höchstens 256 kB. Bitte teilen Sie die Liste."))
    encodings = ("utf-16",) if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            return _whole(raw.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise Unreadable(gettext("Das ist keine CSV-Datei. Bitte speichern Sie die Tabelle als „CSV UTF-8“."))


def read(text: str) -> list[Line]:
    """The rows under the heads; empty ones and the example are left out. Raises Unreadable."""
    # Browsers send every end of a line as two characters, whatever stood in the file.
    if len(text.replace("\r\n", "\n").encode("utf-8", "surrogatepass")) > MOST_BYTES:
        raise Unreadable(gettext("Die Liste ist zu lang: höchstens 256 kB. Bitte teilen Sie sie."))
    text = _without_separator_line(_whole(text).lstrip("\ufeff"))
    rows = list(_rows(text, _delimiter(text)))
    head = next((number for number, row in enumerate(rows) if any(row)), None)
    if head is None:
        raise Unreadable(gettext("Die Liste ist leer. Bitte wählen Sie eine Datei oder fügen Sie die Zeilen ein."))
    columns = columns_of(rows[head])
    lines = [_line(head + number, row, columns) for number, row in enumerate(rows[head + 1 :], 2) if any(row)]
    lines = [line for line in lines if not line.is_example]
    if not lines:
        raise Unreadable(gettext("Unter den Spaltennamen steht noch niemand. Bitte tragen Sie die Namen ein."))
    if len(lines) > MOST_ROWS:
        raise Unreadable(gettext("Die Liste hat mehr als %(most)s Zeilen. Bitte teilen Sie sie.", most=MOST_ROWS))
    return lines


def _whole(text: str) -> str:
    # What a program has lost nobody finds again, and a form can't carry it.
    if "\0" in text or "\ufffd" in text:
        raise Unreadable(
            gettext("In der Liste sind Zeichen verloren gegangen. Bitte speichern Sie die Tabelle als „CSV UTF-8“.")
        )
    return text


def _without_separator_line(text: str) -> str:
    # Excel's own first line, which it never shows.
    first, _, rest = text.partition("\n")
    return rest if first.strip().casefold() in {f"sep={it}" for it in (";", ",", "")} else text


def _delimiter(text: str) -> str:
    """The one under which most of our columns have a name."""
    first = next((line for line in text.splitlines() if line.strip()), "")

    def known(delimiter: str) -> int:
        try:
            return sum(plain(cell) in known_heads() for cell in next(_rows(first, delimiter), []))
        except Unreadable:
            return -1

    return max(_DELIMITERS, key=lambda it: (known(it), first.count(it)))


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, row in enumerate(reader, 1):  # noqa: B007 it is told where reading ends
            yield [_cell(cell) for cell in row]
    except csv.Error as error:
        raise Unreadable(
            gettext(
                "Ab Zeile %(number)s können wir die Liste nicht lesen. Dort stimmt ein Anführungszeichen nicht: "
                'Steht eines im Text, schreiben Sie es doppelt ("").',
                number=number + 1,
            )
        ) from error


def _cell(cell: str) -> str:
    """What was typed: our own lists have an apostrophe before what a spreadsheet would take for a formula."""
    bare = cell.strip().removeprefix("'")
    return bare if exports.harmless(bare) == cell.strip() else cell.strip()


def _line(number: int, row: list[str], columns: list[str]) -> Line:
    cells = {column: cell for column, cell in zip(columns, row, strict=False) if column and cell}
    named = {place for place, column in enumerate(columns) if column}
    return Line(number, cells, surplus=any(cell for place, cell in enumerate(row) if place not in named))
