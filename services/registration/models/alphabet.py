"""How names are put in order, and in which part of the alphabet one begins."""

import unicodedata
from bisect import bisect

#: The parts begin with these letters, a name before the first or behind the last included: few enough that to know the part
#: tells next to nothing of a name, enough that whoever reads one part reads no more than a tenth of all people or so.
BEGINNINGS = "bdfhjlmnpstv{"

#: Letters that Unicode takes for letters of their own, and a reader of a German list looks for beside these.
_BESIDE = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe"})


def sorted_as(name: str) -> str:
    """What to sort a name by: capitals and marks above or below letters don't count, so Ö stands with O (DIN 5007-1)."""
    letters = unicodedata.normalize("NFKD", name).casefold().translate(_BESIDE)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def part_of(name: str | None) -> int | None:
    """The number of the part, in the order of `sorted_as`; None for nobody's name."""
    return bisect(BEGINNINGS, sorted_as(name)[:1]) if name else None
