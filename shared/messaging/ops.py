"""The worker's port for machines that watch it: /healthz, /readyz and /metrics. Not public."""

import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

import waitress
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from shared.database import Database
from shared.messaging import measuring
from shared.messaging.runtime import Worker

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


def serve(service: str, database: Database, worker: Worker, host: str, port: int) -> None:
    """Answer in a thread of its own."""
    server = waitress.create_server(application(service, database, worker), host=host, port=port, threads=2)
    threading.Thread(target=server.run, name=f"{service} ops", daemon=True).start()


def application(service: str, database: Database, worker: Worker) -> "WSGIApplication":
    """The WSGI application: ready means that every thread lives and the database answers; the broker isn't asked."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        status, kind, body = _answer(environ["PATH_INFO"], service, database, worker)
        start_response(status, [("Content-Type", kind), ("Content-Length", str(len(body)))])
        return [body]

    return answer


def _answer(path: str, service: str, database: Database, worker: Worker) -> tuple[str, str, bytes]:
    if path == "/healthz":
        return "200 OK", "text/plain", b"ok\n"
    if path not in ("/readyz", "/metrics"):
        return "404 Not Found", "text/plain", b"not here\n"
    try:
        with database.read() as session:
            measuring.export(service, session)
    except SQLAlchemyError:
        return "503 Service Unavailable", "text/plain", b"database unavailable\n"
    if path == "/metrics":
        return "200 OK", CONTENT_TYPE_LATEST, generate_latest()
    return (
        ("200 OK", "text/plain", b"ready\n")
        if worker.alive()
        else ("503 Service Unavailable", "text/plain", b"a thread ended\n")
    )
