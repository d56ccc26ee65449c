"""The accounts of the embedded run: one for each role, with passwords that stand in a file beside the data."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.council.config import Config
from services.council.models import Staff
from services.council.use_cases.accounts import StaffDetails, add_staff

#: Who they are in the demo; members and chairs are told about new cases.
_NAMES = {
    "admin": "Katrin Voss (Verwaltung)",
    "clerk": "Jan Petersen (Geschäftsstelle)",
    "moderator": "Emine Kaya (Moderation)",
    "member": "Rania Farouk (Mitglied)",
    "chair": "Viktor Morosow (Vorsitz)",
    "privacy": "Silke Brandt (Datenschutz)",
    "door": "Tim Lorenz (Einlass)",
}
_TOLD = {"member", "chair"}


def add_demo_staff(session: Session, config: Config, accounts: Mapping[str, Mapping[str, str]]) -> None:
    """Make the account of each role that isn't there yet, with the user name and password given."""
    known = set(session.scalars(select(Staff.username)))
    for role, account in accounts.items():
        if account["username"] not in known:
            email = f"{role}@example.org" if role in _TOLD else None
            details = StaffDetails(display_name=_NAMES[role], roles=[role], email=email)
            add_staff(session, config, account["username"], details, account["password"])
