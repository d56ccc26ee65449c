"""The texts of all languages: `python -m shared.web.catalogues extract|compile|check [service]`.

msgids are the German sentences; each service has its own catalogues, `shared/web/translations` holds what all share.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

_ROOT = Path(__file__).resolve().parents[2]
#: Where texts are, and whose catalogues they go to.
_SHARED = "shared/web"
_SOURCES = (_SHARED, "services/registration", "services/submissions", "services/council", "services/notifications")
_METHODS = [
    ("**.py", "python"),
    ("**/templates/**.html", "jinja2"),
    ("**/templates/**.txt", "jinja2"),
    ("**/messages/**", "jinja2"),
]
_OPTIONS = {"**/templates/**.html": {"trimmed": "true"}, "**/templates/**.txt": {"trimmed": "true"}}
_KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None, "gettext": None, "lazy_gettext": None, "_l": None, "N_": None, "ngettext": (1, 2), "pgettext": (1, 2),
}  # fmt: skip
#: Catalogue folder → Babel locale, for every language that has been written so far.
Text = str | list[str] | tuple[str, ...]
WRITTEN = {"en": "en", "tr": "tr", "ru": "ru", "pl": "pl", "uk": "uk", "ar": "ar", "fa": "fa", "de_simple": "de"}


def extract(sources: Sequence[str]) -> None:
    """Bring the catalogues of `sources` up to date with their texts: new ones come in empty, unused ones go."""
    for source in sources:
        template = _texts_of(source)
        for folder, locale in WRITTEN.items():
            path = _catalogue(source, folder)
            catalogue = _read(path, locale) if path.exists() else Catalog(locale=locale)
            catalogue.update(template, no_fuzzy_matching=True)
            catalogue.obsolete.clear()
            if len(template):
                path.parent.mkdir(parents=True, exist_ok=True)
                with path.open("wb") as file:
                    write_po(file, catalogue, width=120, omit_header=True, no_location=True, sort_output=True)


def compile_all() -> None:
    """Make the .mo files that are older than their .po file."""
    for path in _written_catalogues():
        built = path.with_suffix(".mo")
        if not built.exists() or built.stat().st_mtime < path.stat().st_mtime:
            catalogue = _read(path, path.parts[-3])
            with built.open("wb") as file:
                write_mo(file, catalogue)


def check(sources: Sequence[str]) -> list[str]:
    """What is wrong: texts not in a catalogue or without translation, fuzzy ones, placeholders that differ."""
    problems: list[str] = []
    for source in sources:
        wanted = {message.id for message in _texts_of(source) if message.id}
        for folder, locale in WRITTEN.items():
            path = _catalogue(source, folder)
            known = _read(path, locale) if path.exists() else Catalog(locale=locale)
            problems += [f"{path.relative_to(_ROOT)}: {problem}" for problem in _problems(wanted, known)]
    return problems


def _problems(wanted: Iterable[Text], known: Catalog) -> Iterator[str]:
    for text in wanted:
        message = known.get(text)
        if message is None or not message.string or (isinstance(message.string, tuple) and not all(message.string)):
            yield f"not translated: {text!r}"
        elif message.fuzzy:
            yield f"fuzzy: {text!r}"
        else:
            yield from (f"{error}: {text!r}" for error in message.check(known))


def _texts_of(source: str) -> Catalog:
    found = Catalog()
    # What the shared pages say already needs no second translation in a service.
    said = Catalog() if source == _SHARED else _texts_of(_SHARED)
    for _file, _line, text, _comments, context in extract_from_dir(_ROOT / source, _METHODS, _OPTIONS, _KEYWORDS):
        if said.get(text) is None:
            found.add(text, context=context)
    return found


def _catalogue(source: str, folder: str) -> Path:
    return _ROOT / source / "translations" / folder / "LC_MESSAGES" / "messages.po"


def _written_catalogues() -> Iterator[Path]:
    for source in _SOURCES:
        for folder in WRITTEN:
            path = _catalogue(source, folder)
            if path.exists():
                yield path


def _read(path: Path, locale: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def _main() -> int:
    parser = argparse.ArgumentParser(description="Texts of all languages.")
    parser.add_argument("action", choices=["extract", "compile", "check"])
    parser.add_argument("service", nargs="?", help="only this service's texts")
    wanted = parser.parse_args()
    sources = [source for source in _SOURCES if not wanted.service or source.endswith(f"/{wanted.service}")]
    problems: list[str] = []
    if wanted.action == "extract":
        extract(sources)
    elif wanted.action == "compile":
        compile_all()
    else:
        problems = check(sources)
    sys.stdout.writelines(f"{problem}\n" for problem in problems)
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(_main())
