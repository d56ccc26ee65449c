"""Accounts of staff: made, changed, closed; every change is told to the other services with the sign-ins it ended."""

from dataclasses import dataclass
from uuid import UUID

import pyotp
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.council.config import Config
from services.council.models import TOLD_ABOUT_CASES, SignIn, Staff
from services.council.passwords import hashed, is_too_easy, new_one_time
from shared import clock
from shared.columns import decrypt, encrypt
from shared.events.council import StaffChanged, StaffContact
from shared.messaging import outbox
from shared.rules import IllegalTransition
from shared.seals import column_box
from shared.web import staff_tokens
from shared.web.i18n import gettext

_REVOKED_PER_EVENT = 1000


class NameTaken(Exception):
    """Another account has this user name."""


class PasswordTooEasy(Exception):
    """Others would guess this password."""


class WrongCode(Exception):
    """The code doesn't fit the second factor that is being set up."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StaffDetails:
    """What an admin says about an account. E-mail and phone are for members who want to be told about cases."""

    display_name: str
    roles: list[str]
    language: str = "de"
    email: str | None = None
    phone: str | None = None
    conference_id: UUID | None = None


def add_staff(
    session: Session, config: Config, username: str, details: StaffDetails, password: str | None = None
) -> tuple[Staff, str]:
    """A new account and its password: a one-time password unless one is given. Raises NameTaken."""
    if session.scalar(select(Staff.id).where(Staff.username == username)):
        raise NameTaken
    chosen = password or new_one_time()
    staff = Staff(username=username, password_hash=hashed(chosen), password_is_one_time=password is None)
    _write(staff, config, details)
    session.add(staff)
    session.flush()
    announce(session, config, staff, [])
    return staff, chosen


def change_staff(session: Session, config: Config, staff_id: UUID, details: StaffDetails) -> Staff:
    """New details; new roles end all sign-ins, so that none keeps old rights. Raises IllegalTransition."""
    staff = _open_account(session, staff_id)
    if "admin" in staff.roles and "admin" not in details.roles:
        _require_another_admin(session, staff)
    has_new_rights = set(staff.roles) != set(details.roles) or staff.conference_id != details.conference_id
    # Before the roles change: they tell how long the tokens of this account live.
    revoked = revoke_sign_ins(session, staff) if has_new_rights else []
    _write(staff, config, details)
    announce(session, config, staff, revoked)
    return staff


def close_staff(session: Session, config: Config, staff_id: UUID) -> Staff:
    """End an account for good. Raises IllegalTransition, also for the last admin."""
    staff = _open_account(session, staff_id)
    if "admin" in staff.roles:
        _require_another_admin(session, staff)
    staff.close()
    announce(session, config, staff, revoke_sign_ins(session, staff))
    return staff


def reset_password(session: Session, config: Config, staff_id: UUID) -> str:
    """A new one-time password, to be handed over; all sign-ins end. Raises IllegalTransition."""
    staff = _open_account(session, staff_id)
    password = new_one_time()
    staff.password_hash, staff.password_is_one_time = hashed(password), True
    announce(session, config, staff, revoke_sign_ins(session, staff))
    return password


def set_password(session: Session, config: Config, staff_id: UUID, password: str) -> Staff:
    """A password of the owner's own; all sign-ins end. Raises PasswordTooEasy or IllegalTransition."""
    staff = _open_account(session, staff_id)
    if is_too_easy(password, staff.username):
        raise PasswordTooEasy
    staff.password_hash, staff.password_is_one_time = hashed(password), False
    announce(session, config, staff, revoke_sign_ins(session, staff))
    return staff


def start_second_factor(session: Session, config: Config, staff_id: UUID) -> None:
    """A fresh secret for an authenticator app, which counts once a code has proven it. Raises IllegalTransition where one
    counts already: whoever holds a stolen sign-in could put theirs in its place."""
    staff = _open_account(session, staff_id)
    if staff.has_second_factor:
        raise IllegalTransition(gettext("Ihr zweiter Faktor ist schon eingerichtet."))
    staff.otp_pending = encrypt(column_box(config.column_key), pyotp.random_base32())


