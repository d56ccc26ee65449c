"""What has to happen by itself now and then."""

from collections.abc import Callable

from services.registration import queries
from services.registration.use_cases import budgets, erasure, offers
from shared.database import Database
from shared.web import idempotency


def end_offers(database: Database) -> None:
    """Offers that nobody answered in time, each by itself: what is interrupted goes on at the next run."""
    with database.read() as session:
        late = queries.run_out(session)
    for registration_id in late:
        with database.write() as session:
            offers.end_run_out(session, session.info["config"], registration_id)


def delete_unconfirmed(database: Database) -> None:
    """Registrations nobody confirmed."""
    with database.write() as session:
        erasure.delete_unconfirmed(session, session.info["config"])


def delete_needs(database: Database) -> None:
    """What people needed at conferences that are over."""
    with database.write() as session:
        erasure.delete_needs(session)


def forget_asked_addresses(database: Database) -> None:
    """Addresses that were asked and never answered."""
    with database.write() as session:
        budgets.forget_unanswered(session)


def forget_answers(database: Database) -> None:
    """Kept answers of the API."""
    with database.write() as session:
        idempotency.forget_old_answers(session)


#: Name, seconds between two runs, what to do.
TIMERS: list[tuple[str, float, Callable[[Database], None]]] = [
    ("end offers", 5.0, end_offers),
    ("delete unconfirmed registrations", 600.0, delete_unconfirmed),
    ("delete needs", 3600.0, delete_needs),
    ("forget unanswered addresses", 3600.0, forget_asked_addresses),
    ("forget old answers", 3600.0, forget_answers),
]
