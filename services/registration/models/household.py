"""Who comes along: how many people of which age, and nothing else about them. A child is a count and perhaps a childcare need."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from babel.lists import format_list

from shared.web.i18n import language, lazy_gettext, ngettext

#: So many people can come along with one registration.
MOST_COMPANIONS = 9


@dataclass(frozen=True, slots=True)
class AgeGroup:
    """People of one age: `label` asks for them, `counted(n)` says so many of them."""

    label: Any
    counted: Callable[[int], str]
    is_child: bool = False


#: Every group that forms, API, stored needs and totals know, with its bounds in its words.
AGE_GROUPS = {
    "adults": AgeGroup(
        lazy_gettext("Erwachsene ab 18 Jahren"),
        lambda n: ngettext("eine erwachsene Person", "%(n)s Erwachsene", n),
    ),
    "youths": AgeGroup(
        lazy_gettext("Jugendliche von 14 bis 17 Jahren"),
        lambda n: ngettext("eine jugendliche Person", "%(n)s Jugendliche", n),
    ),
    "children_6_13": AgeGroup(
        lazy_gettext("Kinder von 6 bis 13 Jahren"),
        lambda n: ngettext("ein Kind von 6 bis 13 Jahren", "%(n)s Kinder von 6 bis 13 Jahren", n),
        is_child=True,
    ),
    "children_3_5": AgeGroup(
        lazy_gettext("Kinder von 3 bis 5 Jahren"),
        lambda n: ngettext("ein Kind von 3 bis 5 Jahren", "%(n)s Kinder von 3 bis 5 Jahren", n),
        is_child=True,
    ),
    "children_under_3": AgeGroup(
        lazy_gettext("Kinder unter 3 Jahren"),
        lambda n: ngettext("ein Kind unter 3 Jahren", "%(n)s Kinder unter 3 Jahren", n),
        is_child=True,
    ),
}

#: Those of whom childcare takes care.
CHILDREN = tuple(name for name, group in AGE_GROUPS.items() if group.is_child)


def nobody() -> dict[str, int]:
    """The household of somebody who comes alone."""
    return dict.fromkeys(AGE_GROUPS, 0)


def children_in(household: Mapping[str, int]) -> int:
    """How many of those who come along could need childcare."""
    return sum(household.get(name, 0) for name in CHILDREN)


def in_words(household: Mapping[str, int]) -> str:
    """Who comes along as a list in the reader's language; empty where nobody does."""
    parts = [group.counted(household[name]) for name, group in AGE_GROUPS.items() if household.get(name, 0) > 0]
    return format_list(parts, locale=language().locale)
