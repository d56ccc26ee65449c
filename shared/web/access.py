"""Who may use a route. Every view carries one of these decisions; a route without one is refused and fails a test.

Console and staff views get the `Staff` as their first argument.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

from flask import Flask, abort, current_app, redirect, request
from werkzeug.wrappers import Response

from shared.web import staff_tokens
from shared.web.i18n import gettext
from shared.web.staff_tokens import Expired, Staff, WrongToken

View = Callable[..., Any]
V = TypeVar("V", bound=View)

#: Where council keeps the staff member's token; only pages below this path ever see it.
COOKIE = "staff_token"
CONSOLE = "/intern"
_API_TAKES_NO_COOKIES = "exempt: the API takes no cookies"


def public_page(view: V) -> V:
    """A page for everyone."""
    return _decided(view, "everyone", "token")


def public_api(view: V) -> V:
    """A JSON route for everyone. It may ask `staff_present()` to show more to staff."""
    return _decided(view, "everyone", _API_TAKES_NO_COOKIES)


def by_token(view: V) -> V:
    """A page for whoever holds the personal link or code; the view checks it and raises NotFound."""
    return _decided(view, "holder of a personal token", "token")


def by_token_api(view: V) -> V:
    """A JSON route for whoever holds the personal token (`bearer_token()`); the view checks it and raises NotFound."""
    return _decided(view, "holder of a personal token", _API_TAKES_NO_COOKIES)


def by_signature(view: V) -> V:
    """A route for machines that sign the raw body (webhooks); the view checks the signature."""
    return _decided(view, "sender of a signature", "exempt: the body is signed")


def without_csrf(reason: str) -> Callable[[V], V]:
    """Let a form be posted from elsewhere (one-click unsubscribe by mail programs). `reason` is kept for the list of routes."""

    def decorate(view: V) -> V:
        view.csrf = f"exempt: {reason}"  # type: ignore[attr-defined]
        return view

    return decorate


def staff_page(*roles: str) -> Callable[[View], View]:
    """A console page for staff with one of `roles`; without a token it leads to the sign-in page and back. A form that was
    sent with an expired token is answered by a page that keeps what was typed, renews the token and sends it again."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            try:
                staff = staff_tokens.verify(current_app, request.cookies.get(COOKIE, ""))
            except Expired:
                if request.method == "POST":
                    abort(
                        401,
                        description=gettext("Die Seite war lange offen. Bitte senden Sie Ihre Angaben noch einmal."),
                    )
                return _send_to("erneuern")
            except WrongToken:
                return _send_to("anmelden")
            _require(staff, roles)
            return view(staff, *args, **kwargs)

        return _decided(guarded, _named(roles), "token")

    return decorate


def staff_api(*roles: str) -> Callable[[View], View]:
    """A JSON route for staff with one of `roles`, by `Authorization: Bearer`; it never looks at cookies."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            staff = staff_present()
            if staff is None:
                abort(401)
            _require(staff, roles)
            return view(staff, *args, **kwargs)

        return _decided(guarded, _named(roles), _API_TAKES_NO_COOKIES)

    return decorate


def staff_present() -> Staff | None:
    """The staff member whose bearer token came with this request, or None for a missing or worthless one."""
    bearer = bearer_token()
    if bearer is None:
        return None
    try:
        return staff_tokens.verify(current_app, bearer)
    except WrongToken:
        return None


def bearer_token() -> str | None:
    """The token of the header `Authorization: Bearer …`."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" and token.strip() else None


def safe_next(target: str | None) -> str:
    """`target` if it is a plain path below the console, else the dashboard: nobody is sent to another site."""
    fallback = f"{CONSOLE}/"
    if not target or "\\" in target or any(ord(c) <= 32 or ord(c) == 127 for c in target):
        return fallback
    try:
        parts = urlsplit(target)
    except ValueError:
        return fallback
    inside = parts.path == CONSOLE or parts.path.startswith(f"{CONSOLE}/")
    return target if inside and not parts.scheme and not parts.netloc and ".." not in parts.path else fallback


def undecided(app: Flask) -> list[str]:
    """Routes whose view carries no decision: there must be none."""
    return [
        f"{rule.rule} ({rule.endpoint})"
        for rule in app.url_map.iter_rules()
        if not hasattr(app.view_functions[rule.endpoint], "authorisation")
    ]


def _decided(view: V, authorisation: str, csrf: str) -> V:
    view.authorisation = authorisation  # type: ignore[attr-defined]
    if not hasattr(view, "csrf"):
        view.csrf = csrf  # type: ignore[attr-defined]
    return view


def _named(roles: tuple[str, ...]) -> str:
    if not roles:
        raise ValueError("a staff route names its roles")
    return "staff: " + ", ".join(roles)


def _require(staff: Staff, roles: tuple[str, ...]) -> None:
    if not staff.roles.intersection(roles):
        abort(403)


def _send_to(page: str) -> Response:
    wanted = request.full_path.rstrip("?") if request.method == "GET" else request.path
    return redirect(f"{CONSOLE}/{page}?next={quote(safe_next(wanted), safe='/')}")
