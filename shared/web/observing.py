"""What a request leaves behind: a span of its trace, and two figures by its route. Never an address, a query or a person."""

from collections.abc import Callable, Iterable
from http import HTTPMethod
from typing import TYPE_CHECKING, Any

import structlog
from flask import Flask, Response, request

from shared import clock, metrics, tracing
from shared.messaging.loop import place_of

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

#: In a request's environment: the template of its route, and for the server's access log the id of its trace.
_ROUTE = "mitsprache.route"
TRACE_ID = "mitsprache.trace_id"

_METHODS = frozenset(HTTPMethod)
#: The route of an address that nobody answers.
UNKNOWN = "unknown"

_log = structlog.get_logger(component="web")


def observe(app: Flask) -> None:
    """Let every request of `app` be a span and be counted, and let `/metrics` tell the figures to those inside.

    What came through the gateway carries X-Forwarded-For: it is outside, and gets what any unknown address gets.
    """
    app.log_exception = lambda info: tell_error("request failed", info[1])  # type: ignore[assignment,method-assign]
    app.after_request(_note_route)
    app.wsgi_app = _telling_figures(_observed(app.name, app.wsgi_app))  # type: ignore[assignment,method-assign]


def tell_error(what: str, error: BaseException | None) -> None:
    """One line for what went wrong in a request: kind and place, since an error's own text may quote what people typed."""
    cause = getattr(error, "orig", error)
    _log.error(
        what,
        error=type(cause).__name__,
        reason=place_of(error) if error else None,
        method=_method(request.environ),
        route=request.url_rule.rule if request.url_rule else UNKNOWN,
    )


def _method(environ: "WSGIEnvironment") -> str:
    # A method may be any word that a client invents.
    return environ["REQUEST_METHOD"] if environ["REQUEST_METHOD"] in _METHODS else "other"


def _note_route(response: Response) -> Response:
    if request.url_rule is not None:
        request.environ[_ROUTE] = request.url_rule.rule
    return response


def _observed(service: str, inner: "WSGIApplication") -> "WSGIApplication":
    def observed(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        method = _method(environ)
        statuses = ["500"]

        def answer(status: str, *rest: Any) -> Callable[[bytes], object]:
            statuses.append(status[:3])
            return start_response(status, *rest)

        began = clock.monotonic()
        with tracing.following(environ.get("HTTP_TRACEPARENT"), kind="server") as span:
            environ[TRACE_ID] = span.trace_id
            try:
                return inner(environ, answer)
            finally:
                route, status = environ.get(_ROUTE, UNKNOWN), statuses[-1]
                span.name = f"{method} {route}"
                span.attributes["http.response.status_code"] = int(status)
                span.has_failed = status >= "500"
                metrics.HTTP_REQUESTS.labels(service, method, route, status).inc()
                metrics.HTTP_SECONDS.labels(service, route).observe(clock.monotonic() - began)

    return observed


def _telling_figures(inner: "WSGIApplication") -> "WSGIApplication":
    def telling(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["PATH_INFO"] != "/metrics" or "HTTP_X_FORWARDED_FOR" in environ:
            return inner(environ, start_response)
        start_response("200 OK", [("Content-Type", metrics.CONTENT_TYPE)])
        return [metrics.page()]

    return telling
