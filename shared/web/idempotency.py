"""`Idempotency-Key`: a POST that is sent again gets its first answer again, and happens once.

The answer is recorded in the transaction of its effect, so that a crash keeps both or neither. Answers hold personal data
and codes: they are kept encrypted, for a day.
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import wraps
from typing import Any

from alembic.operations import Operations
from flask import Response, abort, current_app, request
from sqlalchemy import Column, LargeBinary, MetaData, Row, String, Table, bindparam, delete, text
from sqlalchemy.orm import Session

from shared import clock, seals
from shared.database import UTCDateTime
from shared.web.access import bearer_token
from shared.web.clients import client_network
from shared.web.current import database, settings
from shared.web.i18n import gettext
from shared.web.staff_tokens import Staff

HEADER = "Idempotency-Key"
KEPT_FOR = timedelta(hours=24)
_LONGEST_KEY = 255
_KEPT_HEADERS = ("Location", "Content-Type")

ANSWERS = Table(
    "idempotency",
    MetaData(),
    Column("scope", String(64), primary_key=True),
    Column("body", String(64), nullable=False),
    Column("answer", LargeBinary, nullable=False),
    Column("answered_at", UTCDateTime, nullable=False, index=True),
)

# The claim and what is known in one statement: every request asks it. Of processes that answer the same request the one that
# comes second to the claim may still not see the first one's answer; then it can't keep its own.
_CLAIM = "SELECT {alone} AS is_alone, body, answer, answered_at FROM (SELECT 1) AS one LEFT JOIN idempotency ON scope = :scope"
_AMONG_PROCESSES, _IN_ONE_PROCESS = (
    text(_CLAIM.format(alone=alone)).columns(answer=LargeBinary, answered_at=UTCDateTime)
    for alone in ("pg_try_advisory_xact_lock(:number)", "TRUE")
)
_KEEP = text(
    "INSERT INTO idempotency (scope, body, answer, answered_at) VALUES (:scope, :body, :answer, :now) ON CONFLICT DO NOTHING"
).bindparams(bindparam("now", type_=UTCDateTime()))

_in_flight: set[str] = set()
_in_flight_lock = threading.Lock()


def idempotent(view: Callable[..., Any]) -> Callable[..., Any]:
    """Open the write transaction for `view(session, …)` and keep its answer in it.

    It stands between `@api.arguments` (wrong input is refused before) and `@api.response` (whose answer is kept).
    409 while the first request with this key is still at work, 422 for another body under the same key.
    """

    @wraps(view)
    def once(*args: Any, **kwargs: Any) -> Any:
        key = _key()
        if key is None:
            with database.write() as session:
                return view(session, *args, **kwargs)
        scope, body = _marks(key, _caller(args))
        with _alone(scope), database.write() as session:
            kept = _claim(session, scope)
            if kept is not None and (known := _known(session, scope, body, kept)) is not None:
                return known
            response = current_app.make_response(view(session, *args, **kwargs))
            _keep(session, scope, body, response)
            return response

    return once


def forget_old_answers(session: Session) -> None:
    """Delete answers older than a day: for a service's timer."""
    session.execute(delete(ANSWERS).where(ANSWERS.c.answered_at < clock.now() - KEPT_FOR))


def create_idempotency_table(op: Operations) -> None:
    """For a migration: the table of kept answers."""
    op.create_table(ANSWERS.name, *(column._copy() for column in ANSWERS.columns))


def _key() -> str | None:
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not key.strip() or len(key) > _LONGEST_KEY or not key.isascii() or not key.isprintable():
        abort(400, description=gettext("Der Idempotency-Key darf 1 bis 255 druckbare ASCII-Zeichen haben."))
    return key


def _caller(args: tuple[Any, ...]) -> str:
    # Staff tokens change every ten minutes, their holder doesn't. A caller without any token is known by their network:
    # a stranger who guesses a key gets nobody else's answer.
    staff = next((argument for argument in args if isinstance(argument, Staff)), None)
    return str(staff.id) if staff else bearer_token() or client_network()


def _marks(key: str, caller: str) -> tuple[str, str]:
    secret = settings.secret_key
    scope = seals.mark(secret, "idempotency scope", caller, request.method, request.path, key)
    return scope, seals.mark(secret, "idempotency body", request.get_data().hex())


@contextmanager
def _alone(scope: str) -> Iterator[None]:
    with _in_flight_lock:
        if scope in _in_flight:
            _still_at_work()
        _in_flight.add(scope)
    try:
        yield
    finally:
        with _in_flight_lock:
            _in_flight.discard(scope)


def _claim(session: Session, scope: str) -> Row[Any] | None:
    """Let nobody else answer under this scope until the transaction ends; gives back what is kept under it. Aborts with 409."""
    # Other worker processes only share the database; SQLite has no other processes.
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        found = connection.execute(_AMONG_PROCESSES, {"scope": scope, "number": int(scope[:16], 16) - 2**63}).one()
    else:
        found = connection.execute(_IN_ONE_PROCESS, {"scope": scope}).one()
    if not found.is_alone:
        _still_at_work()
    return None if found.answer is None else found


def _still_at_work() -> None:
    abort(409, description=gettext("Die erste Anfrage mit diesem Idempotency-Key läuft noch."))


def _known(session: Session, scope: str, body: str, row: Row[Any]) -> Response | None:
    if row.answered_at < clock.now() - KEPT_FOR:
        session.execute(delete(ANSWERS).where(ANSWERS.c.scope == scope))
        return None
    if not seals.same(row.body, body):
        abort(422, description=gettext("Dieser Idempotency-Key gehört zu einer anderen Anfrage."))
    kept = json.loads(_box().decrypt(row.answer))
    return Response(kept["body"], kept["status"], kept["headers"])


def _keep(session: Session, scope: str, body: str, response: Response) -> None:
    headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    kept = {"status": response.status_code, "headers": headers, "body": response.get_data(as_text=True)}
    answer = bytes(_box().encrypt(json.dumps(kept).encode()))
    # What the view changed goes first: it may be what another request waits for.
    session.flush()
    done = session.connection().execute(_KEEP, {"scope": scope, "body": body, "answer": answer, "now": clock.now()})
    if done.rowcount == 0:
        _still_at_work()


def _box() -> Any:
    return seals.column_box(settings.secret_key)
