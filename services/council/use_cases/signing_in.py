"""Signing in and out. Whoever tries learns only whether all of name, password and code were right."""

import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from services.council.config import Config
from services.council.models import SignIn, SignInAttempt, Staff
from services.council.passwords import matches
from services.council.use_cases.accounts import announce, revoke_sign_ins
from shared import clock, links
from shared.columns import decrypt
from shared.database import Database
from shared.seals import column_box, mark
from shared.web import staff_tokens

WINDOW = timedelta(minutes=15)
#: Failed tries within the window: for one account from strangers' devices, from devices that its owner has signed in
#: with, and from one network for any account. A stranger can use up only the first, so the owner still gets in.
TRIES_BY_STRANGERS = 10
TRIES_BY_KNOWN_DEVICES = 10
TRIES_PER_NETWORK = 50

_DEVICE = "known device"


class SignInRefused(Exception):
    """Name, password or code is wrong, the account closed or unknown: the answer is the same."""


class TooManyTries(Exception):
    """So many tries failed that no further one is looked at for now."""


class SetUpMissing(Exception):
    """The account needs its own password or a second factor before it gets tokens."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What somebody typed."""

    username: str
    password: str
    otp: str | None = None


@dataclass(frozen=True, slots=True)
class Client:
    """Where a try comes from: its network, and the mark that an earlier sign-in left on the device."""

    network: str
    device: str | None = None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new sign-in with the secret that only its cookie holds, and the mark for the device."""

    sign_in: SignIn
    secret: str
    device: str


def sign_in(database: Database, config: Config, credentials: Credentials, client: Client) -> SignedIn:
    """Check and open a new sign-in. Raises TooManyTries or SignInRefused.

    Hashing takes long on purpose; it runs between two transactions so that nobody waits for a stranger's try.
    """
    name = normal_username(credentials.username)
    with database.write() as session:
        attempt_id = claim_try(session, config, name, client)
    with database.read() as session:
        staff = session.scalar(select(Staff).where(Staff.username == name, Staff.closed_at.is_(None)))
    known_hash = staff.password_hash if staff else None
    if not matches(known_hash, credentials.password) or staff is None:
        raise SignInRefused
    with database.write() as session:
        return open_sign_in(session, config, attempt_id, staff, credentials.otp)


def claim_try(session: Session, config: Config, username: str, client: Client) -> UUID:
    """Count this try as a failed one until it proves good. Raises TooManyTries."""
    account = mark(config.link_key, "sign-in account", username)
    network = mark(config.link_key, "sign-in network", client.network)
    is_known = _is_known_device(session, config, username, client.device)
    _one_at_a_time(session, account)
    since = clock.now() - WINDOW
    session.execute(delete(SignInAttempt).where(SignInAttempt.tried_at < since))
    failed = select(func.count()).select_from(SignInAttempt).where(SignInAttempt.is_good.is_(False))
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


def open_sign_in(session: Session, config: Config, attempt_id: UUID, checked: Staff, otp: str | None) -> SignedIn:
    """A new sign-in for the account whose password was `checked`. Raises SignInRefused for a wrong or used code."""
    staff = session.get_one(Staff, checked.id, with_for_update=True)
    # The password may have been changed or the account closed while the hash was computed.
    if not staff.is_open or staff.password_hash != checked.password_hash:
        raise SignInRefused
    if staff.otp_secret is not None:
        secret = decrypt(column_box(config.column_key), staff.otp_secret)
        if not staff.accept_code(secret, otp or ""):
            raise SignInRefused
    attempt = session.get(SignInAttempt, attempt_id)
    if attempt is not None:
        attempt.is_good = True
    return start_sign_in(session, config, staff)


def start_sign_in(session: Session, config: Config, staff: Staff) -> SignedIn:
    """A sign-in with a fresh id and secret: nobody can have planted them."""
    secret = secrets.token_urlsafe(32)
    row = SignIn(secret_mark=_secret_mark(config, secret), staff=staff)
    session.add(row)
    session.flush()
    return SignedIn(row, secret, links.make(config.link_key, _DEVICE, staff.id))


def renew(session: Session, config: Config, secret: str | None) -> SignIn | None:
    """The live sign-in behind a cookie's secret, seen now; None when it is over."""
    row = _by_secret(session, config, secret)
    if row is None or not row.is_live:
        return None
    row.see()
    return row


def sign_out(session: Session, config: Config, secret: str | None) -> None:
    """End the sign-in behind a cookie's secret, here and in the other services. A worthless secret changes nothing."""
    row = _by_secret(session, config, secret)
    if row is None or row.ended_at is not None:
        return
    staff = session.get_one(Staff, row.staff_id, with_for_update=True)
    row.end()
    staff_tokens.revoke(session, row.id)
    announce(session, config, staff, [row.id])


def sign_out_everywhere(session: Session, config: Config, staff_id: UUID) -> None:
    """End every sign-in of this account."""
    staff = session.get_one(Staff, staff_id, with_for_update=True)
    announce(session, config, staff, revoke_sign_ins(session, staff))


def new_token(config: Config, row: SignIn) -> tuple[str, datetime]:
    """A token for this sign-in and when it expires. Raises SetUpMissing."""
    staff = row.staff
    if is_unfinished(config, staff):
        raise SetUpMissing
    bearer = staff_tokens.Staff(staff.id, staff.display_name, frozenset(staff.roles), row.id, staff.conference_id)
    lifetime = staff_tokens.DOOR_LIFETIME if staff.is_door_only else staff_tokens.LIFETIME
    return staff_tokens.sign(bearer, config.staff_key, config.web.staff_issuer, lifetime)


def is_unfinished(config: Config, staff: Staff) -> bool:
    """Whether the account still has its one-time password or lacks the second factor that everybody needs here."""
    return staff.password_is_one_time or (config.second_factor_required and not staff.has_second_factor)


def normal_username(typed: str) -> str:
    """The name as it is kept: case and width don't matter when signing in."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()


def _by_secret(session: Session, config: Config, secret: str | None) -> SignIn | None:
    if not secret:
        return None
    return session.scalar(select(SignIn).where(SignIn.secret_mark == _secret_mark(config, secret)).with_for_update())


def _secret_mark(config: Config, secret: str) -> str:
    return mark(config.link_key, "sign-in secret", secret)


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
