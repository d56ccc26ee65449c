"""What council does by the clock."""

from collections.abc import Callable

from services.council.use_cases.signing_in import forget_old_sign_ins
from services.council.use_cases.tries import forget_old_tries
from shared.database import Database
from shared.web.idempotency import forget_old_answers


def forget(database: Database) -> None:
    """Delete what has served its time: answers kept for repeated requests, sign-ins that are over, tries."""
    with database.write() as session:
        forget_old_answers(session)
        forget_old_sign_ins(session)
        forget_old_tries(session)


#: Name, seconds between two runs, function.
TIMERS: list[tuple[str, float, Callable[[Database], None]]] = [("forget answers, sign-ins and tries", 3600.0, forget)]
