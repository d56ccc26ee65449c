"""The office's list as a table to take along: only the columns it ticked, and nothing that a spreadsheet would run."""

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import IO, Any
from uuid import UUID

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from services.registration.lists import Listed
from services.registration.models import Question
from services.registration.models.people import ASSISTANCE, INTERPRETATION
from services.registration.models.questions import Said
from services.registration.models.registrations import APPLIED, CANCELLED, CONFIRMED, OFFERED, PENDING, WAITLISTED
from shared.clock import CIVIL_ZONE
from shared.web.i18n import gettext, lazy_gettext, localized

CSV, XLSX = FORMATS = ("csv", "xlsx")
TYPES = {CSV: "text/csv; charset=utf-8", XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
#: With these a spreadsheet begins a formula, also where blanks stand before them.
FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_PIECE = 64 * 1024
#: How the columns of answers begin; the id of the question comes after it.
ANSWER = "answer:"
#: Answers by registration and question.
Answers = Mapping[tuple[UUID, UUID], Said]

#: The states in the words of pages.
STATES = {
    PENDING: lazy_gettext("noch nicht bestätigt"),
    APPLIED: lazy_gettext("wird geprüft"),
    CONFIRMED: lazy_gettext("angemeldet"),
    OFFERED: lazy_gettext("Platz angeboten"),
    WAITLISTED: lazy_gettext("auf der Warteliste"),
    CANCELLED: lazy_gettext("abgesagt"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its head, what stands in it, and where it is sensitive, why."""

    label: Any
    cell: Callable[[Listed], str]
    is_sensitive_because: Any = ""


def _address(part: str) -> Callable[[Listed], str]:
    return lambda one: getattr(one.person, part) or ""


#: Every column that the office can tick, in its order.
COLUMNS = {
    "name": Column(lazy_gettext("Name"), lambda one: one.person.name or ""),
    "status": Column(lazy_gettext("Stand"), lambda one: str(STATES[one.row.status])),
    "places": Column(lazy_gettext("Personen"), lambda one: str(1 + one.row.companions)),
    "language": Column(lazy_gettext("Sprache"), lambda one: one.row.language),
    "requested_at": Column(
        lazy_gettext("Angemeldet am"),
        lambda one: one.row.requested_at.astimezone(CIVIL_ZONE).strftime("%Y-%m-%d %H:%M"),
    ),
    "email": Column(
        lazy_gettext("E-Mail-Adresse"),
        _address("email"),
        lazy_gettext("Damit kann jeder, der die Datei hat, dieser Person schreiben."),
    ),
    "phone": Column(
        lazy_gettext("Telefonnummer"),
        _address("phone"),
        lazy_gettext("Damit kann jeder, der die Datei hat, diese Person anrufen."),
    ),
    "interpretation": Column(
        lazy_gettext("Dolmetschen"),
        lambda one: ", ".join(INTERPRETATION[tag] for tag in one.needs.interpretation),
        lazy_gettext("Die Sprache kann verraten, woher jemand kommt."),
    ),
    "assistance": Column(
        lazy_gettext("Hilfe vor Ort"),
        lambda one: ", ".join(str(ASSISTANCE[service]) for service in one.needs.assistance),
        lazy_gettext("Die Hilfe kann verraten, ob jemand krank oder behindert ist."),
    ),
    "childcare": Column(
        lazy_gettext("Kinder, die Betreuung brauchen"),
        lambda one: str(one.needs.childcare),
        lazy_gettext("Angaben über Kinder sind besonders geschützt."),
    ),
}
SENSITIVE = frozenset(name for name, column in COLUMNS.items() if column.is_sensitive_because)
USUAL = tuple(name for name in COLUMNS if name not in SENSITIVE)


def columns_of(questions: Iterable[Question], answers: Answers) -> dict[str, Column]:
    """Every column that the office can tick at a conference with these questions, in its order."""
    asked = {
        f"{ANSWER}{question.id}": Column(
            localized(question.text),
            partial(_answered, question, answers),
            lazy_gettext("In den Antworten kann Persönliches stehen."),
        )
        for question in questions
    }
    return COLUMNS | asked


def rows_of(listed: Iterable[Listed], columns: Mapping[str, Column], ticked: list[str]) -> Iterator[list[str]]:
    """The heads, then a row for each registration."""
    chosen = [column for name, column in columns.items() if name in ticked]
    yield [str(column.label) for column in chosen]
    for one in listed:
        yield [column.cell(one) for column in chosen]


def as_csv(rows: Iterable[list[str]]) -> Iterator[bytes]:
    """As German spreadsheets read it: UTF-8 with a mark in front, semicolons."""
    yield b"\xef\xbb\xbf"
    for row in rows:
        line = io.StringIO()
        csv.writer(line, delimiter=";", quoting=csv.QUOTE_ALL).writerow([harmless(cell) for cell in row])
        yield line.getvalue().encode()


def as_xlsx(rows: Iterable[list[str]]) -> Iterator[bytes]:
    """As a workbook of one sheet in which every cell is text; it grows in a nameless file that goes with the answer."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(gettext("Anmeldungen"))
    for row in rows:
        sheet.append([_text_cell(sheet, cell) for cell in row])
    with tempfile.TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        yield from _pieces(file)


def harmless(cell: str) -> str:
    """The cell without control characters, with an apostrophe before what a spreadsheet would take for a formula."""
    # First these: what they hide may begin one.
    cell = ILLEGAL_CHARACTERS_RE.sub("", cell)
    return f"'{cell}" if cell.startswith(FORMULA_BEGINS) or cell.lstrip().startswith(FORMULA_BEGINS) else cell


def _answered(question: Question, answers: Answers, one: Listed) -> str:
    answer = answers.get((one.row.id, question.id))
    if answer is None:
        return ""
    # Spreadsheets count with bare digits.
    return str(answer) if isinstance(answer, int) else question.words_of(answer)


def _text_cell(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, harmless(text))
    # openpyxl would make a formula of what begins with "=", and an error of "#N/A".
    cell.data_type = "s"
    return cell


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(_PIECE):
        yield piece
