"""The columns of a paper list: what they are called in each language, and which one a head means."""

import unicodedata
from functools import cache
from typing import Any

from services.registration.models.household import AGE_GROUPS
from shared.web import i18n
from shared.web.i18n import gettext, lazy_gettext

NOTE = "note"

#: What each column is called in the template, and on lists that were made without it. All languages are understood at once.
HEADS = {
    "name": lazy_gettext("Name"),
    "email": lazy_gettext("E-Mail-Adresse"),
    "phone": lazy_gettext("Handynummer"),
    "household.adults": lazy_gettext("Weitere Erwachsene ab 18 Jahren"),
    **{f"household.{group}": words.label for group, words in AGE_GROUPS.items() if group != "adults"},
    "childcare": lazy_gettext("Kinder, die Betreuung brauchen"),
    "language": lazy_gettext("Sprache"),
    "interpretation": lazy_gettext("Dolmetschen"),
    "consents.invitations": lazy_gettext("Einladungen"),
    NOTE: lazy_gettext("Hinweis"),
}
_OTHER_HEADS = {
    "name": ("Vor- und Nachname",),
    "email": ("E-Mail", "Mail"),
    "phone": ("Handy", "Telefon", "Telefonnummer", "Mobil", "Mobilnummer", "Phone", "Telephone"),
    # Never "Erwachsene" alone: on some lists the person themselves is one of them.
    "household.adults": ("Weitere Erwachsene", "Other adults"),
    "household.youths": ("Jugendliche", "Jugendliche 14–17", "Youths"),
    "household.children_6_13": ("Kinder 6–13", "Children 6–13"),
    "household.children_3_5": ("Kinder 3–5", "Children 3–5"),
    "household.children_under_3": ("Kinder unter 3", "Children under 3"),
    "childcare": ("Kinderbetreuung", "Betreuung", "Childcare"),
    "language": ("Sprache unserer Nachrichten",),
}


class Unreadable(ValueError):
    """It is no list that we can read; the message says, in the reader's language, what to do."""


def columns_of(heads: list[str]) -> list[str]:
    """The column under each head, nothing under an empty one. Raises Unreadable for a head that names none, or one twice."""
    known = known_heads()
    found = [known.get(plain(head), "") if head else "" for head in heads]
    if not any(found):
        raise Unreadable(gettext("In der ersten Zeile fehlen die Namen der Spalten. Welche es gibt, steht unten."))
    if unknown := [head for head, column in zip(heads, found, strict=True) if head and not column]:
        raise Unreadable(
            gettext(
                "Diese Spalten kennen wir nicht: %(unknown)s. Bitte löschen Sie sie oder benennen Sie sie um. "
                "Welche es gibt, steht unten.",
                unknown=", ".join(head[:40] for head in unknown[:10]),
            )
        )
    if twice := next((column for column in found if column and found.count(column) > 1), None):
        raise Unreadable(gettext("Die Spalte „%(column)s“ kommt doppelt vor.", column=HEADS[twice]))
    return found


def plain(word: str) -> str:
    """A name as it is compared: whatever its case, its hyphens, blanks and marks."""
    letters = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in letters if letter.isalnum())


@cache
def known_heads() -> dict[str, str]:
    """Which column is meant by a head, made `plain`."""
    known = {plain(column.rpartition(".")[2]): column for column in HEADS if column != "household.adults"}
    for language in i18n.offered():
        with i18n.render_in(language.tag, "registration"):
            known |= {plain(str(label)): column for column, label in HEADS.items()}
    return known | {plain(other): column for column, others in _OTHER_HEADS.items() for other in others}


def labelled(column: str) -> Any:
    """What a column is called in the reader's language; empty where an error belongs to none."""
    return HEADS.get(column, HEADS["household.adults"] if column == "household" else "")
