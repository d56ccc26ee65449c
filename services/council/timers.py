"""What council does by the clock."""

from collections.abc import Callable

from shared.database import Database
from shared.web.idempotency import forget_old_answers


def forget_answers(database: Database) -> None:
    """Delete answers that were kept for repeated requests and are older than a day."""
    with database.write() as session:
        forget_old_answers(session)


#: Name, seconds between two runs, function.
TIMERS: list[tuple[str, float, Callable[[Database], None]]] = [("forget kept answers", 3600.0, forget_answers)]
