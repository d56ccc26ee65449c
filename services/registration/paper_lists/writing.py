"""Paper lists as we hand them out: the template, and rows to be mended. We can read them again."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from services.registration.models.people import INTERPRETATION
from services.registration.paper_lists.columns import HEADS, NOTE
from services.registration.paper_lists.reading import EXAMPLE_ADDRESS, Line
from shared.web import i18n
from shared.web.i18n import gettext


def written(lines: Iterable[Line]) -> Iterator[list[str]]:
    """The heads in the reader's language, then the rows, to be read again."""
    yield [str(label) for label in HEADS.values()]
    for line in lines:
        yield [line.cells.get(column, "") for column in HEADS]


def template() -> Iterator[list[str]]:
    """The heads and an example, in the reader's language."""
    example = {
        "name": gettext("Beispiel: Leyla Yıldız"),
        "email": EXAMPLE_ADDRESS,
        "phone": "0151 23456789",
        "household.adults": "1",
        "household.children_6_13": "2",
        "childcare": "1",
        "language": i18n.language().name,
        "interpretation": INTERPRETATION["tr"],
        "consents.invitations": gettext("ja"),
        NOTE: gettext("Diese Zeile ist ein Beispiel. Wir lesen sie nicht ein."),
    }
    return written([Line(2, example)])


def as_text(lines: Sequence[Line]) -> str:
    """The rows as they are shown in a form, with the columns that are needed."""
    columns = [column for column in HEADS if any(column in line.cells for line in lines)]
    text = io.StringIO()
    rows = csv.writer(text, delimiter=";", lineterminator="\n")
    rows.writerow([str(HEADS[column]) for column in columns])
    rows.writerows([line.cells.get(column, "") for column in columns] for line in lines)
    return text.getvalue()
