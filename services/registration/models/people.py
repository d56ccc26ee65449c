"""Who somebody is and what they need: read and written only encrypted."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Self
from uuid import UUID

from babel import Locale
from nacl.secret import SecretBox

from services.registration.models.household import nobody
from services.registration.models.questions import Said
from shared.columns import decrypt, encrypt
from shared.web.i18n import LANGUAGES, gettext, language, lazy_gettext

#: The assistance people can ask for: services, never a diagnosis.
ASSISTANCE = {
    "wheelchair": lazy_gettext("Platz für einen Rollstuhl"),
    "sign_language": lazy_gettext("Gebärdensprache (DGS)"),
    "speech_to_text": lazy_gettext("Schriftdolmetschen"),
    "induction_loop": lazy_gettext("Induktionsschleife"),
    "easy_language": lazy_gettext("Einfache Sprache"),
    "personal_assistant": lazy_gettext("Eine Begleitperson kommt mit"),
}

#: Languages into which people can wish to have it interpreted, in their own names.
INTERPRETATION = {
    "en": "English",
    "tr": "Türkçe",
    "ru": "Русский",
    "pl": "Polski",
    "uk": "Українська",
    "ar": "العربية",
    "fa": "فارسی",
    "prs": "دری",
    "ps": "پښتو",
    "kmr": "Kurmancî",
    "ckb": "کوردیی ناوەندی",
    "ur": "اردو",
    "ti": "ትግርኛ (Tigrinya)",
    "vi": "Tiếng Việt",
    "bg": "Български",
    "ro": "Română",
    "sq": "Shqip",
    "fr": "Français",
    "es": "Español",
    "pt": "Português",
}

#: Characters. What somebody needs is written in a multiple of so many.
FILLED_UP_TO = 128


def language_name(tag: str) -> str:
    """A language as the reader calls it; ours say it where Babel doesn't know it, as with plain German."""
    known = Locale.parse(language().locale).languages
    return str(known.get(tag) or INTERPRETATION.get(tag) or gettext(LANGUAGES[tag].name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """How to reach a participant, and what to call them. One of e-mail and phone is there."""

    email: str | None = None
    phone: str | None = None
    name: str | None = None

    @property
    def channel(self) -> str:
        """The way the confirmation goes: the e-mail address where there is one, else the phone."""
        return "email" if self.email else "phone"

    @property
    def address(self) -> str:
        """The address that is confirmed; it tells one person from another, whatever its capitals."""
        return (self.email or self.phone or "").casefold()

    @property
    def mailbox(self) -> str:
        """Where the address leads: an e-mail address without the tag after a plus sign."""
        local, at, domain = self.address.partition("@")
        return f"{local.split('+')[0]}{at}{domain}" if at else self.address

    @staticmethod
    def masked(address: str | None) -> str | None:
        """Enough of an address for staff to recognise it, too little to use it."""
        if address is None:
            return None
        local, at, domain = address.partition("@")
        return f"{local[:1]}…{at}{domain}" if at else f"{address[:3]} … {address[-3:]}"

    def encrypted(self, box: SecretBox) -> bytes:
        """As it stands in the table."""
        return encrypt(box, json.dumps(asdict(self), ensure_ascii=False))

    @classmethod
    def decrypted(cls, box: SecretBox, stored: bytes) -> Self:
        """What `encrypted` wrote."""
        return cls(**json.loads(decrypt(box, stored)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """Languages to be interpreted into (keys of INTERPRETATION), services wished for (keys of ASSISTANCE), how many come
    along by age (AGE_GROUPS), how many of the children need childcare, and the ids of the forums of interest."""

    interpretation: list[str] = field(default_factory=list)
    assistance: list[str] = field(default_factory=list)
    household: dict[str, int] = field(default_factory=nobody)
    childcare: int = 0
    forums: list[UUID] = field(default_factory=list)

    @property
    def companions(self) -> int:
        """How many people come along."""
        return sum(self.household.values())

    def changed(self, told: Mapping[str, Any]) -> Self:
        """With what somebody tells now in place of what they told before; what they don't mention stays."""
        return replace(self, **{one.name: told[one.name] for one in fields(self) if one.name in told})

    def encrypted(self, box: SecretBox) -> bytes | None:
        """As it stands in the table; nothing at all where nothing is needed. What isn't needed isn't written, and blanks fill
        it up: its length would tell which help somebody asks for."""
        told = {name: value for name, value in asdict(self).items() if value}
        told["household"] = {group: people for group, people in self.household.items() if people}
        if not any(told.values()):
            return None
        written = json.dumps(told, default=str, separators=(",", ":"))
        return encrypt(box, written + " " * (-len(written) % FILLED_UP_TO))

    @classmethod
    def decrypted(cls, box: SecretBox, stored: bytes | None) -> Self:
        """What `encrypted` wrote."""
        return cls() if stored is None else cls._read(decrypt(box, stored))

    @classmethod
    def counted(cls, box: SecretBox, stored: Iterable[bytes]) -> list[tuple[Self, int]]:
        """`decrypted` for very many of whom nobody asks who needs it: each set of needs, and how many have it."""
        return [(cls._read(written), count) for written, count in Counter(decrypt(box, it) for it in stored).items()]

    @classmethod
    def _read(cls, written: str) -> Self:
        told = json.loads(written)
        forums = [UUID(forum) for forum in told.get("forums", ())]
        return cls(**told | {"forums": forums, "household": nobody() | told["household"]})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody asks for: to take part, perhaps with others. `consents` are purposes of `consents.TEXTS`; `answers` are to
    the office's own questions, by id, and have yet to be checked."""

    person: Person
    language: str
    needs: Needs = field(default_factory=Needs)
    consents: frozenset[str] = frozenset()
    answers: Mapping[UUID, Said] = field(default_factory=dict)

    @property
    def companions(self) -> int:
        """How many people come along."""
        return self.needs.companions
