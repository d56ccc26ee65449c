"""What this service does from time to time by itself."""

from weakref import WeakKeyDictionary

from services.notifications.sender import Sender
from services.notifications.use_cases import refusing
from shared.database import Database
from shared.messaging.timers import Timer
from shared.web import idempotency

# A sender keeps its connections open from one run to the next.
_senders: WeakKeyDictionary[Database, Sender] = WeakKeyDictionary()


def send_due(database: Database) -> None:
    """Send what is due."""
    if database not in _senders:
        with database.read() as session:
            _senders[database] = Sender(session.info["config"], database)
    _senders[database].send_due()


def forget_answers(database: Database) -> None:
    """Kept answers of the API."""
    with database.write() as session:
        idempotency.forget_old_answers(session)


def forget_refused(database: Database) -> None:
    """Addresses whose readers said "that wasn't me"."""
    with database.write() as session:
        refusing.forget_refused(session)


#: Name, seconds between two runs, what to do.
TIMERS: list[Timer] = [
    ("send", 0.2, send_due),
    ("forget-answers", 3600.0, forget_answers),
    ("forget-refused", 3600.0, forget_refused),
]
