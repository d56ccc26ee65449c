"""One origin for four services: which service answers which address, and the four of them as one WSGI application."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from shared import metrics
from shared.messaging import ops

StartResponse = Callable[..., Any]
WSGI = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]

#: The longest prefix wins; everything else belongs to registration.
PREFIXES = {
    "/": "registration",
    "/konferenzen": "registration",
    "/anmeldung": "registration",
    "/static": "registration",
    "/ideen": "submissions",
    "/verfolgen": "submissions",
    "/rat": "council",
    "/oparl": "council",
    "/mitteilungen": "notifications",
    "/postfach": "notifications",
    "/intern": "council",
    "/intern/konferenzen": "registration",
    "/intern/ideen": "submissions",
    "/intern/vorgaenge": "council",
    "/intern/sitzungen": "council",
    "/intern/mitteilungen": "notifications",
    "/api/registration": "registration",
    "/api/submissions": "submissions",
    "/api/council": "council",
    "/api/notifications": "notifications",
}


def owner(path: str) -> str:
    """The service that answers `path`."""
    prefix = path.rstrip("/")
    while prefix not in PREFIXES:
        prefix = prefix.rpartition("/")[0] or "/"
    return PREFIXES[prefix]


def one_origin(apps: Mapping[str, Flask]) -> WSGI:
    """All four apps as one; /healthz, /readyz and /metrics answer for all of them together."""

    def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == "/metrics":
            return _figures(apps, start_response)
        if path == "/readyz":
            return _ready(apps, environ, start_response)
        return apps[owner(path)](environ, start_response)

    return application


def _figures(apps: Mapping[str, Flask], start_response: StartResponse) -> Iterable[bytes]:
    try:
        for app in apps.values():
            ops.refresh(app.extensions["database"], app.extensions.get("own_figures", ops.none))
    except SQLAlchemyError:
        start_response("503 Service Unavailable", [("Content-Type", "text/plain")])
        return [b"database unavailable\n"]
    start_response("200 OK", [("Content-Type", metrics.CONTENT_TYPE)])
    return [metrics.page()]


def _ready(apps: Mapping[str, Flask], environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    for app in apps.values():
        if not app.extensions["is_ready"]():
            return app(environ, start_response)
    return apps["registration"](environ, start_response)
