"""Who works here: accounts with a password, a second factor and roles."""

from datetime import datetime
from uuid import UUID

import pyotp
from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from services.council.models.declared import Base
from shared import clock, ids
from shared.rules import IllegalTransition
from shared.web.i18n import gettext, lazy_gettext

#: Every role there is, with its name for people.
ROLES = {
    "admin": lazy_gettext("Verwaltung der Konten"),
    "clerk": lazy_gettext("Geschäftsstelle"),
    "moderator": lazy_gettext("Moderation"),
    "door": lazy_gettext("Einlass"),
    "member": lazy_gettext("Mitglied des Integrationsrats"),
    "chair": lazy_gettext("Vorsitz des Integrationsrats"),
    "privacy": lazy_gettext("Datenschutz"),
}
#: Roles whose holders can ask to be told about cases by e-mail or SMS.
TOLD_ABOUT_CASES = frozenset({"member", "chair"})

#: Seconds that one code of the authenticator app is shown.
_OTP_STEP = 30


class Staff(Base):
    """An account. E-mail, phone and the second factor's secret are encrypted; `version` counts its events."""

    __tablename__ = "staff"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.internal)
    version: Mapped[int] = mapped_column(default=0)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    display_name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str] = mapped_column(String(200))
    password_is_one_time: Mapped[bool] = mapped_column(default=True)
    roles: Mapped[list[str]]
    language: Mapped[str] = mapped_column(String(12), default="de")
    email: Mapped[bytes | None]
    phone: Mapped[bytes | None]
    # A door account works for one conference only.
    conference_id: Mapped[UUID | None]
    otp_secret: Mapped[bytes | None]
    # Shown for enrolment and not yet proven by a code.
    otp_pending: Mapped[bytes | None]
    otp_last_step: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    closed_at: Mapped[datetime | None]

    @property
    def is_open(self) -> bool:
        """Whether somebody can sign in with it."""
        return self.closed_at is None

    @property
    def is_door_only(self) -> bool:
        """Whether it can do nothing but let people in: such tokens live a conference day."""
        return set(self.roles) == {"door"}

    @property
    def is_bound_to_a_door(self) -> bool:
        """Whether it can only let people in, and only at one conference."""
        return self.is_door_only and self.conference_id is not None

    @property
    def has_second_factor(self) -> bool:
        """Whether a code is asked at sign-in."""
        return self.otp_secret is not None

    def close(self) -> None:
        """End it for good. Raises IllegalTransition when it is closed already."""
        self.require_open()
        self.closed_at = clock.now()

    def require_open(self) -> None:
        """Raises IllegalTransition for a closed account: nothing changes in it any more."""
        if not self.is_open:
            raise IllegalTransition(gettext("Dieses Konto ist geschlossen."))

    def accept_code(self, secret: str, code: str) -> bool:
        """Whether `code` is the app's present one (or a neighbour) and not used before; from here on it is used up."""
        step = _step_of(secret, code)
        if step is None or (self.otp_last_step is not None and step <= self.otp_last_step):
            return False
        self.otp_last_step = step
        return True


def _step_of(secret: str, code: str) -> int | None:
    """The time step whose code this is, one step of clock drift either way allowed."""
    present = int(clock.now().timestamp()) // _OTP_STEP
    typed = code.replace(" ", "")
    totp = pyotp.TOTP(secret, interval=_OTP_STEP)
    steps = (present - 1, present, present + 1)
    return next((step for step in steps if pyotp.utils.strings_equal(typed, totp.generate_otp(step))), None)
