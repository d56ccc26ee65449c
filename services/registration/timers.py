"""What has to happen by itself now and then."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from services.registration import queries
from services.registration.config import Config
from services.registration.retention import RULES
from services.registration.use_cases import occasions, offers
from shared import retention
from shared.database import Database
from shared.web import idempotency


def end_offers(database: Database) -> None:
    """Offers that nobody answered in time, each by itself: what is interrupted goes on at the next run."""
    with database.read() as session:
        late = queries.run_out(session)
    for registration_id in late:
        with database.write() as session:
            offers.end_run_out(session, session.info["config"], registration_id)


def remind(database: Database) -> None:
    """Those who take part in a conference that is near."""
    _tell_all(database, occasions.remind)


def thank(database: Database) -> None:
    """Those who came."""
    _tell_all(database, occasions.thank)


def pass_on_wishes(database: Database) -> None:
    """Who wants to be invited again."""
    _tell_all(database, occasions.pass_on_wishes)


def forget_answers(database: Database) -> None:
    """Kept answers of the API."""
    with database.write() as session:
        idempotency.forget_old_answers(session)


def _tell_all(database: Database, tell: Callable[[Session, Config], int]) -> None:
    """In short transactions: nobody waits long for a row, and what is interrupted goes on at the next run."""
    told = occasions.BATCH
    while told == occasions.BATCH:
        with database.write() as session:
            told = tell(session, session.info["config"])


#: Name, seconds between two runs, what to do.
TIMERS: list[tuple[str, float, Callable[[Database], None]]] = [
    ("end offers", 5.0, end_offers),
    ("remind", 60.0, remind),
    ("thank", 60.0, thank),
    ("pass on wishes for invitations", 30.0, pass_on_wishes),
    ("forget old answers", 3600.0, forget_answers),
    *retention.timers(RULES),
]
