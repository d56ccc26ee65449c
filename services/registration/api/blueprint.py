"""The blueprint on which all JSON routes of registration stand, and who sees more there."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import abort

from services.registration.models.mistakes import Mistakes
from services.registration.roles import OFFICE
from shared.web.access import staff_present
from shared.web.api import ApiBlueprint
from shared.web.i18n import gettext
from shared.web.problems import problem

api = ApiBlueprint("registration", __name__, description="Conferences and who takes part in them.")


def is_office() -> bool:
    """Whether the caller plans conferences."""
    staff = staff_present()
    return staff is not None and not staff.roles.isdisjoint(OFFICE)


@contextmanager
def naming_fields() -> Iterator[None]:
    """Answer 422 with the fields of what doesn't fit; nothing is stored then."""
    try:
        yield
    except Mistakes as error:
        abort(problem(422, gettext("Bitte prüfen Sie die genannten Felder."), error.errors))
