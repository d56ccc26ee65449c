"""How all four services make their Flask app."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from flask import Flask, Response, abort, current_app, request
from flask_talisman import Talisman
from flask_wtf.csrf import CSRFError, CSRFProtect
from jinja2 import ChoiceLoader, FileSystemLoader
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from shared.database import Database
from shared.web import bodies, look, staff_tokens
from shared.web.clients import install_limits
from shared.web.health import add_health
from shared.web.i18n import gettext
from shared.web.language_choice import choose_language, remember_language
from shared.web.look import NavLink
from shared.web.observing import observe
from shared.web.problems import answer, register_problems
from shared.web.settings import WebSettings
from shared.web.static_files import HASHED_NAME, STATIC

V = TypeVar("V", bound=Callable[..., Any])

_SHARED_TEMPLATES = Path(__file__).parent / "templates"
_CONTENT_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
_PERMISSIONS = {"camera": "()", "geolocation": "()", "microphone": "()", "payment": "()", "usb": "()"}
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def with_camera(view: V) -> V:
    """A page that may ask for the camera; on all others no script gets it, whoever wrote it. It stands above the decision on
    who may use the page."""
    view.talisman_view_options = {"permissions_policy": _PERMISSIONS | {"camera": "(self)"}}  # type: ignore[attr-defined]
    return view


class _App(Flask):
    """Flask, whose views are plain functions here: it need not look whether each is a coroutine, many times a request."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function as it is."""
        return func


def new_app(
    service: str,
    import_name: str,
    *,
    settings: WebSettings,
    database: Database,
    console_nav: Sequence[NavLink] = (),
) -> Flask:
    """The Flask app of `service`, whose templates and translations lie beside the module `import_name`.

    Sessions, CSRF, headers, languages, limits, errors and health are in place; the caller registers blueprints.
    """
    app = _App(import_name, static_folder=None, template_folder="templates")
    app.name = service
    app.extensions.update(
        database=database,
        settings=settings,
        staff_keys=(staff_tokens.key_set(settings.staff_public_keys), settings.staff_issuer),
    )
    _configure(app, service, settings)
    _add_guards(app)
    install_limits(app, settings)
    register_problems(app)
    look.install(app, console_nav)
    add_health(app, database)
    _add_middleware(app, settings)
    return app


def _configure(app: Flask, service: str, settings: WebSettings) -> None:
    prefix = "__Host-" if settings.secure_cookies else ""
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME=f"{prefix}{service}_session",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        TRUSTED_HOSTS=settings.trusted_hosts,
        MAX_CONTENT_LENGTH=bodies.MAX_BODY,
        MAX_FORM_PARTS=bodies.MAX_FORM_FIELDS,
        MAX_FORM_MEMORY_SIZE=bodies.MAX_FORM_MEMORY,
        WTF_CSRF_CHECK_DEFAULT=False,
        # The token lives as long as its session: nobody loses a long text to a clock.
        WTF_CSRF_TIME_LIMIT=None,
        # Pages send no Referer (their addresses hold personal codes); Sec-Fetch-Site and Origin are looked at instead.
        WTF_CSRF_SSL_STRICT=False,
        PREFERRED_URL_SCHEME="https" if settings.secure_cookies else "http",
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.jinja_loader = ChoiceLoader(
        [FileSystemLoader(Path(app.root_path) / "templates"), FileSystemLoader(_SHARED_TEMPLATES)]
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def _add_guards(app: Flask) -> None:
    csrf = CSRFProtect(app)
    Talisman(
        app,
        force_https=False,
        strict_transport_security=app.config["SESSION_COOKIE_SECURE"],
        content_security_policy=_CONTENT_POLICY,
        content_security_policy_nonce_in=[],
        frame_options="DENY",
        referrer_policy="no-referrer",
        permissions_policy=_PERMISSIONS,
        session_cookie_secure=app.config["SESSION_COOKIE_SECURE"],
        session_cookie_samesite="Lax",
        x_xss_protection=False,
    )

    @app.before_request
    def guard() -> None:
        choose_language(Path(app.root_path) / "translations")
        bodies.refuse_broken_text()
        view: Any = app.view_functions.get(request.endpoint or "")
        if view is None:
            return
        if not hasattr(view, "authorisation"):
            abort(403)
        if request.method not in _SAFE_METHODS and view.csrf == "token":
            _refuse_other_sites()
            csrf.protect()

    @app.errorhandler(CSRFError)
    def expired(_: CSRFError) -> Response:
        return answer(400, gettext("Die Seite war zu lange offen. Bitte senden Sie Ihre Angaben noch einmal."))

    app.after_request(_keep_private)
    app.after_request(remember_language)


def _refuse_other_sites() -> None:
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin", "null")
    foreign_origin = origin not in {"null", request.host_url.rstrip("/")}
    if site not in {None, "same-origin", "none"} or (site is None and foreign_origin):
        abort(403, description=gettext("Dieses Formular kam von einer fremden Seite. Bitte öffnen Sie es hier neu."))


def _keep_private(response: Response) -> Response:
    view: Any = current_app.view_functions.get(request.endpoint or "")
    personal = request.method != "GET" or getattr(view, "authorisation", "everyone") != "everyone"
    response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    response.vary.update(["Cookie", "Accept-Language"])
    # Public pages may stay in the browser's back list, so that going back finds a form as it was typed.
    response.headers.setdefault("Cache-Control", "no-store" if personal else "private, no-cache")
    return response


def _add_middleware(app: Flask, settings: WebSettings) -> None:
    observe(app)
    static = WhiteNoise(app.wsgi_app, root=str(STATIC), prefix="static", immutable_file_test=HASHED_NAME)
    app.wsgi_app = static  # type: ignore[method-assign]
    if hops := settings.trusted_hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]
