"""Languages: which are offered, how the reader's is found, and how texts, dates and numbers are said in it.

msgids are the German sentences. Each tag names its Babel locale and its catalogue folder here, because Babel reads
`de-simple` as `de` without a word.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_decimal
from babel.support import LazyProxy, NullTranslations, Translations

from shared import clock

_ROOT = Path(__file__).resolve().parents[2]
SHARED_CATALOGUES = Path(__file__).parent / "translations"


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the site: BCP 47 tag, its own name, the locale for dates and numbers, the folder of its catalogue, and
    whether somebody who speaks it at home has read its texts."""

    tag: str
    name: str
    locale: str
    folder: str
    is_checked: bool = False


#: German needs no catalogue; any other language is offered once the shared catalogue for it is there.
LANGUAGES = {
    language.tag: language
    for language in (
        Language("de", "Deutsch", "de", "de", is_checked=True),
        Language("de-simple", "Einfache Sprache", "de", "de_simple"),
        Language("en", "English", "en_GB", "en"),
        Language("tr", "Türkçe", "tr", "tr"),
        Language("ru", "Русский", "ru", "ru"),
        Language("pl", "Polski", "pl", "pl"),
        Language("uk", "Українська", "uk", "uk"),
        Language("ar", "العربية", "ar", "ar"),
        Language("fa", "فارسی", "fa", "fa"),
    )
}
DEFAULT = "de"


@dataclass(frozen=True, slots=True)
class _Speech:
    language: Language
    catalogues: Path


_GERMAN = _Speech(LANGUAGES[DEFAULT], SHARED_CATALOGUES)
_speech: ContextVar[_Speech] = ContextVar("speech", default=_GERMAN)


@cache
def offered() -> list[Language]:
    """The languages people can choose: German and all that have a catalogue."""
    return [it for it in LANGUAGES.values() if it.tag == DEFAULT or (SHARED_CATALOGUES / it.folder).is_dir()]


def offered_tag(tag: str | None) -> str | None:
    """The tag if that language is offered, else None."""
    return tag if any(tag == language.tag for language in offered()) else None


def catalogues_of(service: str) -> Path:
    """The folder of a service's own catalogues."""
    return _ROOT / "services" / service / "translations"


def speak(tag: str, catalogues: Path) -> None:
    """From here on (in this request or thread) texts come out in the language `tag`; unknown tags mean German."""
    _speech.set(_Speech(LANGUAGES.get(tag, LANGUAGES[DEFAULT]), catalogues))


@contextmanager
def render_in(tag: str, service: str) -> Iterator[None]:
    """Inside the block texts of `service` come out in the language `tag`: messages, letters, anything without a request."""
    token = _speech.set(_Speech(LANGUAGES.get(tag, LANGUAGES[DEFAULT]), catalogues_of(service)))
    try:
        yield
    finally:
        _speech.reset(token)


def language() -> Language:
    """The language spoken now."""
    return _speech.get().language


def unchecked() -> str:
    """What every page, message and paper says of itself where a machine wrote its texts and nobody has read them; else ""."""
    if language().is_checked:
        return ""
    return gettext("Maschinell übersetzt und noch von niemandem geprüft. Verbindlich ist der deutsche Text.")


def direction() -> str:
    """`rtl` or `ltr`, for the attribute `dir`."""
    return str(_locale().text_direction)


def gettext(message: str, **values: Any) -> str:
    """`message` (German) in the language spoken now; `%(name)s` is filled from `values`."""
    text = str(_translations().gettext(message))
    return text % values if values else text


def ngettext(singular: str, plural: str, n: int, **values: Any) -> str:
    """The form for `n` things; `%(n)s` or `%(num)s` is the number as people write it."""
    text = str(_translations().ngettext(singular, plural, n))
    number = format_number(n)
    return text % {"n": number, "num": number, **values}


def lazy_gettext(message: str) -> Any:
    """`message`, translated each time it is turned into text: for labels that exist before any reader does."""
    return LazyProxy(gettext, message, enable_cache=False)


def localized(texts: Mapping[str, str]) -> str:
    """The text for this reader out of `{language: text}`; German where theirs is missing."""
    spoken = language().tag
    return texts.get(spoken) or texts.get(DEFAULT) or next(iter(texts.values()), "")


def localized_language(texts: Mapping[str, str]) -> str:
    """The language that `localized` answers in, for the attribute `lang`."""
    spoken = language().tag
    return spoken if texts.get(spoken) else DEFAULT


def format_number(number: float) -> str:
    """1.234,5 in German; digits are Western ones in every language, as on German forms."""
    return format_decimal(number, locale=_locale())


def format_day(day: date) -> str:
    """»Freitag, 22. November« with the year unless it is this one; a moment is taken in Hamburg's time."""
    day = _civil(day)
    pattern = f"EEEE{_comma()}d. MMMM" if language().locale == "de" else f"EEEE{_comma()}d MMMM"
    if day.year != clock.today().year:
        pattern += " y"
    return format_date(day, pattern, locale=_locale())


def format_day_short(day: date) -> str:
    """»22.11.2026«, for tables."""
    if language().locale == "de":
        return f"{_civil(day):%d.%m.%Y}"
    return format_date(_civil(day), "medium", locale=_locale())


def format_clock(moment: datetime) -> str:
    """»17 Uhr«, »17:30 Uhr«: the time of day in Hamburg."""
    local = moment.astimezone(clock.CIVIL_ZONE)
    # What belongs to the hour stays on its line.
    if language().locale == "de":
        return f"{local.hour}\u00a0Uhr" if local.minute == 0 else f"{local:%H:%M}\u00a0Uhr"
    return format_time(local, "short", tzinfo=clock.CIVIL_ZONE, locale=_locale()).replace(" ", "\u00a0")


def format_moment(moment: datetime) -> str:
    """»Freitag, 22. November, 17 Uhr«, in Hamburg's time."""
    return f"{format_day(moment)}{_comma()}{format_clock(moment)}"


def _civil(day: date) -> date:
    return day.astimezone(clock.CIVIL_ZONE).date() if isinstance(day, datetime) else day


def _comma() -> str:
    return "، " if direction() == "rtl" else ", "


def _locale() -> Locale:
    return _parsed(language().locale)


def _translations() -> NullTranslations:
    speech = _speech.get()
    return _load(speech.language.folder, speech.catalogues)


@lru_cache
def _parsed(locale: str) -> Locale:
    return Locale.parse(locale)


@lru_cache
def _load(folder: str, catalogues: Path) -> NullTranslations:
    texts = Translations.load(SHARED_CATALOGUES, [folder])
    own = Translations.load(catalogues, [folder])
    if not isinstance(own, Translations):
        return texts
    return texts.merge(own) if isinstance(texts, Translations) else own
