"""What this service does from time to time by itself."""

from collections.abc import Callable

from services.submissions.retention import RULES
from shared import retention
from shared.database import Database
from shared.web import idempotency

_HOUR = 3600.0


def _forget_old_answers(database: Database) -> None:
    with database.write() as session:
        idempotency.forget_old_answers(session)


#: name, every so many seconds, what
TIMERS: list[tuple[str, float, Callable[[Database], None]]] = [
    ("forget old answers", _HOUR, _forget_old_answers),
    *retention.timers(RULES),
]
