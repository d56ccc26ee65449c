"""What marshmallow says about wrong values, said in the reader's language.

marshmallow speaks English and fills its numbers in before we see the sentence, so its sentences are recognised by shape.
Our own schemas' messages are German msgids marked by `N_`, and pass through gettext.
"""

import re
from collections.abc import Mapping
from typing import Any

from shared.web.i18n import gettext


def N_(message: str) -> str:
    """Mark a msgid for the catalogues without translating it yet."""
    return message


_EMPTY = N_("Bitte füllen Sie dieses Feld aus.")
_TEXT = N_("Bitte geben Sie hier einen Text ein.")
_NUMBER = N_("Bitte geben Sie eine Zahl ein.")
_DATE = N_("Bitte geben Sie Datum und Uhrzeit vollständig ein.")
_CHOICE = N_("Bitte wählen Sie eine der Möglichkeiten.")
_SHAPE = N_("Diese Angabe hat nicht die erwartete Form.")

_MARSHMALLOW = {
    "Missing data for required field.": _EMPTY,
    "Field may not be null.": _EMPTY,
    "Not a valid string.": _TEXT,
    "Not a valid utf-8 string.": _TEXT,
    "Not a valid integer.": N_("Bitte geben Sie eine ganze Zahl ein."),
    "Not a valid number.": _NUMBER,
    "Special numeric values (nan or infinity) are not permitted.": _NUMBER,
    "Number too large.": N_("Diese Zahl ist zu groß."),
    "Not a valid boolean.": N_("Bitte wählen Sie Ja oder Nein."),
    "Not a valid datetime.": _DATE,
    "Not a valid naive datetime.": _DATE,
    "Not a valid aware datetime.": N_("Bitte geben Sie den Zeitpunkt mit Zeitzone an."),
    "Not a valid date.": N_("Bitte geben Sie ein Datum ein, zum Beispiel 22.11.2026."),
    "Not a valid time.": N_("Bitte geben Sie eine Uhrzeit ein, zum Beispiel 17:30."),
    "Not a valid UUID.": N_("Diese Kennung stimmt nicht. Bitte kopieren Sie sie vollständig."),
    "Not a valid list.": _SHAPE,
    "Not a valid mapping type.": _SHAPE,
    "Invalid input type.": _SHAPE,
    "Invalid type.": _SHAPE,
    "Invalid value.": _SHAPE,
    "Unknown field.": N_("Dieses Feld gibt es hier nicht."),
    "Not a valid URL.": N_("Bitte geben Sie eine vollständige Internetadresse ein."),
    "String does not match expected pattern.": _SHAPE,
    "One or more of the choices you made was not in: {choices}.": _CHOICE,
    "Must be one of: {choices}.": _CHOICE,
    "Must be equal to {other}.": N_("Bitte geben Sie genau %(other)s ein."),
    "Must be greater than or equal to {min}.": N_("Bitte geben Sie mindestens %(min)s ein."),
    "Must be greater than {min}.": N_("Bitte geben Sie mehr als %(min)s ein."),
    "Must be less than or equal to {max}.": N_("Bitte geben Sie höchstens %(max)s ein."),
    "Must be less than {max}.": N_("Bitte geben Sie weniger als %(max)s ein."),
    "Must be greater than or equal to {min} and less than or equal to {max}.": N_(
        "Bitte geben Sie eine Zahl von %(min)s bis %(max)s ein."
    ),
    "Shorter than minimum length {min}.": N_("Das ist zu kurz: mindestens %(min)s Zeichen."),
    "Longer than maximum length {max}.": N_("Das ist zu lang: höchstens %(max)s Zeichen."),
    "Length must be between {min} and {max}.": N_("Bitte schreiben Sie %(min)s bis %(max)s Zeichen."),
    "Length must be {equal}.": N_("Bitte schreiben Sie genau %(equal)s Zeichen."),
}


def _shape(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(template)), re.DOTALL)


# Longest first: the sentence about both bounds starts like the one about the lower bound.
_SHAPES = [
    (_shape(template), msgid)
    for template, msgid in sorted(_MARSHMALLOW.items(), key=lambda pair: len(pair[0]), reverse=True)
]


def translated(message: str) -> str:
    """One message about a field, in the language spoken now."""
    for shape, msgid in _SHAPES:
        if found := shape.fullmatch(message):
            # Choices are code words; the reader sees the choices on the page.
            values = {name: value for name, value in found.groupdict().items() if name != "choices"}
            return gettext(msgid, **values)
    return gettext(message)


def by_field(messages: Any) -> dict[str, list[str]]:
    """marshmallow's nested messages as `{"venue.street": ["…"]}`, translated; list indexes stay part of the path."""
    flat: dict[str, list[str]] = {}
    _flatten(messages, "", flat)
    return flat


def _flatten(messages: Any, path: str, flat: dict[str, list[str]]) -> None:
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            # "_schema" speaks of the whole thing, which is where we already are.
            _flatten(inner, path if key == "_schema" else f"{path}.{key}".lstrip("."), flat)
    elif isinstance(messages, list | tuple):
        for inner in messages:
            _flatten(inner, path, flat)
    else:
        flat.setdefault(path, []).append(translated(str(messages)))