def confirm_second_factor(session: Session, config: Config, staff_id: UUID, code: str) -> Staff:
    """From now on sign-ins need a code of this app; earlier sign-ins end. Raises WrongCode or IllegalTransition."""
    staff = _open_account(session, staff_id)
    if staff.otp_pending is None:
        raise IllegalTransition(gettext("Bitte beginnen Sie die Einrichtung noch einmal."))
    staff.otp_last_step = None
    if not staff.accept_code(decrypt(column_box(config.column_key), staff.otp_pending), code):
        raise WrongCode
    staff.otp_secret, staff.otp_pending = staff.otp_pending, None
    announce(session, config, staff, revoke_sign_ins(session, staff))
    return staff


def reset_second_factor(session: Session, config: Config, staff_id: UUID) -> Staff:
    """For somebody who lost the phone: sign-ins end, and the next one sets a new second factor up."""
    staff = _open_account(session, staff_id)
    staff.otp_secret = staff.otp_pending = staff.otp_last_step = None
    announce(session, config, staff, revoke_sign_ins(session, staff))
    return staff


def revoke_sign_ins(session: Session, staff: Staff) -> list[UUID]:
    """End every sign-in of this account and say whose tokens may still be good; here those are worthless from now on."""
    rows = session.scalars(select(SignIn).where(SignIn.staff_id == staff.id, SignIn.ended_at.is_(None))).all()
    oldest = clock.now() - (staff_tokens.DOOR_LIFETIME if "door" in staff.roles else staff_tokens.LIFETIME)
    revoked = [row.id for row in rows if row.seen_at > oldest]
    for row in rows:
        row.end()
    for sign_in_id in revoked:
        staff_tokens.revoke(session, sign_in_id)
    return revoked


def announce(session: Session, config: Config, staff: Staff, revoked: list[UUID]) -> None:
    """Tell the other services what this account is now. A contact goes sealed, to notifications only."""
    contact = _contact(staff, config)
    private = {"notifications": contact} if contact else None
    # An event holds 64 KiB; a machine that asked for thousands of tokens must not make its account unclosable.
    for start in range(0, max(1, len(revoked)), _REVOKED_PER_EVENT):
        fact = StaffChanged(
            staff_id=staff.id,
            roles=sorted(staff.roles) if staff.is_open else [],
            language=staff.language,
            revoked_sessions=revoked[start : start + _REVOKED_PER_EVENT],
        )
        outbox.add(session, staff, fact, private=private, subject_id=staff.id)


def _contact(staff: Staff, config: Config) -> StaffContact | None:
    if not staff.is_open or not TOLD_ABOUT_CASES.intersection(staff.roles) or not (staff.email or staff.phone):
        return None
    box = column_box(config.column_key)
    return StaffContact(
        email=decrypt(box, staff.email) if staff.email else None,
        phone=decrypt(box, staff.phone) if staff.phone else None,
        staff_name=staff.display_name,
    )


def _write(staff: Staff, config: Config, details: StaffDetails) -> None:
    box = column_box(config.column_key)
    staff.display_name, staff.roles, staff.language = details.display_name, sorted(details.roles), details.language
    staff.email = encrypt(box, details.email) if details.email else None
    staff.phone = encrypt(box, details.phone) if details.phone else None
    staff.conference_id = details.conference_id


def _open_account(session: Session, staff_id: UUID) -> Staff:
    staff = session.get_one(Staff, staff_id, with_for_update=True)
    staff.require_open()
    return staff


def _require_another_admin(session: Session, staff: Staff) -> None:
    others = session.scalars(select(Staff).where(Staff.id != staff.id, Staff.closed_at.is_(None)))
    if not any("admin" in other.roles for other in others):
        raise IllegalTransition(gettext("Das ist das letzte Konto mit der Rolle „Verwaltung der Konten“."))
