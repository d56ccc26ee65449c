"""The worker's port for machines that watch it: /healthz, /readyz and /metrics. Not public."""

import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import waitress
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from shared import metrics
from shared.database import Database
from shared.messaging import measuring
from shared.messaging.runtime import Worker

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


#: Sets the gauges that one service has beside the backbone's.
OwnFigures = Callable[[Session], None]


def none(_session: Session) -> None:
    """The own figures of a service that has none."""


def serve(application: "WSGIApplication", host: str, port: int) -> None:
    """Answer in a thread of its own."""
    server = waitress.create_server(application, host=host, port=port, threads=2)
    threading.Thread(target=server.run, name="ops", daemon=True).start()


def application(database: Database, worker: Worker, own_figures: OwnFigures = none) -> "WSGIApplication":
    """The WSGI application: ready means that every thread lives and the database answers; the broker isn't asked."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        status, kind, body = _answer(environ["PATH_INFO"], database, worker, own_figures)
        start_response(status, [("Content-Type", kind), ("Content-Length", str(len(body)))])
        return [body]

    return answer


def refresh(database: Database, own_figures: OwnFigures) -> None:
    """Set every gauge of the service behind `database`. Raises SQLAlchemyError."""
    with database.read() as session:
        measuring.export(database.service, session)
        own_figures(session)


def _answer(path: str, database: Database, worker: Worker, own_figures: OwnFigures) -> tuple[str, str, bytes]:
    if path == "/healthz":
        return "200 OK", "text/plain", b"ok\n"
    if path not in ("/readyz", "/metrics"):
        return "404 Not Found", "text/plain", b"not here\n"
    try:
        if path == "/metrics":
            refresh(database, own_figures)
            return "200 OK", metrics.CONTENT_TYPE, metrics.page()
        with database.read() as session:
            session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return "503 Service Unavailable", "text/plain", b"database unavailable\n"
    return (
        ("200 OK", "text/plain", b"ready\n")
        if worker.alive()
        else ("503 Service Unavailable", "text/plain", b"a thread ended\n")
    )
