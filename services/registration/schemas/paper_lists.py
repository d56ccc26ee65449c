"""The rows of a paper list, each checked like a registration that the office types."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

from babel import Locale
from marshmallow import Schema, fields, validate
from werkzeug.datastructures import MultiDict

from services.registration.models.people import INTERPRETATION, Wish
from services.registration.paper_lists.columns import labelled, plain
from services.registration.paper_lists.reading import Line
from services.registration.schemas.behalf import ToldSchema
from shared.web import forms, i18n
from shared.web.field_messages import N_
from shared.web.forms import Form
from shared.web.i18n import gettext

#: As people write it in any of our languages.
_YES = {"ja", "j", "x", "1", "yes", "y", "true", "evet", "да", "tak", "так", "نعم", "بله"}
_NO = {"nein", "n", "0", "no", "false", "hayır", "нет", "nie", "ні", "لا", "نه", "خیر"}
_BETWEEN_LANGUAGES = re.compile(r"[,;/+&\n]| und | and | و ")
#: Names that Babel doesn't have.
_OTHER_NAMES = {"Dari": "prs", "Kurmandschi": "kmr", "Sorani": "ckb", "Farsi": "fa", "Paschto": "ps"}
#: What spreadsheets make of a long number that they take for a quantity.
_SHORTENED = re.compile(r"\d[.,]\d+E\+\d+", re.IGNORECASE)


class PaperListSchema(Schema):
    """What travels with the rows from page to page: the list's own id, so that nobody is entered twice from it, and whether
    they get places that were kept back."""

    list_id = fields.UUID(required=True)
    rows = fields.String(
        required=True,
        error_messages={"required": N_("Bitte wählen Sie eine Datei oder fügen Sie die Zeilen ein.")},
    )
    from_reserved = fields.Boolean(load_default=False)


class _RowSchema(ToldSchema):
    """One row: who says nothing else is written to in German."""

    language = fields.String(load_default=i18n.DEFAULT, validate=validate.OneOf([it.tag for it in i18n.offered()]))


@dataclass(slots=True)
class CheckedLine:
    """One row, and what it wishes or what is wrong with it."""

    line: Line
    wish: Wish | None
    errors: list[str] = field(default_factory=list)

    @property
    def places(self) -> int:
        """How many people come, as far as the row says it rightly."""
        return 1 + self.wish.companions if self.wish else 0

    def refuse(self, message: str) -> None:
        """Say what else is wrong with it; it wishes nothing any more."""
        self.errors.append(message)
        self.wish = None


def checked(lines: Sequence[Line], capacity: int) -> list[CheckedLine]:
    """Each row with what it wishes, or with what is wrong and what to do; no two of them are the same person."""
    found = [_checked(line) for line in lines]
    _compare(found)
    for one in found:
        if one.places > capacity:
            one.refuse(gettext("So viele Plätze hat diese Konferenz nicht."))
    return found


def _checked(line: Line) -> CheckedLine:
    form = forms.validate(_RowSchema(), _typed(line))
    _explain(form, line)
    errors = [_said(column, message) for column, messages in form.errors.items() for message in messages]
    if line.surplus:
        errors.append(gettext("Die Zeile hat mehr Zellen als Spalten. Steht ein Trennzeichen im Text?"))
    return CheckedLine(line, form.values["wish"] if form.values and not errors else None, errors)


def _typed(line: Line) -> MultiDict[str, str]:
    """The cells as the form for one registration would send them."""
    typed = MultiDict(line.cells)
    if language := typed.get("language"):
        typed["language"] = _tags("language").get(plain(language), language)
    wanted = _BETWEEN_LANGUAGES.split(typed.pop("interpretation", ""))
    named = _tags("interpretation")
    typed.setlist("interpretation", [named.get(plain(it), it.strip()) for it in wanted if it.strip()])
    if invited := typed.pop("consents.invitations", ""):
        typed["consents.invitations"] = "true" if invited.casefold() in _YES else "false"
    return typed


def _explain(form: Form, line: Line) -> None:
    """Say it in the words of a list where a form would speak of choices."""
    cells = line.cells
    if "language" in form.errors:
        offered = ", ".join(it.name for it in i18n.offered())
        form.errors["language"] = [
            gettext("In dieser Sprache schreiben wir nicht. Es gibt: %(offered)s.", offered=offered)
        ]
    if "interpretation" in form.errors:
        offered = ", ".join(INTERPRETATION.values())
        form.errors["interpretation"] = [
            gettext("Diese Sprache kennen wir hier nicht. Es gibt: %(offered)s.", offered=offered)
        ]
    if "phone" in form.errors and _SHORTENED.fullmatch(cells["phone"]):
        form.errors["phone"] = [
            gettext(
                "Die Tabelle hat die Nummer gekürzt. Stellen Sie die Spalte auf „Text“ und tippen Sie die Nummer neu."
            )
        ]
    if cells.get("consents.invitations", "nein").casefold() not in _YES | _NO:
        form.reject("consents.invitations", gettext("Bitte schreiben Sie ja, oder lassen Sie die Zelle leer."))


def _said(column: str, message: str) -> str:
    return f"{labelled(column)}: {message}" if labelled(column) else message


def _compare(found: Iterable[CheckedLine]) -> None:
    """One address is one registration, and so are two rows that say the same."""
    said: dict[str, int] = {}
    addressed: dict[str, int] = {}
    for one in found:
        content, address = one.line.content, one.wish.person.address if one.wish else ""
        if first := said.get(content):
            one.refuse(
                gettext(
                    "Dasselbe steht schon in Zeile %(first)s. Bitte löschen Sie eine der Zeilen. Sind es zwei Menschen, "
                    "schreiben Sie zum Namen etwas dazu.",
                    first=first,
                )
            )
        elif address and (first := addressed.get(address)):
            one.refuse(
                gettext(
                    "Diese Adresse steht schon in Zeile %(first)s, und jede Adresse meldet einmal an. Kommen beide zusammen, "
                    "zählen Sie diese Person dort mit; sonst lassen Sie die Adresse hier weg.",
                    first=first,
                )
            )
        said.setdefault(content, one.line.number)
        addressed.setdefault(address, one.line.number)


@cache
def _tags(column: str) -> dict[str, str]:
    """The tags that can stand in this column, by the names that people write: their own, and those in each language of the
    site."""
    own = INTERPRETATION if column == "interpretation" else {it.tag: it.name for it in i18n.offered()}
    names = {plain(name): tag for name, tag in _OTHER_NAMES.items() if tag in own}
    for language in i18n.offered():
        known = Locale.parse(language.locale).languages
        names |= {plain(known[tag]): tag for tag in own if tag in known}
    return names | {plain(name): tag for tag, name in own.items()} | {plain(tag): tag for tag in own}
