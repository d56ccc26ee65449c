"""A helper's access to the entrance of one conference, ready in a minute: a link that signs one phone in, once."""

import secrets
from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from services.council.config import Config
from services.council.models import Staff
from services.council.passwords import hashed, matches
from services.council.use_cases.accounts import StaffDetails, add_staff
from services.council.use_cases.signing_in import SignedIn, SignInRefused, start_sign_in
from shared import clock, ids
from shared.database import Database

#: From making the access until the phone has to be signed in.
GOOD_FOR = timedelta(minutes=30)


def make_door_pass(session: Session, config: Config, conference_id: UUID, display_name: str) -> tuple[Staff, str]:
    """A new account that can do nothing but let people in at this conference, and the secret of its link."""
    details = StaffDetails(display_name=display_name, roles=["door"], conference_id=conference_id)
    return add_staff(session, config, f"einlass-{ids.new_code(7).casefold()}", details)


def use_door_pass(database: Database, config: Config, staff_id: UUID, secret: str) -> SignedIn:
    """Sign this phone in; the link is worth nothing afterwards. Raises SignInRefused for a used, old or wrong one."""
    with database.read() as session:
        known = session.get(Staff, staff_id)
    # Between two transactions, as for passwords: the work must not keep others waiting.
    known_hash = known.password_hash if known and _is_unused(known) else None
    if not matches(known_hash, secret):
        raise SignInRefused
    used_up = hashed(secrets.token_urlsafe(32))
    with database.write() as session:
        staff = session.get_one(Staff, staff_id, with_for_update=True)
        if not _is_unused(staff) or staff.password_hash != known_hash:
            raise SignInRefused
        staff.password_hash, staff.password_is_one_time = used_up, False
        return start_sign_in(session, config, staff)


def _is_unused(staff: Staff) -> bool:
    is_fresh = clock.now() < staff.created_at + GOOD_FOR
    return staff.is_open and staff.is_bound_to_a_door and staff.password_is_one_time and is_fresh
