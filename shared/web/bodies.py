"""What comes in from outside, refused early and clearly: broken text, NUL, depth, duplicate keys, too much of anything."""

import json
from typing import Any, NoReturn
from urllib.parse import unquote_to_bytes

from flask import Request, abort, request

from shared.web.i18n import gettext

MAX_BODY = 1_000_000
MAX_FORM_FIELDS = 500
MAX_FORM_MEMORY = 500_000
#: Deeper than anything a schema of ours describes.
MAX_DEPTH = 16

_FORM = "application/x-www-form-urlencoded"


def refuse_broken_text() -> None:
    """Before each request: 400 for an address or form that isn't UTF-8 or holds NUL, 413 for more fields than a form has."""
    address = unquote_to_bytes(request.environ.get("QUERY_STRING", "").encode("latin-1"))
    _text(request.environ.get("PATH_INFO", "").encode("latin-1"))
    _text(address)
    if request.mimetype == _FORM:
        raw = request.get_data()
        if raw.count(b"&") >= MAX_FORM_FIELDS:
            abort(413)
        _text(unquote_to_bytes(raw))
    elif request.mimetype == "multipart/form-data":
        _refuse_broken_multipart(request)


def strict_json(incoming: Request) -> Any:
    """The JSON body. 415 for another content type; 400 for broken text, NUL, lone surrogates, duplicate keys, NaN, depth."""
    raw = incoming.get_data()
    if not incoming.is_json:
        abort(415)
    text = _text(raw)
    try:
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
        _check(value, 0)
    except RecursionError:
        _refuse(gettext("Die Angaben sind zu tief verschachtelt."))
    except ValueError:
        _refuse(gettext("Das ist kein gültiges JSON."))
    return value


def _refuse_broken_multipart(incoming: Request) -> None:
    # Werkzeug replaces what it can't decode, so a replacement character or NUL in any field tells.
    for name, text in incoming.form.items(multi=True):
        if "\0" in name + text or "\ufffd" in name + text:
            _refuse(gettext("Die Eingabe enthält Zeichen, die wir nicht lesen können. Bitte tippen Sie sie neu ein."))
    if incoming.content_length and not incoming.form and not incoming.files:
        _refuse(gettext("Das Formular kam unvollständig an. Bitte senden Sie es noch einmal."))


def _text(raw: bytes) -> str:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        _refuse(gettext("Die Eingabe enthält Zeichen, die wir nicht lesen können. Bitte tippen Sie sie neu ein."))
    return text


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        _refuse(gettext("Ein Feld kommt doppelt vor."))
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _check(value: Any, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise RecursionError
    if isinstance(value, dict):
        for key, inner in value.items():
            _check_text(key)
            _check(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _check(inner, depth + 1)
    elif isinstance(value, str):
        _check_text(value)


def _check_text(text: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        _refuse(gettext("Die Eingabe enthält Zeichen, die wir nicht lesen können. Bitte tippen Sie sie neu ein."))
    if "\0" in text:
        _refuse(gettext("Die Eingabe enthält Zeichen, die wir nicht lesen können. Bitte tippen Sie sie neu ein."))


def _refuse(message: str) -> NoReturn:
    abort(400, description=message)
