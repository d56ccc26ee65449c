"""Signing in and out. Whoever tries learns only whether all of name, password and code were right."""

import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services.council.config import Config
from services.council.models import LONGEST, SignIn, SignInAttempt, Staff
from services.council.passwords import matches
from services.council.use_cases.accounts import announce, revoke_sign_ins
from services.council.use_cases.tries import Client, claim_try, device_mark
from shared import clock
from shared.columns import decrypt
from shared.database import Database
from shared.seals import column_box, mark
from shared.web import staff_tokens


class SignInRefused(Exception):
    """Name, password or code is wrong, the account closed or unknown: the answer is the same."""


class SetUpMissing(Exception):
    """The account needs its own password or a second factor before it gets tokens."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What somebody typed."""

    username: str
    password: str
    otp: str | None = None


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
    return SignedIn(row, secret, device_mark(config, staff))


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


def forget_old_sign_ins(session: Session) -> None:
    """Delete the rows of sign-ins that can't renew anything any more."""
    session.execute(delete(SignIn).where(SignIn.started_at < clock.now() - 2 * LONGEST))


def new_token(config: Config, row: SignIn) -> tuple[str, datetime]:
    """A token for this sign-in and when it expires. Raises SetUpMissing."""
    staff = row.staff
    if is_unfinished(config, staff):
        raise SetUpMissing
    bearer = staff_tokens.Staff(staff.id, staff.display_name, frozenset(staff.roles), row.id, staff.conference_id)
    lifetime = staff_tokens.DOOR_LIFETIME if staff.is_door_only else staff_tokens.LIFETIME
    return staff_tokens.sign(bearer, config.staff_key, config.web.staff_issuer, lifetime)


def is_unfinished(config: Config, staff: Staff) -> bool:
    """Whether the account still has its one-time password or lacks the second factor that everybody needs here, except who
    can do nothing but let people in at one conference: they have a phone in their hand for one day."""
    needs_second_factor = config.second_factor_required and not staff.is_bound_to_a_door
    return staff.password_is_one_time or (needs_second_factor and not staff.has_second_factor)


def normal_username(typed: str) -> str:
    """The name as it is kept: case and width don't matter when signing in."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()


def _by_secret(session: Session, config: Config, secret: str | None) -> SignIn | None:
    if not secret:
        return None
    return session.scalar(select(SignIn).where(SignIn.secret_mark == _secret_mark(config, secret)).with_for_update())


def _secret_mark(config: Config, secret: str) -> str:
    return mark(config.link_key, "sign-in secret", secret)
