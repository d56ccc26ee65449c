"""How a text fits into SMS: seven-bit GSM letters where they suffice, else UCS-2, in parts.

One letter outside the GSM alphabet makes the whole message UCS-2 with half the room. So quotation marks, dashes and the like
are made plain where that keeps it in GSM; letters of a language are never changed.
"""

from dataclasses import dataclass

# GSM 03.38, the default alphabet and its extension table (whose letters cost two).
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("„“”‟«»″", '"'),
        **dict.fromkeys("‚‘’‛‹›′", "'"),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00a0\u2002\u2003\u2009\u202f", " "),
        **dict.fromkeys("•·", "-"),
        **dict.fromkeys("\u00ad\u200b\ufeff", ""),
        "…": "...",
    }
)

_ONE_PART = {False: 160, True: 70}
_EACH_PART = {False: 153, True: 67}


@dataclass(frozen=True, slots=True)
class Sms:
    """A text as it goes out, whether it needs UCS-2, and in how many parts."""

    text: str
    is_ucs2: bool
    parts: int


def fit(text: str) -> Sms:
    """Choose the alphabet for `text` and count its parts."""
    plain = text.translate(_PLAIN)
    if all(letter in _BASIC or letter in _EXTENDED for letter in plain):
        return Sms(plain, False, _parts([2 if letter in _EXTENDED else 1 for letter in plain], is_ucs2=False))
    return Sms(text, True, _parts([2 if ord(letter) > 0xFFFF else 1 for letter in text], is_ucs2=True))


def _parts(costs: list[int], *, is_ucs2: bool) -> int:
    """How many parts letters of these costs take; none of them is split between two."""
    if sum(costs) <= _ONE_PART[is_ucs2]:
        return 1
    parts, used = 1, 0
    for cost in costs:
        if used + cost > _EACH_PART[is_ucs2]:
            parts, used = parts + 1, 0
        used += cost
    return parts
