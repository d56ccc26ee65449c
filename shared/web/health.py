"""Whether this process is alive, and whether it can do its work."""

from flask import Flask, Response
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from shared.database import Database
from shared.web.access import public_page


def add_health(app: Flask, database: Database) -> None:
    """`/healthz`: alive. `/readyz`: the database answers; it never asks the broker, because doors work without it."""

    def is_ready() -> bool:
        try:
            with database.read() as session:
                session.execute(text("SELECT 1"))
        except SQLAlchemyError:
            return False
        return True

    @public_page
    def healthz() -> Response:
        return Response("ok\n", mimetype="text/plain")

    @public_page
    def readyz() -> Response:
        if is_ready():
            return Response("ready\n", mimetype="text/plain")
        return Response("database unavailable\n", 503, {"Retry-After": "5"}, mimetype="text/plain")

    app.extensions["is_ready"] = is_ready
    app.add_url_rule("/healthz", view_func=healthz)
    app.add_url_rule("/readyz", view_func=readyz)
