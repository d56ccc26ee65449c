"""At most one message a day, and three in all, go to an address that nobody has confirmed."""

from sqlalchemy import bindparam, delete, text
from sqlalchemy.orm import Session

from services.registration.config import Config
from services.registration.models import AskedAddress
from services.registration.models.people import Person
from services.registration.models.registrations import CONFIRMATION_BUDGET, MOST_CONFIRMATIONS, UNANSWERED_KEPT
from shared import clock
from shared.database import UTCDateTime
from shared.seals import mark

# One statement, so that of two requests at once one waits for the other and only one may ask.
_COUNT_ASKING = text(
    "INSERT INTO asked_addresses (mark, asked_at, times) VALUES (:mark, :now, 1) ON CONFLICT (mark) DO UPDATE"
    " SET asked_at = excluded.asked_at, times = asked_addresses.times + 1"
    " WHERE asked_addresses.asked_at <= :horizon AND asked_addresses.times < :most RETURNING mark"
).bindparams(bindparam("now", type_=UTCDateTime()), bindparam("horizon", type_=UTCDateTime()), most=MOST_CONFIRMATIONS)


def may_ask(session: Session, config: Config, person: Person) -> bool:
    """Whether a message may go to this person's address now; then it is counted."""
    now = clock.now()
    values = {"mark": _mark(config, person), "now": now, "horizon": now - CONFIRMATION_BUDGET}
    return session.connection().scalar(_COUNT_ASKING, values) is not None


def locked(session: Session, config: Config, person: Person) -> AskedAddress | None:
    """What was counted for this address, locked; to be deleted when it is confirmed."""
    return session.get(AskedAddress, _mark(config, person), with_for_update=True, populate_existing=True)


def forget_unanswered(session: Session) -> int:
    """Delete what nobody answered for a year; says how many."""
    old = AskedAddress.asked_at <= clock.now() - UNANSWERED_KEPT
    return len(session.scalars(delete(AskedAddress).where(old).returning(AskedAddress.mark)).all())


def _mark(config: Config, person: Person) -> str:
    return mark(config.link_key, "budget", person.mailbox)
