"""The blueprint on which all JSON routes of registration stand, and who sees more there."""

from services.registration.roles import OFFICE
from shared.web.access import staff_present
from shared.web.api import ApiBlueprint

api = ApiBlueprint("registration", __name__, description="Conferences and who takes part in them.")


def is_office() -> bool:
    """Whether the caller plans conferences."""
    staff = staff_present()
    return staff is not None and not staff.roles.isdisjoint(OFFICE)
