"""What this service does from time to time by itself."""

from weakref import WeakKeyDictionary

from services.notifications.models import EMAIL, SMS
from services.notifications.retention import RULES
from services.notifications.sender import Sender
from services.notifications.use_cases import answers, spending
from shared import retention
from shared.database import Database
from shared.messaging.timers import Timer
from shared.web import idempotency

# A sender keeps its connections open from one run to the next.
_senders: WeakKeyDictionary[Database, dict[str, Sender]] = WeakKeyDictionary()


def send_letters(database: Database) -> None:
    """E-mail that is due."""
    _send(database, EMAIL)


def send_sms(database: Database) -> None:
    """SMS that are due. Their codes hold for minutes only: they mustn't wait for thousands of letters to be gone, nor for a slow
    mail server."""
    _send(database, SMS)


def _send(database: Database, channel: str) -> None:
    senders = _senders.setdefault(database, {})
    if channel not in senders:
        with database.read() as session:
            senders[channel] = Sender(session.info["config"], database, channel)
    senders[channel].send_due()


def forget_answers(database: Database) -> None:
    """Kept answers of the API."""
    with database.write() as session:
        idempotency.forget_old_answers(session)


def forget_received(database: Database) -> None:
    """That SMS came in, once no gateway reports them again, and what they cost long ago."""
    with database.write() as session:
        answers.forget_received(session)
        spending.forget(session)


#: Name, seconds between two runs, what to do.
TIMERS: list[Timer] = [
    ("send-letters", 0.2, send_letters),
    ("send-sms", 0.2, send_sms),
    ("forget-answers", 3600.0, forget_answers),
    ("forget-received", 3600.0, forget_received),
    *retention.timers(RULES),
]
