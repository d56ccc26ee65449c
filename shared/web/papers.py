"""Papers to print: tagged PDF (PDF/UA-1) out of a typst template and what is told in it. Nothing is fetched, nothing is kept.

A template begins with `#import "/shared/web/templates/papers/paper.typ": paper, told` and `#show: paper`. What is told
reaches it as data; only a template is ever read as typst. What people wrote goes through `apart` first.
"""

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from unicodedata import category

import typst

from shared.web import i18n
from shared.web.static_files import STATIC, AssetsNotBuilt

_ROOT = Path(__file__).resolve().parents[2]
_FONTS = STATIC / "vendor" / "papers"
_PROBE = Path(__file__).parent / "templates" / "papers" / "probe.typ"
#: Stands for a sign that none of our fonts has: a paper with a gap in it is no PDF/UA.
_UNKNOWN = "?"
#: Zero width non-joiner and joiner, which Persian and Kurdish are written with.
_JOINERS = "\u200c\u200d"


def render(template: Path, told: Mapping[str, Any]) -> bytes:
    """The paper in the language spoken now. `told` is JSON-ready; its `title` names the document.

    Signs that no font of ours has become question marks. Raises AssetsNotBuilt, and TypstError for a broken template.
    """
    try:
        return _compiled(template, told)
    except typst.TypstError:
        drawable = _drawable(told)
        # What people wrote doesn't stay in memory.
        _is_drawn.cache_clear()
        if drawable == told:
            raise
        return _compiled(template, drawable)


def apart(text: str) -> str:
    """What somebody wrote, in one line, so that its direction and the words around it leave each other alone: `<bdi>` on paper.

    Signs that nobody sees go, but for those that part or join the letters of a word.
    """
    seen = "".join(sign for sign in text if sign.isspace() or sign in _JOINERS or category(sign) not in {"Cc", "Cf"})
    line = " ".join(stripped for word in seen.split() if (stripped := word.strip(_JOINERS)))
    return f"\u2068{line}\u2069" if line else ""


def _compiled(template: Path, told: Mapping[str, Any]) -> bytes:
    language, _, region = i18n.language().locale.partition("_")
    speech = {"language": language, "region": region.lower() or None, "direction": i18n.direction()}
    speech["unchecked"] = i18n.unchecked()
    return typst.compile(
        template,
        root=_ROOT,
        font_paths=_fonts(),
        sys_inputs={"told": json.dumps({**told, **speech})},
        pdf_standards=["ua-1"],
    )


@lru_cache
def _fonts() -> typst.Fonts:
    if not _FONTS.is_dir():
        raise AssetsNotBuilt("there are no fonts for papers; run `make`")
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[_FONTS])


def _drawable(told: Any) -> Any:
    if isinstance(told, str):
        return _mended(told)
    if isinstance(told, Mapping):
        return {name: _drawable(part) for name, part in told.items()}
    return [_drawable(part) for part in told] if isinstance(told, list | tuple) else told


def _mended(text: str) -> str:
    if _is_drawn(text):
        return text
    mended = ""
    # Sign by sign, behind what stands before: whether a mark can be drawn depends on what it is put on.
    for sign in text:
        mended += sign if _is_drawn(_UNKNOWN + mended + sign) else _UNKNOWN
    return mended if _is_drawn(mended) else _UNKNOWN


@lru_cache(maxsize=4096)
def _is_drawn(text: str) -> bool:
    try:
        _compiled(_PROBE, {"title": _UNKNOWN, "text": text})
    except typst.TypstError:
        return False
    return True
