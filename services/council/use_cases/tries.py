"""How often somebody may try to sign in: counted in the database, for all processes, and never locking an owner out."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from services.council.config import Config
from services.council.models import SignInAttempt, Staff
from shared import clock, links
from shared.seals import mark

WINDOW = timedelta(minutes=15)
#: Failed tries within the window: for one account from strangers' devices, from devices that its owner has signed in
#: with, and from one network for any account. A stranger can use up only the first, so the owner still gets in.
TRIES_BY_STRANGERS = 10
TRIES_BY_KNOWN_DEVICES = 10
TRIES_PER_NETWORK = 50

_DEVICE = "known device"


class TooManyTries(Exception):
    """So many tries failed that no further one is looked at for now."""


@dataclass(frozen=True, slots=True)
class Client:
    """Where a try comes from: its network, and the mark that an earlier sign-in left on the device."""

    network: str
    device: str | None = None


def claim_try(session: Session, config: Config, username: str, client: Client) -> UUID:
    """Count this try as a failed one until it proves good. Raises TooManyTries."""
    account = mark(config.link_key, "sign-in account", username)
    network = mark(config.link_key, "sign-in network", client.network)
    is_known = _is_known_device(session, config, username, client.device)
    _one_at_a_time(session, account)
    is_counted = SignInAttempt.is_good.is_(False) & (SignInAttempt.tried_at > clock.now() - WINDOW)
    failed = select(func.count()).select_from(SignInAttempt).where(is_counted)
    for_account = failed.where(SignInAttempt.account_mark == account, SignInAttempt.is_known_device == is_known)
    allowed = TRIES_BY_KNOWN_DEVICES if is_known else TRIES_BY_STRANGERS
    if session.scalars(for_account).one() >= allowed:
        raise TooManyTries
    from_network = session.scalars(failed.where(SignInAttempt.client_mark == network)).one()
    if config.web.limits_on and not is_known and from_network >= TRIES_PER_NETWORK:
        raise TooManyTries
    attempt = SignInAttempt(account_mark=account, client_mark=network, is_known_device=is_known)
    session.add(attempt)
    session.flush()
    return attempt.id


def forget_old_tries(session: Session) -> None:
    """Delete tries that count no more."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.tried_at < clock.now() - WINDOW))


def device_mark(config: Config, staff: Staff) -> str:
    """The mark that a sign-in leaves on the device: from then on it is known for this account."""
    return links.make(config.link_key, _DEVICE, staff.id)


def _is_known_device(session: Session, config: Config, username: str, device: str | None) -> bool:
    staff_id = links.id_in(device) if device else None
    if device is None or staff_id is None or not links.holds(config.link_key, _DEVICE, device, staff_id):
        return False
    return session.scalar(select(Staff.username).where(Staff.id == staff_id)) == username


def _one_at_a_time(session: Session, account: str) -> None:
    """Tries for one account are counted one after the other, so that a burst can't slip through."""
    if session.get_bind().dialect.name == "postgresql":
        number = int(account[:16], 16) - 2**63
        session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})
