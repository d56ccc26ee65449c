"""Which language a reader gets: `?lang=`, then their earlier choice, then their browser's wish, then German."""

from pathlib import Path

from flask import Response, current_app, g, request

from shared.web import i18n

COOKIE = "lang"
_A_YEAR = 365 * 24 * 3600


def choose_language(catalogues: Path) -> None:
    """Before each request: speak the reader's language, with this service's catalogues."""
    asked = i18n.offered_tag(request.args.get("lang"))
    g.asked_language = asked
    i18n.speak(asked or i18n.offered_tag(request.cookies.get(COOKIE)) or _browsers_wish(), catalogues)


def remember_language(response: Response) -> Response:
    """After each request: keep the language that was asked for in a cookie, and say which one this answer is in."""
    response.headers.setdefault("Content-Language", i18n.language().tag)
    asked = g.get("asked_language")
    if asked and request.cookies.get(COOKIE) != asked:
        secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
        response.set_cookie(COOKIE, asked, max_age=_A_YEAR, secure=secure, httponly=True, samesite="Lax")
    return response


def _browsers_wish() -> str:
    # Werkzeug would pass over "ar-SY" for an English that comes last; one's own language in any country comes first.
    for wish in request.accept_languages.values():
        if tag := i18n.offered_tag(wish.lower()) or i18n.offered_tag(wish.partition("-")[0].lower()):
            return tag
    return i18n.DEFAULT
