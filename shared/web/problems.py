"""Answers to what went wrong: RFC 9457 problem documents for /api, pages in the reader's language for people."""

from typing import Any

from flask import Flask, Response, current_app, jsonify, render_template, request
from sqlalchemy.exc import DataError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError
from werkzeug.http import HTTP_STATUS_CODES

from shared.rules import IllegalTransition, NotFound
from shared.web.field_messages import by_field
from shared.web.i18n import gettext
from shared.web.observing import tell_error

#: Seconds after which a client may try again when the database is away.
RETRY_AFTER = 10
#: What is typed here is never shown again.
_SECRET_FIELDS = frozenset({"csrf_token", "password", "otp", "form_token"})


def register_problems(app: Flask) -> None:
    """Let `app` answer every error in the reader's language and the client's format."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(IllegalTransition, _illegal)
    app.register_error_handler(NotFound, _not_found)
    app.register_error_handler(DataError, _bad_value)
    for error in (OperationalError, InterfaceError, PoolTimeout):
        app.register_error_handler(error, _unavailable)
    app.register_error_handler(DBAPIError, _database_error)


def problem(status: int, detail: str, errors: dict[str, list[str]] | None = None) -> Response:
    """An `application/problem+json` answer; `errors` by field name."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTP_STATUS_CODES.get(status, "Error"),
        "status": status,
        "detail": detail,
    }
    if errors:
        body["errors"] = errors
    answer = jsonify(body)
    answer.status_code = status
    answer.mimetype = "application/problem+json"
    return answer


def wants_json() -> bool:
    """Whether this request came through the API."""
    return request.path.startswith("/api/")


def answer(status: int, detail: str, errors: dict[str, list[str]] | None = None) -> Response:
    """The answer to something that went wrong: a problem document for the API, a page for people."""
    if wants_json():
        return problem(status, detail, errors)
    page = render_template(
        "shared/error.html", status=status, title=_title(status), detail=detail, typed=_typed(status)
    )
    return current_app.response_class(page, status=status)


def _http(error: HTTPException) -> Response | HTTPException:
    if error.response is not None or error.code is None or error.code < 400:
        return error
    data: dict[str, Any] = getattr(error, "data", None) or {}
    messages = data.get("errors") or data.get("messages")
    errors = by_field(_without_location(messages)) if messages else None
    reply = answer(error.code, _detail(error), errors)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            reply.headers[name] = value
    if error.code == 401:
        reply.headers["WWW-Authenticate"] = "Bearer"
    return reply


def _illegal(error: IllegalTransition) -> Response:
    return answer(409, str(error) or gettext("Das geht im jetzigen Stand nicht."))


def _not_found(error: NotFound) -> Response:
    return answer(404, str(error) or _DETAILS[404]())


def _bad_value(error: DataError) -> Response:
    # A number out of range or text the database refuses: the client's doing, whatever let it through.
    tell_error("database refused a value", error)
    return answer(400, _DETAILS[400]())


def _unavailable(error: Exception) -> Response:
    tell_error("database unavailable", error)
    reply = answer(503, _DETAILS[503]())
    reply.headers["Retry-After"] = str(RETRY_AFTER)
    return reply


def _database_error(error: DBAPIError) -> Response | HTTPException:
    if error.connection_invalidated:
        return _unavailable(error)
    tell_error("database error", error)
    return _http(InternalServerError())


def _detail(error: HTTPException) -> str:
    standard = getattr(type(error), "description", None)
    # Werkzeug's own subclasses speak English and name what they refused (a foreign Host).
    ours = type(error).__module__ == "werkzeug.exceptions" and not isinstance(error, SecurityError)
    if ours and error.description and error.description != standard and error.code != 500:
        return gettext(error.description)
    code = error.code or 500
    return _DETAILS.get(code, _DETAILS[400] if code < 500 else _DETAILS[500])()


def _without_location(messages: Any) -> Any:
    # webargs sorts messages by where they came from; field names alone are enough for readers.
    if not isinstance(messages, dict):
        return messages
    known = {"json", "query", "form", "headers", "path", "view_args", "files", "cookies"}
    if set(messages) <= known:
        merged: dict[str, Any] = {}
        for inner in messages.values():
            merged.update(inner if isinstance(inner, dict) else {"": inner})
        return merged
    return messages


def _typed(status: int) -> list[tuple[str, str]]:
    """What a form held, to be sent again from the error page; only where that can help and nobody else wrote it."""
    ours = request.headers.get("Sec-Fetch-Site") == "same-origin"
    if request.method != "POST" or not (status == 503 or (status in {400, 401} and ours)):
        return []
    return [(name, text) for name, text in request.form.items(multi=True) if name not in _SECRET_FIELDS]


def _title(status: int) -> str:
    titles = {
        400: lambda: gettext("Das konnten wir nicht lesen"),
        401: lambda: gettext("Bitte melden Sie sich an"),
        403: lambda: gettext("Dafür fehlt Ihnen die Berechtigung"),
        404: lambda: gettext("Diese Seite gibt es nicht"),
        405: lambda: gettext("Das geht auf diesem Weg nicht"),
        409: lambda: gettext("Das geht gerade nicht"),
        413: lambda: gettext("Das ist zu viel auf einmal"),
        415: lambda: gettext("Dieses Format können wir nicht lesen"),
        429: lambda: gettext("Bitte warten Sie einen Moment"),
        503: lambda: gettext("Wir können gerade nichts speichern"),
    }
    return titles.get(status, titles[400] if status < 500 else lambda: gettext("Da ist bei uns etwas schiefgegangen"))()


_DETAILS = {
    400: lambda: gettext("Die Anfrage kam nicht so an, wie wir sie brauchen. Bitte versuchen Sie es noch einmal."),
    401: lambda: gettext("Dafür brauchen Sie eine Anmeldung."),
    403: lambda: gettext("Ihr Konto darf das nicht. Fragen Sie bitte die Geschäftsstelle."),
    404: lambda: gettext("Vielleicht ist der Link abgelaufen oder ein Zeichen fehlt. Bitte prüfen Sie die Adresse."),
    405: lambda: gettext("Bitte gehen Sie zurück und benutzen Sie die Schaltfläche auf der Seite."),
    409: lambda: gettext("Inzwischen hat sich etwas geändert. Bitte laden Sie die Seite neu."),
    413: lambda: gettext("Bitte kürzen Sie den Text oder wählen Sie eine kleinere Datei."),
    415: lambda: gettext("Bitte senden Sie die Angaben als JSON (application/json)."),
    422: lambda: gettext("Bitte prüfen Sie die genannten Felder."),
    429: lambda: gettext(
        "Es kamen sehr viele Anfragen von Ihrem Anschluss. Bitte versuchen Sie es in einigen Minuten wieder."
    ),
    500: lambda: gettext("Wir wissen davon und kümmern uns. Bitte versuchen Sie es später noch einmal."),
    503: lambda: gettext(
        "Ihre Angaben sind noch nicht gespeichert. Bitte senden Sie sie in ein paar Minuten noch einmal."
    ),
}
