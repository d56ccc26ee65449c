"""What somebody means by an SMS of theirs: stop, yes, no, or nothing that we understand.

Only a text that is nothing but the word counts: case, spaces, punctuation, accents and a please or thank-you are forgiven.
"""

import unicodedata
from enum import Enum


class Answer(Enum):
    """What an SMS says."""

    STOP = "stop"
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


# Of all languages of the interface. No word means yes in one of them and no in another.
_WORDS = {
    Answer.YES: "ja jo yes yeah evet да tak так نعم بله آری ok okay",
    Answer.NO: "nein nö no hayır нет nie ні لا خیر نه",
    Answer.STOP: "stop stopp ende abmelden abbestellen unsubscribe dur durdur iptal стоп стій zatrzymaj قف توقف أوقف إيقاف لغو",
}
_POLITE = (
    "bitte danke gerne gern please thanks lütfen teşekkürler пожалуйста спасибо proszę dziękuję дякую شكرا لطفا مرسی"
)
# Letters that phones put in each other's place.
_SAME = str.maketrans({"ı": "i", "ی": "ي", "ک": "ك", "ـ": ""})


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.casefold()).translate(_SAME)
    return "".join(letter for letter in folded if not unicodedata.combining(letter))


_MEANINGS = {_plain(word): answer for answer, words in _WORDS.items() for word in words.split()}
_KIND = frozenset(_plain(word) for word in _POLITE.split())


def meaning(text: str) -> Answer:
    """What the text says."""
    letters = "".join(letter if letter.isalpha() else " " for letter in _plain(text))
    words = [word for word in letters.split() if word not in _KIND]
    together = "".join(words)
    if together in _MEANINGS:
        return _MEANINGS[together]
    said = {_MEANINGS.get(word, Answer.UNKNOWN) for word in words}
    return said.pop() if len(said) == 1 else Answer.UNKNOWN
